#include "harness/scheduler.hpp"

#include "harness/connection.hpp"
#include "harness/transcript.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace connspec {

namespace asio = boost::asio;

namespace {

constexpr std::size_t between_controls =
    64;  ///< Cases from one control conversation to the next.
constexpr Duration for_a_while = std::chrono::milliseconds(300);
constexpr int most_beside_waits = 8;  ///< Plays of one case that is to be alone.
constexpr int drained_after_ms = 20;  ///< For a proxy that keeps its half of a connection.

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
    alone_ = alone;
    if (calibration_.second_connection)
      co_await play_at_once(together, &Scheduler::play_entry,
                            last && !stage_.origin && plan_.repeat == 1 && !reporter_.heard);
    else
      co_await play_serially(together);
    co_await play_serially(alone_);
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

/// With `meanwhile`, what failed is played again while the others only wait for time to pass,
/// and so is what is to be played alone, if it can be.
Task<void> Scheduler::play_at_once(std::vector<Entry*> entries, How how, bool meanwhile) {
  std::size_t started = 0;
  for (auto* entry : entries) {
    if (++started % between_controls == 0) co_await is_alive();
    co_await wait_for_slot();
    if (!run_->target_lost.empty()) {
      free_slot();
      break;
    }
    begin(*entry, how);
  }
  while (unfinished_ > 0) {
    const bool only_waits = meanwhile && active_ == 0 && run_->target_lost.empty();
    if (auto* entry = only_waits ? next_to_confirm(false) : nullptr) {
      co_await confirm(*entry, false);
      continue;
    }
    if (auto* entry = only_waits ? next_alone() : nullptr) {
      co_await play_beside_waits(*entry);
      continue;
    }
    if (auto* entry = only_waits ? next_to_confirm(true) : nullptr) {
      co_await wait_for_slot();
      begin(*entry, &Scheduler::confirm);
      continue;
    }
    slot_.expires_at(Time::max());
    co_await slot_.async_wait(no_throw);
  }
}

/// Begins to play a case, with a slot that was waited for.
void Scheduler::begin(Entry& entry, How how) {
  ++unfinished_;
  asio::co_spawn(stage_.io, (this->*how)(entry, true), [this](std::exception_ptr error) {
    --unfinished_;
    slot_.cancel();
    if (error) std::rethrow_exception(error);
  });
}

Scheduler::Entry* Scheduler::next_alone() const {
  for (auto* entry : alone_)
    if (entry->beside_waits < most_beside_waits) return entry;
  return nullptr;
}

/// Plays one that is to be alone while the others wait. That it passes counts, if nothing
/// happened on their connections meanwhile. If it does not, the target may have kept them
/// waiting for it: they are played again, and it is played when nothing waits any more.
Task<void> Scheduler::play_beside_waits(Entry& entry) {
  if (entry.beside_waits++ > 0) co_await next_event();
  const auto others = unfinished_;
  if (others == 0) co_return;
  const auto events = Connection::events_of_all();
  int plays = 0;
  auto played = co_await play_with_patience(entry, false, nullptr, plays);
  co_await hear_all();
  const bool undisturbed = unfinished_ == others && !played.lagged &&
                           Connection::events_of_all() - events == played.events;
  const auto place = std::find(alone_.begin(), alone_.end(), &entry);
  if (played.verdict != Verdict::pass) {
    entry.beside_waits = most_beside_waits;
    for (auto& other : entries_)
      if (other.in_play) other.standing.doubt();
  } else if (undisturbed) {
    alone_.erase(place);
    settle(entry, std::move(played), plays);
  } else {
    std::rotate(place, place + 1, alone_.end());
  }
}

/// Returns when something has happened on a connection, or nothing for a while: what others do
/// at regular times leaves most room right behind it.
Task<void> Scheduler::next_event() {
  const auto events = Connection::events_of_all();
  const auto until = Clock::now() + for_a_while;
  Timer tick(stage_.io);
  while (events == Connection::events_of_all() && unfinished_ > 0 && Clock::now() < until) {
    tick.expires_after(Pulse::interval);
    co_await tick.async_wait(no_throw);
  }
}

/// Returns when all has been read that had come when it was called.
Task<void> Scheduler::hear_all() {
  const Time now = Clock::now();
  Timer tick(stage_.io);
  while (stage_.pulse.looked_until() < now) {
    tick.expires_after(Pulse::interval);
    co_await tick.async_wait(no_throw);
  }
}

Task<void> Scheduler::play_serially(std::vector<Entry*> entries) {
  for (auto* entry : entries) {
    if (!run_->target_lost.empty()) co_return;
    if (entry->script->alone) co_await drain();
    ++active_;
    co_await play_entry(*entry, false);
  }
}

// Plays

/// Plays a case that holds a slot. A play that only waits gives the slot back.
Task<void> Scheduler::play_entry(Entry& entry, bool can_park) {
  bool holds_slot = true;
  entry.in_play = true;
  const auto park = [this, &holds_slot] {
    if (holds_slot) free_slot();
    holds_slot = false;
  };
  int plays = 0;
  auto played = co_await play_with_patience(
      entry, false, can_park ? std::function<void()>(park) : nullptr, plays);
  if (played.refused && !co_await is_alive(entry.script)) {
    lose_target(played);
    fall_silent(entry, played);
  }
  park();
  settle(entry, std::move(played), plays);
}

/// Plays a case; on fresh connections again where that is fair. Those that wait do so side by
/// side, and the first that comes to something counts.
Task<Played> Scheduler::play_with_patience(Entry& entry, bool alone,
                                           std::function<void()> parked, int& plays) {
  const Case& script = *entry.script;
  Played played;
  ++entry.rounds;
  bool fresh = true;
  for (int i = 1; fresh; ++i) {
    // Who testifies does so in an order that can be judged again.
    const bool aside = played.waited && !script.alone && calibration_.second_connection &&
                       i < fresh_plays && !reporter_.heard;
    const int count = aside ? fresh_plays - i + 1 : 1;
    if (aside)
      played = co_await play_side_by_side(entry, alone, count);
    else
      played = co_await play_once(entry, alone, parked);
    plays += count;
    fresh = needs_fresh_play(played, i + count - 1);
  }
  co_return played;
}

Task<Played> Scheduler::play_once(Entry& entry, bool alone, std::function<void()> parked) {
  const Case& script = *entry.script;
  PlayOptions options{.token = next_token(),
                      .keep_transcript = plan_.transcripts,
                      .testify = static_cast<bool>(reporter_.heard),
                      .parked = std::move(parked)};
  if (!rules_.empty())
    options.passing = [this, &script](const Message& message) {
      rules_.observe(message, script, stage_.offer);
    };
  auto played = co_await play(script, stage_, std::move(options));
  hear(entry, alone, played);
  shorten(played.transcript);
  co_return played;
}

/// So many plays of one case at once; what the first of them came to that wants no other.
Task<Played> Scheduler::play_side_by_side(Entry& entry, bool alone, int count) {
  std::vector<Played> played;
  Timer all_done(stage_.io, Time::max());
  for (int i = 0; i < count; ++i)
    asio::co_spawn(stage_.io, play_once(entry, alone, nullptr),
                   [&](std::exception_ptr error, Played one) {
                     played.push_back(std::move(one));
                     all_done.cancel();
                     if (error) std::rethrow_exception(error);
                   });
  while (std::cmp_less(played.size(), count)) {
    all_done.expires_at(Time::max());
    co_await all_done.async_wait(no_throw);
  }
  const auto counts =
      std::ranges::find_if(played, [](Played& one) { return !needs_fresh_play(one, 1); });
  co_return std::move(counts == played.end() ? played.back() : *counts);
}

/// A case that plays alone meets no upstream connection of those before it, nor a request of
/// theirs that the proxy still has. A connection that the proxy still takes for open when our
/// end of it is on its way would cost the case its request.
Task<void> Scheduler::drain() {
  if (!stage_.origin) co_return;
  stage_.origin->stop_dawdling();
  Timer pause(stage_.io, Duration{});
  co_await pause.async_wait(no_throw);
  stage_.origin->begin_drain();
  for (int i = 0; i == 0 || (stage_.origin->is_draining() && i < drained_after_ms); ++i) {
    pause.expires_after(std::chrono::milliseconds(1));
    co_await pause.async_wait(no_throw);
  }
  stage_.origin->end_drain();
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

// Results

void Scheduler::settle(Entry& entry, Played played, int plays) {
  const auto& result = run_->results[entry.result];
  entry.in_play = false;
  if (!entry.standing.settle(std::move(played), plays)) return;
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
