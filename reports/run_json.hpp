// Runs as one JSON document, and back without a loss.
//
// The shape is in reports/run.schema.json. Written in ASCII. Bytes of a text that are no valid
// UTF-8 stand as U+EF80 to U+EFFF, a character a byte; the text of an event is bytes
// throughout, and each stands as the character of its number, U+0000 to U+00FF. Times are
// seconds, exact to the nanosecond up to some hundred days.
#pragma once

#include "harness/verdict.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

std::string run_json(std::span<const Run> runs);

/// Writes it to `path`, as a whole or not at all; a sentence if that cannot be done.
std::optional<std::string> save_run_json(const std::string& path, std::span<const Run> runs);

/// The runs of a document. Unset where it is none, and `error` says what is wrong and where:
/// `NAME: /runs/0/results/3/verdict: 'passed' is no verdict`. Takes whatever bytes there are:
/// keys that are unknown, missing or there twice are mistakes, as are totals that do not agree
/// with the results.
std::optional<std::vector<Run>> parse_run_json(std::string_view text, std::string_view name,
                                               std::string& error);

/// The same of a file.
std::optional<std::vector<Run>> read_run_json(std::string_view path, std::string& error);

}  // namespace connspec
