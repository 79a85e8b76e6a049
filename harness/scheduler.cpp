#include "harness/scheduler.hpp"

#include "harness/transcript.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <random>

namespace connspec {

namespace asio = boost::asio;

namespace {

constexpr std::size_t between_controls =
    64;                                ///< Cases from one control conversation to the next.
constexpr int generous_bounds = 3;     ///< When played again, alone.
constexpr int full_confirmations = 3;  ///< One by one; then bounds are no longer multiplied.
}  // namespace

Duration planned_time(const Case& script, const Offer& offer) {
  Duration total{};
  for (const auto& span : script.planned)
    total += span.declared ? offer.time[static_cast<std::size_t>(*span.declared)] : span.fixed;
  return total;
}

Scheduler::Scheduler(Stage& stage, const Calibration& calibration, Plan plan, Reporter reporter)
    : stage_(stage),
      calibration_(calibration),
      plan_(std::move(plan)),
      reporter_(std::move(reporter)),
      slots_(plan_.jobs),
      slot_(stage.io) {
  std::random_device random;
  prefix_ = fmt::format("k{:05x}", random() & 0xfffffU);
}

std::string Scheduler::next_token() { return fmt::format("{}x{}", prefix_, ++plays_); }

Task<void> Scheduler::play_all(std::span<const Case* const> cases, Run& run) {
  run_ = &run;
  entries_.reserve(cases.size());
  run.results.reserve(run.results.size() + cases.size());
  for (const auto* script : cases) {
    auto& result = run.results.emplace_back(unfinished(*script, plan_.again));
    entries_.push_back({.script = script,
                        .result = run.results.size() - 1,
                        .planned = planned_time(*script, stage_.offer),
                        .standing = Standing(result, plan_.official)});
  }
  std::vector<Entry*> together;
  std::vector<Entry*> alone;
  for (auto& entry : entries_) {
    if (!entry.script->everies.empty()) {
      rules_.add(*entry.script);
    } else if (const auto missing = missing_for(*entry.script)) {
      auto& result = run_->results[entry.result];
      leave_out(result, missing);
      if (reporter_.settled) reporter_.settled(result);
    } else {
      (entry.script->alone ? alone : together).push_back(&entry);
    }
  }
  std::stable_sort(together.begin(), together.end(),
                   [](const Entry* a, const Entry* b) { return a->planned > b->planned; });
  for (int i = 1; i <= plan_.repeat && run_->target_lost.empty(); ++i) {
    const bool last = i == plan_.repeat;
    if (calibration_.second_connection)
      co_await play_at_once(together, &Scheduler::play_entry,
                            last && !stage_.origin && plan_.repeat == 1);
    else
      co_await play_serially(together);
    co_await play_serially(alone);
  }
  co_await play_again();
  settle_everies();
  add_notes();
}

// Slots

Task<void> Scheduler::wait_for_slot() {
  while (active_ >= slots_) {
    slot_.expires_at(Time::max());
    co_await slot_.async_wait(no_throw);
  }
  ++active_;
}

void Scheduler::free_slot() {
  --active_;
  slot_.cancel();
}

/// With `meanwhile`, what failed is played again while the others only wait for time to pass.
Task<void> Scheduler::play_at_once(std::vector<Entry*> entries, How how, bool meanwhile) {
  std::size_t started = 0;
  for (auto* entry : entries) {
    if (++started % between_controls == 0) co_await is_alive();
    co_await wait_for_slot();
    if (!run_->target_lost.empty()) {
      free_slot();
      break;
    }
    ++unfinished_;
    asio::co_spawn(stage_.io, (this->*how)(*entry, true), [this](std::exception_ptr error) {
      --unfinished_;
      slot_.cancel();
      if (error) std::rethrow_exception(error);
    });
  }
  while (unfinished_ > 0) {
    auto* entry = meanwhile && active_ == 0 ? next_to_confirm() : nullptr;
    if (entry) {
      co_await confirm(*entry, false);
      continue;
    }
    slot_.expires_at(Time::max());
    co_await slot_.async_wait(no_throw);
  }
}

/// One that is to be played again by itself; null if there is none.
Scheduler::Entry* Scheduler::next_to_confirm() {
  if (!run_->target_lost.empty()) return nullptr;
  for (auto& entry : entries_)
    if (entry.standing.again() && !is_played_aside(entry)) return &entry;
  return nullptr;
}

/// It waited, for what did not come or for a time-out of the target's, and may do so again
/// beside others that wait.
bool Scheduler::is_played_aside(const Entry& entry) const {
  return entry.standing.waited() && !entry.script->alone && calibration_.second_connection;
}

Task<void> Scheduler::play_serially(std::vector<Entry*> entries) {
  for (auto* entry : entries) {
    if (!run_->target_lost.empty()) co_return;
    if (stage_.origin && entry->script->alone) stage_.origin->drain_idle();
    ++active_;
    co_await play_entry(*entry, false);
  }
}

// Plays

/// Plays a case that holds a slot. A play that only waits gives the slot back.
Task<void> Scheduler::play_entry(Entry& entry, bool can_park) {
  bool holds_slot = true;
  const auto park = [this, &holds_slot] {
    if (holds_slot) free_slot();
    holds_slot = false;
  };
  int plays = 0;
  auto played = co_await play_with_patience(
      entry, false, 1, can_park ? std::function<void()>(park) : nullptr, plays);
  if (played.refused && !co_await is_alive(entry.script)) {
    lose_target(played);
    fall_silent(entry, played);
  }
  park();
  settle(entry, std::move(played), plays);
}

/// Plays a case; on fresh connections again where that is fair.
Task<Played> Scheduler::play_with_patience(Entry& entry, bool alone, int bounds,
                                           std::function<void()> parked, int& plays) {
  const Case& script = *entry.script;
  Played played;
  ++entry.rounds;
  bool fresh = true;
  for (int i = 1; fresh; ++i) {
    ++plays;
    PlayOptions options{.token = next_token(),
                        .bounds = bounds,
                        .keep_transcript = plan_.transcripts,
                        .testify = static_cast<bool>(reporter_.heard),
                        .parked = parked};
    if (!rules_.empty())
      options.passing = [this, &script](const Message& message) {
        rules_.observe(message, script, stage_.offer);
      };
    played = co_await play(script, stage_, std::move(options));
    hear(entry, alone, played);
    shorten(played.transcript);
    fresh = needs_fresh_play(played, i);
  }
  co_return played;
}

void Scheduler::hear(const Entry& entry, bool alone, const Played& played) const {
  if (reporter_.heard) reporter_.heard({*entry.script, entry.rounds, alone, played});
}

void Scheduler::fall_silent(const Entry& entry, const Played& played) const {
  if (reporter_.silent) reporter_.silent(*entry.script, entry.rounds, played.reason);
}

/// Whether the target answers; asked by several plays, it is found out once. `during` is the
/// case that gave rise to doubt.
Task<bool> Scheduler::is_alive(const Case* during) {
  if (!run_->target_lost.empty()) co_return false;
  if (checking_) {
    while (checking_) {
      slot_.expires_at(Time::max());
      co_await slot_.async_wait(no_throw);
    }
    co_return alive_;
  }
  checking_ = true;
  alive_ = co_await answers_control(during);
  checking_ = false;
  slot_.cancel();
  co_return alive_;
}

/// A target that does not answer its control conversation three times is lost, unless it can be
/// started again.
Task<bool> Scheduler::answers_control(const Case* during) {
  std::string why;
  for (int i = 0; i < 3; ++i) {
    why = co_await control(stage_);
    if (why.empty()) co_return true;
    Timer pause(stage_.io, std::chrono::milliseconds(100));
    co_await pause.async_wait(no_throw);
  }
  if (reporter_.restart && co_await reporter_.restart()) co_return false;
  run_->target_lost = during ? fmt::format("{}, since {}", why, during->id) : why;
  co_return false;
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
  const auto park = [this, &holds_slot] {
    if (holds_slot) free_slot();
    holds_slot = false;
  };
  if (stage_.origin && !can_park) stage_.origin->drain_idle();
  const bool generous = can_park || confirmed_at_bound_ < full_confirmations;
  const int bounds = entry.standing.at_bound() && generous ? generous_bounds : 1;
  Played played;
  int plays = 0;
  for (int i = 0; i < lagged_plays; ++i) {
    played = co_await play_with_patience(entry, true, bounds, park, plays);
    if (!played.lagged) break;
  }
  if (is_suspicious(played) && !co_await is_alive(entry.script)) {
    blame_for_death(played);
    fall_silent(entry, played);
  }
  park();
  if (played.at_bound) ++confirmed_at_bound_;
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

// Results

void Scheduler::settle(Entry& entry, Played played, int plays) {
  const auto& result = run_->results[entry.result];
  if (!entry.standing.settle(std::move(played), plays)) return;
  if (result.verdict != Verdict::fail)
    run_->longest_wait = std::max(run_->longest_wait, result.time);
  if (reporter_.settled) reporter_.settled(result);
}

void Scheduler::settle_again(Entry& entry, Played played, int plays) {
  const auto& result = run_->results[entry.result];
  entry.standing.settle_alone(std::move(played), plays);
  if (result.verdict != Verdict::fail)
    run_->longest_wait = std::max(run_->longest_wait, result.time);
  if (reporter_.settled) reporter_.settled(result);
}

void leave_out(Result& result, const Missing& missing) {
  // What was to be had by what the user said is not silently less.
  result.verdict = missing.left_out ? Verdict::inconclusive : Verdict::skipped;
  result.reason = missing.left_out ? "not-as-declared" : "not-available";
  result.seen = sentence_of(missing);
}

void Scheduler::settle_everies() {
  for (const auto& entry : entries_) {
    if (entry.script->everies.empty()) continue;
    auto& result = run_->results[entry.result];
    rules_.settle(result, plan_.again);
    if (reporter_.settled) reporter_.settled(result);
  }
}

}  // namespace connspec
