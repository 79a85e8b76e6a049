// The reports of one command in files: all that the command line asked for. Part of the
// program.
#pragma once

#include "harness/options.hpp"
#include "harness/verdict.hpp"
#include "reports/terminal.hpp"

#include <cstdio>
#include <span>
#include <string>
#include <vector>

namespace connspec {

/// Where the report for people goes: not among a report on standard output.
std::FILE* screen_for(const Options& options);

/// Writes all reports that were asked for, and says in `written` where they are. Returns what
/// could not be done, as sentences.
std::vector<std::string> save_reports(const Options& options, std::span<Run> runs,
                                      std::vector<Written>& written);

/// The same before anything is known, of those that can be written time and again.
std::vector<std::string> save_first_reports(const Options& options, std::span<const Run> runs);

/// Whether JUnit is written time and again, so that a reader finds what is known so far.
bool keeps_junit(const Options& options);
/// What could not be done, as sentences.
std::vector<std::string> keep_junit(const Options& options, std::span<const Run> runs);

}  // namespace connspec
