#include "harness/settle.hpp"

#include <algorithm>

namespace connspec {

namespace {

using State = Finding::State;

bool begins_with_silence(const WayOn& way) {
  const auto& first = way.rows.front().row->sequence.front().thing;
  return std::holds_alternative<Silence>(first);
}

/// Bound of one item. The judge itself ends those that name a time.
Duration bound_of(const Item& item, const Bounds& bounds) {
  auto bound = std::holds_alternative<End>(item.thing) ? bounds.close : bounds.reply;
  for (const auto& fact : item.facts) {
    if (std::holds_alternative<Within>(fact)) return Duration::max();
    const auto* not_before = std::get_if<NotBefore>(&fact);
    if (not_before && not_before->time) bound += not_before->time->fixed;
  }
  return std::holds_alternative<Silence>(item.thing) ? Duration::max() : bound;
}

/// How far a way came: rows, then items, then bytes.
auto distance(const Short<RowFinding>& rows) {
  const auto& last = rows.back();
  return std::tuple(rows.size(), last.finding.item, last.finding.cursor);
}

/// The peer ended, as the row asks, but not when.
bool is_end_at_another_time(const RowFinding& row) {
  return row.finding.timed &&
         std::holds_alternative<End>(row.on.row->sequence[row.finding.item].thing);
}

}  // namespace

Sight EyeWitness::sight(const RowOn& row, const Claim* claim, Time since) {
  auto& actor = *row.actor;
  Sight sight{.since = since};
  sight.seen_until = std::max(actor.read_at, pulse_.looked_until());
  if (claim) {
    if (!claim->arrival) return sight;
    auto& on = *claim->arrival->on;
    sight.wire = &on.connection().wire();
    sight.readings = &on.readings();
    sight.cursor = claim->arrival->begin;
    sight.last_write = on.connection().last_write();
    sight.last_sent = on.connection().last_sent();
    sight.connection = on.number();
    sight.fresh = claim->arrival->first;
    return sight;
  }
  const auto* connection = actor.connection();
  if (!connection) return sight;
  sight.wire = &connection->wire();
  sight.readings = actor.readings();
  sight.cursor = actor.cursor;
  sight.fin_taken = actor.fin_taken;
  sight.last_write = connection->last_write();
  sight.last_sent = connection->last_sent();
  sight.writing = connection->is_writing();
  sight.segments = connection->segments_since_write();
  sight.connection = actor.upstream ? actor.upstream->number() : 0;
  sight.fresh = actor.fresh;
  return sight;
}

Settling::Settling(const Short<WayOn>& ways, bool several, Bounds bounds, Witness& witness,
                   Time since)
    : ways_(ways),
      progress_(ways_.size(), Progress{0, 0, since}),
      several_(several),
      bounds_(bounds),
      witness_(witness),
      since_(since) {}

/// Judges the first `rows` rows of a way, each from where the one before left its lane.
Settling::Outcome Settling::judge_way(std::size_t index, Setting& setting, std::size_t rows) {
  Outcome outcome;
  const auto& way = ways_[index];
  for (std::size_t i = 0; i < std::min(rows, way.rows.size()); ++i) {
    const auto& on = way.rows[i];
    const bool waits_here = progress_[index].row == i;
    auto sight = witness_.sight(on, on.claim, waits_here ? progress_[index].since : since_);
    for (const auto& before : outcome.rows)
      if (before.on.actor == on.actor && (!on.claim || on.claim == before.on.claim)) {
        sight = witness_.sight(on, before.on.claim, sight.since);
        sight.cursor = before.finding.cursor;
        sight.fin_taken = before.finding.fin_taken;
      }
    setting.n = on.n;
    auto finding = judge(on.row->sequence, sight, setting);
    outcome.state = finding.state;
    if (i == 0 && finding.state == State::met)
      outcome.first_met = {finding.earliest, finding.at};
    if (finding.again) outcome.again = *finding.again;
    outcome.rows.push_back({on, std::move(finding), sight.cursor});
    if (outcome.state != State::met) break;
  }
  return outcome;
}

/// A pending way whose bound has passed is unmet. Time in which we stood still does not count.
void Settling::apply_bound(std::size_t index, Outcome& outcome) {
  auto& last = outcome.rows.back();
  auto& progress = progress_[index];
  const bool moved =
      progress.row != outcome.rows.size() - 1 || progress.item != last.finding.item;
  if (moved) progress = {outcome.rows.size() - 1, last.finding.item, witness_.now()};
  learned_ = learned_ || moved;
  const auto& sequence = last.on.row->sequence;
  const auto bound = bound_of(sequence[last.finding.item], bounds_);
  if (bound == Duration::max()) return;
  auto sight = witness_.sight(last.on, last.on.claim, progress.since);
  // What we say slowly is answered when it has been said.
  const auto from = std::max(progress.since, sight.wire ? sight.last_sent : Time{});
  auto deadline = from + bound;
  if (sight.seen_until >= deadline) deadline += witness_.stalled_since(from);
  if (sight.seen_until < deadline) {
    outcome.again = std::min(outcome.again, deadline);
    return;
  }
  sight.cursor = last.finding.cursor;
  last.finding = at_bound(std::move(last.finding), sequence, sight);
  outcome.state = State::unmet;
  outcome.at_bound = true;
}

/// A way that begins with silence makes its time the bound of all. Notes in `decision` when.
bool Settling::silence_is_over(Setting& setting, Decision& decision) {
  if (ways_.size() == 1) return false;
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    if (!begins_with_silence(ways_[i]) || is_out(ways_[i])) continue;
    const auto silence = judge_way(i, setting, 1);
    if (silence.state == State::met) return true;
    if (silence.state == State::pending)
      decision.again = std::min(decision.again, silence.again);
  }
  return false;
}

