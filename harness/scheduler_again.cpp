// What is played again: what failed or departed, and what our own lateness touched.
#include "harness/scheduler.hpp"

namespace connspec {

/// One that is to be played again, beside those that wait or by itself; null if there is none.
Scheduler::Entry* Scheduler::next_to_confirm(bool aside) {
  for (auto& entry : entries_)
    if (entry.standing.again() && !entry.in_play && is_played_aside(entry) == aside)
      return &entry;
  return nullptr;
}

/// It waited, for what did not come or for a time-out of the target's, and may do so again
/// beside others that wait.
bool Scheduler::is_played_aside(const Entry& entry) const {
  return entry.standing.waited() && !entry.script->alone && calibration_.second_connection;
}

/// What failed, departed or was touched by our own lateness, once more and alone. Cases that
/// waited do so again at the end, and each begins as soon as the one
/// before it does nothing but wait: many of them take no longer than one.
Task<void> Scheduler::play_again() {
  std::vector<Entry*> waiting;
  bool any = false;
  for (auto& entry : entries_) {
    if (!entry.standing.again()) continue;
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
  entry.in_play = true;
  const auto park = [this, &holds_slot] {
    if (holds_slot) free_slot();
    holds_slot = false;
  };
  if (!can_park) co_await drain();
  Played played;
  int plays = 0;
  for (int i = 0; i < lagged_plays; ++i) {
    played = co_await play_with_patience(entry, true, park, plays);
    if (!played.lagged) break;
  }
  if (is_suspicious(played) && !co_await is_alive(entry.script)) {
    blame_for_death(played);
    fall_silent(entry, played);
  }
  park();
  settle_again(entry, std::move(played), plays);
}

/// The target is lost: what has not been confirmed comes to nothing.
void Scheduler::give_up() {
  for (auto& entry : entries_) {
    auto& result = run_->results[entry.result];
    const bool unconfirmed = entry.standing.again() || result.reason == "not-finished";
    if (!unconfirmed || !entry.script->everies.empty()) continue;
    connspec::give_up(result, run_->target_lost);
    if (reporter_.settled) reporter_.settled(result);
  }
}

void Scheduler::settle_again(Entry& entry, Played played, int plays) {
  const auto& result = run_->results[entry.result];
  entry.in_play = false;
  entry.standing.settle_alone(std::move(played), plays);
  if (result.verdict != Verdict::fail)
    run_->longest_wait = std::max(run_->longest_wait, result.time);
  if (reporter_.settled) reporter_.settled(result);
}

}  // namespace connspec
