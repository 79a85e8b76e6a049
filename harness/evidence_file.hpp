// The plays of one case as a file: a JSON document a line, in the order in which they ended.
#pragma once

#include "harness/hearing.hpp"
#include "harness/scheduler.hpp"

namespace connspec {

/// One play; `number` says when it ended among all plays of the run. With its newline.
std::string evidence_line(const Heard& heard, std::size_t number);
/// The target did not answer behind a round.
std::string silence_line(const Case& script, std::size_t round, const std::string& reason);

/// The rounds that the lines tell of. Throws TestimonyError, with the number of the line.
std::vector<KeptRound> read_evidence(std::string_view text, std::string_view case_id);

}  // namespace connspec
