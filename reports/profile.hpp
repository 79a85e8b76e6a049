// What a run came to by a profile, for a person.
#pragma once

#include "harness/verdict.hpp"
#include "reports/findings.hpp"
#include "reports/style.hpp"

#include <string>

namespace connspec {

/// The rows that matter to the result, those set apart for themselves, and the result as the
/// last line. Rows that are met are named only where `detail` is verbose, those that were
/// observed also where the profile does nothing but report.
std::string profile_report(const Run& run, const Style& style, Detail detail);

/// `server-core: incomplete (54 of 75 rows played; 95 % have to be)`, one line.
std::string profile_line(const ProfileResult& profile, const Style& style);

}  // namespace connspec
