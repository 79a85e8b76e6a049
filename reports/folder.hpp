// A folder of reports: junit.xml, a transcript of each case, and captures of those that failed.
#pragma once

#include "harness/verdict.hpp"
#include "reports/junit.hpp"
#include "reports/style.hpp"

#include <span>
#include <string>
#include <vector>

namespace connspec {

/// Writes DIR/junit.xml and DIR/transcripts/ROLE/TOPIC/…/CASE.txt, and notes in each result
/// where its transcript is; of what failed or is inconclusive, captures/ROLE/…/CASE.pcapng too.
/// Every file is written as a whole or not at all. Returns what could not be done, as
/// sentences; none when all is there.
std::vector<std::string> write_folder(const std::string& folder, std::span<Run> runs,
                                      JunitOptions options, const Style& style);

}  // namespace connspec
