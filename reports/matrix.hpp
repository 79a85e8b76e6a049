// Several runs in one report: what tells one from the others.
#pragma once

#include "harness/verdict.hpp"

#include <span>
#include <string>

namespace connspec {

/// Empty where role and case say it all; else what the target is called, or its address, or
/// both. An address changes from day to day: give targets that are compared a label each.
std::string distinction_of(const Run& run, std::span<const Run> runs);

}  // namespace connspec
