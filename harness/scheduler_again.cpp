// What is played again: what failed or departed, and what our own lateness touched.
#include "harness/scheduler.hpp"

namespace connspec {

namespace {

constexpr int generous_bounds =
    1;  ///< Times the usual ones: an idle time-out must not do for an end.
constexpr int full_confirmations = 3;  ///< One by one; then bounds are no longer multiplied.
constexpr int lagged_plays = 5;

}  // namespace

/// One that is to be played again by itself; null if there is none.
Scheduler::Entry* Scheduler::next_to_confirm() {
  for (auto& entry : entries_)
    if (entry.again && !entry.in_play && !is_played_aside(entry)) return &entry;
  return nullptr;
}

/// It waited, for what did not come or for a time-out of the target's, and may do so again
/// beside others that wait.
bool Scheduler::is_played_aside(const Entry& entry) const {
  return entry.waited && !entry.script->alone && calibration_.second_connection;
}

/// What failed, departed or was touched by our own lateness, once more and alone. Cases that
/// waited do so again at the end, and each begins as soon as the one
/// before it does nothing but wait: many of them take no longer than one.
Task<void> Scheduler::play_again() {
  std::vector<Entry*> waiting;
  bool any = false;
  for (auto& entry : entries_) {
    if (!entry.again) continue;
    if (!any && !co_await is_alive() && !run_->target_lost.empty()) break;
    any = true;
    if (is_played_aside(entry))
      waiting.push_back(&entry);
    else
      co_await confirm(entry, false);
  }
  slots_ = 1;
  co_await play_at_once(std::move(waiting), &Scheduler::confirm);
  if (run_->target_lost.empty() && !entries_.empty()) co_await is_alive();
  if (!run_->target_lost.empty()) give_up();
}

/// Plays a case again. Where it can park it holds a slot.
Task<void> Scheduler::confirm(Entry& entry, bool can_park) {
  bool holds_slot = can_park;
  const auto park = [this, &holds_slot] {
    if (holds_slot) free_slot();
    holds_slot = false;
  };
  if (!can_park) co_await drain();
  const bool generous = can_park || confirmed_at_bound_ < full_confirmations;
  const int bounds = entry.at_bound && generous ? generous_bounds : 1;
  Played played;
  int plays = 0;
  for (int i = 0; i < lagged_plays; ++i) {
    played = co_await play_with_patience(*entry.script, bounds, park, plays);
    if (!played.lagged) break;
  }
  const bool suspicious = played.refused || played.reason.find("got-end") != std::string::npos;
  if (suspicious && !co_await is_alive(entry.script)) {
    played.verdict = Verdict::inconclusive;
    played.reason = "target-died";
    played.seen = "the target stopped answering during this case";
  }
  park();
  if (played.at_bound) ++confirmed_at_bound_;
  settle_again(entry, std::move(played), plays);
}

/// The target is lost: what has not been confirmed comes to nothing.
void Scheduler::give_up() {
  for (auto& entry : entries_) {
    auto& result = run_->results[entry.result];
    const bool unconfirmed = entry.again || result.reason == "not-finished";
    if (!unconfirmed || !entry.script->everies.empty()) continue;
    result.verdict = Verdict::inconclusive;
    result.reason = "target-lost";
    result.expected.clear();
    result.allowed.clear();
    result.seen = "the target no longer answers: " + run_->target_lost;
    if (reporter_.settled) reporter_.settled(result);
  }
}

/// The play alone decides; where it came out otherwise than before, the case is unstable.
void Scheduler::settle_again(Entry& entry, Played played, int plays) {
  auto& result = run_->results[entry.result];
  const auto before = result.verdict;
  const auto reason = result.reason;
  const bool differs =
      before != Verdict::inconclusive && (before != played.verdict || reason != played.reason);
  result.plays += plays;
  if (played.lagged) played.verdict = Verdict::inconclusive, played.reason = "lagged";
  entry.again = false;
  entry.played = 0;
  const auto kept = result.plays;
  const bool unstable = result.unstable || differs;
  settle(entry, std::move(played), 1);
  entry.again = false;
  result.plays = kept;
  result.unstable = unstable;
  if (differs) result.first_reason = reason;
}

}  // namespace connspec