/// Several lanes: the one on which a way's first row was met first, by stamps.
std::optional<const Actor*> Settling::first_lane(Setting& setting, Decision& waiting) {
  std::vector<std::pair<const Actor*, Moment>> met;
  bool open = false;
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    auto outcome = judge_way(i, setting, 1);
    if (outcome.state == State::pending) apply_bound(i, outcome);
    if (outcome.state == State::met)
      met.emplace_back(ways_[i].rows.front().actor, outcome.first_met);
    if (outcome.state == State::pending) {
      open = true;
      waiting.again = std::min(waiting.again, outcome.again);
    }
  }
  if (met.empty()) return open ? std::nullopt : std::optional<const Actor*>(nullptr);
  const auto first = std::min_element(met.begin(), met.end(), [](const auto& a, const auto& b) {
    return a.second.latest < b.second.latest;
  });
  close_race_ = std::any_of(met.begin(), met.end(), [&](const auto& other) {
    return other.first != first->first && other.second.earliest < first->second.latest;
  });
  return first->first;
}

Decision Settling::decide(Setting& setting) {
  learned_ = false;
  auto decision = judge_all(setting);
  decision.learned = learned_;
  return decision;
}

Decision Settling::judge_all(Setting& setting) {
  Decision decision;
  const bool choosing = several_ && !decided_;
  if (choosing) {
    const auto lane = first_lane(setting, decision);
    if (!lane) return decision;
    decided_ = *lane;
    learned_ = true;
  }
  decision.close_race = close_race_;
  const bool silence_over = silence_is_over(setting, decision);
  bool any = false;
  bool end_was_asked_for = false;
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    if (is_out(ways_[i])) continue;
    auto outcome = judge_way(i, setting, ways_[i].rows.size());
    if (outcome.state == State::pending) {
      apply_bound(i, outcome);
      if (outcome.state == State::pending && silence_over && !begins_with_silence(ways_[i])) {
        auto& last = outcome.rows.back();
        const auto sight = witness_.sight(last.on, last.on.claim, since_);
        last.finding = at_bound(std::move(last.finding), last.on.row->sequence, sight);
        outcome.state = State::unmet;
      }
    }
    decision.undecided = decision.undecided || outcome.rows.back().finding.undecided;
    if (outcome.state == State::pending) {
      decision.state = State::pending;
      decision.again = std::min(decision.again, outcome.again);
      return decision;
    }
    if (outcome.state == State::met) {
      decision.state = State::met;
      decision.way = i;
      decision.rows = std::move(outcome.rows);
      return decision;
    }
    decision.at_bound = decision.at_bound || outcome.at_bound;
    if (ways_.size() > 1) decision.others.push_back(outcome.rows.back());
    const bool wrong = ways_[i].way && ways_[i].way->mark == Way::Mark::wrong;
    if (wrong && any) continue;  // Why it is not even wrong in this way says little.
    const RowFinding& last = outcome.rows.back();
    if (!wrong && last.finding.closed != ClosedBetween::no)
      decision.closed = last.finding.closed;
    end_was_asked_for = end_was_asked_for || (!wrong && is_end_at_another_time(last));
    if (!any || distance(outcome.rows) > distance(decision.rows)) {
      decision.way = i;
      decision.rows = std::move(outcome.rows);
    }
    any = any || !wrong;
  }
  decision.state = State::unmet;
  if (end_was_asked_for) decision.closed = ClosedBetween::no;
  return decision;
}

}  // namespace connspec
