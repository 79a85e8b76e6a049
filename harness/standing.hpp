// What several plays of one case come to together: the rules of the scheduler, without its
// waiting. The same for who plays and for who judges again.
#pragma once

#include "harness/played.hpp"
#include "harness/script.hpp"

namespace connspec {

/// Plays in succession, for `given` and for closes between messages.
inline constexpr int fresh_plays = 3;

/// Whether a case has to be played once more on fresh connections behind so many plays in
/// succession, where that is fair. A close that was announced makes it skipped.
bool needs_fresh_play(Played& played, int plays);

/// Played again alone, so often at most, while our own lateness touched what decided.
inline constexpr int lagged_plays = 8;

/// Whether the target may have died of it.
bool is_suspicious(const Played& played);

/// The target did not answer its control conversation behind a play.
void lose_target(Played& played);
/// The same behind a play alone.
void blame_for_death(Played& played);

/// How a case stands after some plays. Refers to its result, which outlives it.
class Standing {
 public:
  /// Official: what came out gravest counts, if plays differ; else what came of the play alone.
  Standing(Result& result, bool official) : result_(result), official_(official) {}

  /// One play more, on fresh connections again where that was fair: so many in all. True: the
  /// result has changed.
  bool settle(Played played, int plays);
  /// The play alone decides; where it came out otherwise than before, the case is unstable.
  void settle_alone(Played played, int plays);

  /// Something may have come between: it is to be played again, whatever it comes to.
  void doubt() { again_ = true; }

  bool again() const { return again_; }  ///< It is to be played once more, alone.
  bool waited() const { return waited_; }

 private:
  void take(Played played);

  Result& result_;
  bool official_;
  bool again_ = false;
  bool waited_ = false;
  int played_ = 0;
};

/// The target is lost, and what the case came to was not confirmed.
void give_up(Result& result, const std::string& why);

/// A result that says what is known of a case before it is played.
Result unfinished(const Case& script, const std::string& again);

}  // namespace connspec
