// What was found, case by case, for a person: failures in full, the rest as short as it can be
// said.
#pragma once

#include "harness/verdict.hpp"
#include "reports/style.hpp"

#include <cstdint>
#include <string>

namespace connspec {

/// `-q`, neither, `-v`.
enum class Detail : std::uint8_t { quiet, normal, verbose };

/// Everything that a maintainer needs to see what is wrong: requirement, allowed ways, what was
/// seen, the transcript, and the command that plays it again.
std::string failure_block(const Result& result, const Style& style);

/// A departure from a SHOULD in two lines.
std::string departure(const Result& result, const Style& style);

/// The failures of a run.
std::string failures(const Run& run, const Style& style);

/// All that is neither passed nor failed: departures and unstable results one by one, what was
/// inconclusive, skipped or observed by its reasons; one by one where `detail` is verbose.
std::string other_findings(const Run& run, const Style& style, Detail detail);

}  // namespace connspec
