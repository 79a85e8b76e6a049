// A case as it happened, in the notation of the language: what was sent and received and when,
// and beside it the rows of the script as they were settled.
#pragma once

#include "harness/verdict.hpp"
#include "reports/style.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace connspec {

/// How much of a transcript to show. The rest is counted, never silently left away.
struct Extent {
  std::size_t rows_of_an_event = 40;
  std::size_t bytes_of_an_event = 8'192;
  std::size_t rows = 120;  ///< In all; of more the first third and the last two.
};

/// For files: whatever a person could still want to scroll through.
inline constexpr Extent whole_extent{
    .rows_of_an_event = 2'000, .bytes_of_an_event = 1'000'000, .rows = 20'000};

/// The rows of the transcript, each with its newline. Empty without events.
std::string transcript(const Result& result, const Style& style, const Extent& extent = {});

/// A page of its own: id and verdict, the transcript, the requirement, what was expected and
/// seen, and the command that plays the case again.
std::string transcript_page(const Result& result, const Style& style, const Extent& extent);

}  // namespace connspec
