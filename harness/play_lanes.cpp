// The lanes of a play: which connection each of them stands for.
#include "harness/play.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

bool is_new_connection(const Item& item) {
  return std::holds_alternative<NewConnection>(item.thing);
}

std::size_t count_new_connections(const Sequence& sequence) {
  return static_cast<std::size_t>(
      std::count_if(sequence.begin(), sequence.end(), is_new_connection));
}

/// Rows `< connection` of a case. Of the ways of an `either` at most one is met.
std::size_t new_connections_wanted(const Case& script) {
  std::size_t wanted = 0;
  for (const auto& step : script.steps) {
    if (const auto* expect = std::get_if<Expect>(&step.what))
      wanted += count_new_connections(expect->sequence);
    if (const auto* either = std::get_if<Either>(&step.what)) {
      std::size_t most = 0;
      for (const auto& way : either->ways) {
        std::size_t count = 0;
        for (const auto& row : way.rows) count += count_new_connections(row.sequence);
        most = std::max(most, count);
      }
      wanted += most;
    }
  }
  return wanted;
}

}  // namespace

/// Opens the connection of a client lane, if it has none. False where too many connects are in
/// flight.
bool Play::open(Actor& actor) {
  if (actor.client || actor.lane.side == Lane::Side::origin) return true;
  if (!stage_.connects.try_enter()) return false;
  actor.connecting = true;
  actor.client = Connection::open(stage_.io, stage_.pulse, stage_.target, actor.options);
  actor.client->on_change([this, &actor] {
    if (!actor.connecting) return stirred();
    actor.connecting = false;
    stage_.connects.leave();
    const bool nothing_to_judge = settling_ && actor.client->wire().opening == Opening::open;
    if (!nothing_to_judge) stirred();
  });
  if (actor.client->wire().opening == Opening::pending) return true;
  actor.connecting = false;  // Refused at once.
  stage_.connects.leave();
  return true;
}

void Play::bind(Actor& actor, const std::shared_ptr<OriginConnection>& on, std::size_t begin,
                bool fresh) {
  const bool same = actor.upstream == on && actor.exchange == begin;
  if (actor.upstream && actor.upstream != on) actor.upstream->forget(this);
  if (!same) {
    actor.cursor = begin;
    actor.fin_taken = false;
    if (actor.upstream != on) {
      actor.shown_from = begin;
      actor.shown_sent_from = on->connection().wire().sent.size();
      actor.done.push_back(
          {Clock::now(), Event::Kind::note,
           fmt::format("{}:{}, {}connection {}",
                       on->connection().remote().address().to_string(),
                       on->connection().remote().port(), fresh ? "fresh " : "", on->number())});
    }
  }
  actor.upstream = on;
  actor.exchange = begin;
  actor.fresh = fresh;
  on->listen(this, [this] { stirred(); });
}

bool Play::arrived(const Arrived& request) {
  auto* claim = claims_->take(request);
  if (options_.passing) arrived_.push_back(request);
  if (recorder_) recorder_->arrived(request, claim);
  if (!claim) return false;
  const auto reserved = std::find(unowned_.begin(), unowned_.end(), request.on);
  if (reserved != unowned_.end()) {  // A lane has it.
    unowned_.erase(reserved);
    request.on->give_back();
  }
  request.on->listen(this, [this] { stirred(); });
  stirred();
  return true;
}

bool Play::connected(const std::shared_ptr<OriginConnection>& connection) {
  if (connections_wanted_ == 0) return false;
  connection->reserve();
  unowned_.push_back(connection);
  stirred();
  return true;
}

void Play::want_connections() { connections_wanted_ = new_connections_wanted(script_); }

/// `< connection`: the first new one that no lane has.
void Play::bind_new_connection(const Short<WayOn>& ways) {
  for (const auto& way : ways)
    for (const auto& row : way.rows) {
      const auto& sequence = row.row->sequence;
      if (sequence.empty() || !is_new_connection(sequence.front()) || unowned_.empty())
        continue;
      taken_.push_back(unowned_.front());
      unowned_.erase(unowned_.begin());
      --connections_wanted_;
      bind(*row.actor, taken_.back(), 0, true);
      return;
    }
}

void Play::expect_row(const RowOn& row) {
  ways_.clear();
  ways_.emplace_back().rows.push_back(row);
}

void Play::write_on(Actor& actor, std::string bytes) {
  if (actor.client)
    actor.client->write(std::move(bytes));
  else if (actor.upstream)
    actor.upstream->write_by_hand(actor.exchange, std::move(bytes));
}

}  // namespace connspec
