#include "harness/standing.hpp"

namespace connspec {

namespace {

bool differs(const Result& result, const Played& played) {
  return result.verdict != played.verdict || result.reason != played.reason;
}

/// How grave a verdict is in an official run, where nothing that was seen once is taken back,
/// and who skips has not passed.
int gravity_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::inconclusive:
      return 0;
    case Verdict::pass:
      return 1;
    case Verdict::observed:
      return 2;
    case Verdict::skipped:
      return 3;
    case Verdict::departs:
      return 4;
    case Verdict::fail:
      return 5;
  }
  return 0;
}

/// What our own lateness touched says nothing.
void discount_lag(Played& played) {
  if (played.lagged) played.verdict = Verdict::inconclusive, played.reason = "lagged";
}

}  // namespace

Result unfinished(const Case& script, const std::string& again) {
  return {.id = script.id,
          .title = script.title,
          .requirement = script.requirement,
          .spec = script.spec,
          .level = std::string(name_of(script.level)),
          .covers = script.covers,
          .kills = script.kills,
          .why = script.why,
          .since = script.since,
          .file = script.place.file,
          .line = script.place.line,
          .verdict = Verdict::inconclusive,
          .reason = "not-finished",
          .again = again + script.id};
}

bool needs_fresh_play(Played& played, int plays) {
  if (played.closed == ClosedBetween::announced) {
    played.verdict = Verdict::skipped;
    played.reason = "closed-as-announced";
    return false;
  }
  const bool fresh = played.given_unmet || played.closed == ClosedBetween::unannounced;
  return fresh && !played.lagged && plays < fresh_plays;
}

bool is_suspicious(const Played& played) {
  return played.refused || played.reason.find("got-end") != std::string::npos;
}

void lose_target(Played& played) {
  played.verdict = Verdict::inconclusive;
  played.reason = "target-lost";
}

void blame_for_death(Played& played) {
  played.verdict = Verdict::inconclusive;
  played.reason = "target-died";
  played.seen = "the target stopped answering during this case";
}

void give_up(Result& result, const std::string& why) {
  result.verdict = Verdict::inconclusive;
  result.reason = "target-lost";
  result.expected.clear();
  result.allowed.clear();
  result.seen = "the target no longer answers: " + why;
}

bool Standing::settle(Played played, int plays) {
  const bool first = played_++ == 0;
  discount_lag(played);
  const bool doubtful = played.verdict == Verdict::fail || played.verdict == Verdict::departs ||
                        played.verdict == Verdict::inconclusive;
  again_ = again_ || doubtful;
  waited_ = waited_ || played.at_bound || played.waited;
  const bool says_nothing = official_ && played.verdict == Verdict::inconclusive;
  if (!first && differs(result_, played) && result_.verdict != Verdict::inconclusive &&
      !says_nothing) {
    result_.unstable = true;
    result_.first_reason = result_.reason;
    again_ = true;
  }
  if (!first && official_) result_.plays += plays;
  const bool graver = official_ ? gravity_of(played.verdict) > gravity_of(result_.verdict)
                                : played.verdict > result_.verdict;
  if (!first && !graver) return false;
  if (first || !official_) result_.plays += plays - 1;
  take(std::move(played));
  return true;
}

void Standing::settle_alone(Played played, int plays) {
  const auto before = result_.verdict;
  const bool differed = before != Verdict::inconclusive && differs(result_, played);
  discount_lag(played);
  const bool keeps = official_ && differed && played.verdict != Verdict::inconclusive &&
                     gravity_of(before) > gravity_of(played.verdict);
  again_ = false;
  waited_ = waited_ || played.at_bound || played.waited;
  played_ = 1;
  result_.plays += plays;
  result_.unstable = result_.unstable || differed;
  if (differed) result_.first_reason = keeps ? played.reason : result_.reason;
  if (!keeps) take(std::move(played));
}

void Standing::take(Played played) {
  result_.verdict = played.verdict;
  result_.reason = std::move(played.reason);
  result_.expected = std::move(played.expected);
  result_.seen = std::move(played.seen);
  result_.allowed = std::move(played.allowed);
  result_.taken = std::move(played.taken);
  result_.time = played.time;
  result_.transcript = std::move(played.transcript);
}

}  // namespace connspec
