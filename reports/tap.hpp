// Runs as the Test Anything Protocol, version 14.
//
// One flat list: a test point a case, and one for the result of a profile. What makes the run
// fail is `not ok`; what is inconclusive as well, so that it can never be taken for a pass. A
// deviation that is accepted, or newer than the edition, is `not ok # TODO`.
// Details are YAML, every value in quotation marks. Where the target was lost or nothing was
// tested, `Bail out!` comes last: readers stop there.
#pragma once

#include "harness/verdict.hpp"

#include <optional>
#include <span>
#include <string>

namespace connspec {

std::string tap(std::span<const Run> runs);

/// Writes it to `path`, as a whole or not at all; a sentence if that cannot be done.
std::optional<std::string> save_tap(const std::string& path, std::span<const Run> runs);

}  // namespace connspec
