// A case judged again from all that was kept of its plays, and what the scheduler made of them.
#pragma once

#include "harness/retrial.hpp"
#include "harness/rules.hpp"
#include "harness/standing.hpp"

namespace connspec {

/// One play, and when it ended among all plays of the run.
struct KeptPlay {
  std::size_t number = 0;
  Testimony testimony = {};
};

/// Plays on fresh connections that followed one another.
struct KeptRound {
  bool alone = false;
  std::string silent = {};  ///< The target did not answer behind it: the reason.
  std::vector<KeptPlay> plays = {};
};

struct HearingOptions {
  bool official = false;
  std::size_t repeat = 1;
  std::string again = {};  ///< The command that plays a case.
  bool keep_transcripts = false;
  /// The run ended because the target was lost, and why: plays may be missing.
  std::string lost = {};
  /// What each play's messages say of these rules goes to `seen`, by the number of the play.
  const Rules* rules = nullptr;
  std::map<std::size_t, Rules>* seen = nullptr;
};

/// Throws TestimonyError where the plays do not hold together, or there are others than those
/// that what came out asks for.
Result hear(const Case& script, std::span<const KeptRound> rounds, const Offer& offer,
            const HearingOptions& options);

}  // namespace connspec
