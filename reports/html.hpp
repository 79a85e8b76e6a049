// One page for the browser that holds all of the runs: opens from disk, and loads nothing.
//
// The page is that of reports/html/ with the document of run_json inside. What a target sent is
// data there, and its script makes text nodes of it alone; a policy in the page lets no other
// script run.
#pragma once

#include "harness/verdict.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace connspec {

/// What a page holds at most. It says itself what it leaves out.
struct HtmlExtent {
  std::size_t message = 16 << 10;     ///< Bytes of a message.
  std::size_t transcripts = 4 << 20;  ///< Bytes of all transcripts, those of failures first.
};

std::string html(std::span<const Run> runs, const HtmlExtent& extent = {});

/// Writes it to `path`, as a whole or not at all; a sentence if that cannot be done.
std::optional<std::string> save_html(const std::string& path, std::span<const Run> runs);

}  // namespace connspec
