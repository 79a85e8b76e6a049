// The report that a person reads when a run is over.
#pragma once

#include "harness/verdict.hpp"
#include "reports/findings.hpp"
#include "reports/style.hpp"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace connspec {

/// A line about the target, what calibration found, and the counts by topic.
std::string summary(const Run& run, const Style& style);

/// `148 cases in 0.42 s: 140 pass, 2 FAIL … exit 1`, the counts over all runs.
std::string last_line(std::span<const Run> runs, Exit exit, const Style& style);

/// A report that was written: `JUnit`, `out/junit.xml`.
using Written = std::pair<std::string, std::string>;

/// Everything: findings and summary of each run, by a profile with what it came to by that,
/// then where the reports are, and the last line. Quiet: the failures, a line for the profile,
/// and the last line.
std::string terminal_report(std::span<const Run> runs, const std::vector<Written>& written,
                            Exit exit, const Style& style, Detail detail);

}  // namespace connspec
