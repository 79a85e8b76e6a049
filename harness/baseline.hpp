// The deviations that somebody expects of a target, each with the reason why it is put up with.
//
//     # case                           outcome              until       why
//     server/close/option/ends/label   fail:served-extra    2026-12-31  ACME-481, fixed in 3.2
//     server/persist/race              unstable:left-open   -           race in the pool,
//     ACME-502
//
// An outcome is the exact verdict and reason: what comes out otherwise, passes, or is past its
// date is a failure and says which line to change. Nothing else is ever hidden by the file.
#pragma once

#include "harness/verdict.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

/// One line of the file.
struct ExpectedDeviation {
  std::string id = {};
  std::string verdict = {};  ///< `fail`, `departs`; `unstable`: now and then.
  std::string reason = {};
  std::string until = {};  ///< The last day, `2026-12-31`; `-`: no end.
  std::string why = {};
  int line = 0;
};

struct Baseline {
  std::string file = {};
  std::vector<std::string> rows = {};  ///< All of the file, for writing it again.
  std::vector<ExpectedDeviation> deviations = {};

  const ExpectedDeviation* find(std::string_view id) const;
};

/// What is wrong with a file, `acme.baseline:3:1: ...` each.
using BaselineErrors = std::vector<std::string>;

/// Reads the text of `file`. `needs_why`: a line without its why is a mistake.
Baseline read_baseline(std::string_view file, std::string_view text, bool needs_why,
                       BaselineErrors& errors);

/// The file as bytes; unset with a sentence where it cannot be read.
std::optional<std::string> text_of_file(const std::string& path, std::string& error);

/// Says of each result what the baseline makes of it, and in a note which lines were not
/// played. `today` is `2026-11-26`.
void apply(const Baseline& baseline, Run& run, std::string_view today);

/// The text with the outcomes of the runs: whys, dates and comments stay, lines of what passes
/// now go, and what is new stands at the end without a why, which somebody has to give.
std::string updated(const Baseline& baseline, const std::vector<Run>& runs);

}  // namespace connspec
