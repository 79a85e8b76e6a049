// The plays of one case as a file: a JSON document a line, in the order in which they ended.
#pragma once

#include "harness/hearing.hpp"

namespace connspec {

/// Which play a testimony is of.
struct WhichPlay {
  const Case& script;
  std::size_t round = 0;  ///< As the scheduler counts them.
  bool alone = false;
  std::size_t number = 0;  ///< When it ended among all plays of the run.
};

/// One play, with its newline.
std::string evidence_line(const WhichPlay& play, const Testimony& testimony);
/// The target did not answer behind a round.
std::string silence_line(const Case& script, std::size_t round, const std::string& reason);

/// The rounds that the lines tell of. Throws TestimonyError, with the number of the line.
std::vector<KeptRound> read_evidence(std::string_view text, std::string_view case_id);

}  // namespace connspec
