#include "harness/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

LaneName name_of_lane(const Actor& actor) { return {actor.lane, actor.n, actor.fence}; }

}  // namespace

std::size_t Recorder::Source::arrivals_before() const {
  const auto& arrivals = wire().arrivals;
  const auto behind =
      std::upper_bound(arrivals.begin(), arrivals.end(), begin,
                       [](std::size_t at, const Arrival& arrival) { return at < arrival.end; });
  return begin == 0 ? 0 : static_cast<std::size_t>(behind - arrivals.begin());
}

std::size_t Recorder::index_of(const Actor& actor) {
  const auto known = std::find(actors_.begin(), actors_.end(), &actor);
  if (known == actors_.end()) return actors_.push_back(&actor), actors_.size() - 1;
  return static_cast<std::size_t>(known - actors_.begin());
}

std::size_t Recorder::source_of(Source found) {
  for (std::size_t i = 0; i < sources_.size(); ++i)
    if (sources_[i].client == found.client && sources_[i].upstream == found.upstream &&
        sources_[i].begin == found.begin)
      return i;
  sources_.push_back(std::move(found));
  return sources_.size() - 1;
}

Time Recorder::now() {
  if (look_.now == Time{}) look_.now = witness_.now();
  return look_.now;
}

Duration Recorder::stalled_since(Time from) {
  for (const auto& [since, time] : look_.stalled)
    if (since == from) return time;
  const auto time = witness_.stalled_since(from);
  if (time != Duration{}) look_.stalled.emplace_back(from, time);
  return time;
}

Sight Recorder::sight(const RowOn& on, const Claim* claim, Time since) {
  const auto sight = witness_.sight(on, claim, since);
  KeptSight kept{.lane = index_of(*on.actor)};
  if (claim) kept.claim = claims_->index_of(claim);
  const bool known = std::any_of(look_.sights.begin(), look_.sights.end(), [&](const auto& s) {
    return s.lane == kept.lane && s.claim == kept.claim;
  });
  if (known) return sight;
  if (sight.wire) {
    const auto& actor = *on.actor;
    if (claim)
      kept.wire = source_of({.upstream = claim->arrival->on,
                             .begin = claim->arrival->begin,
                             .first = claim->arrival->first});
    else if (actor.client)
      kept.wire = source_of({.client = actor.client, .actor = &actor});
    else
      kept.wire = source_of(
          {.upstream = actor.upstream, .begin = actor.exchange, .first = actor.fresh});
    const auto& wire = *sight.wire;
    kept.opening = wire.opening;
    kept.received = wire.received.size();
    kept.received_total = wire.received_total;
    kept.arrivals = wire.arrivals.size();
    kept.fin = wire.fin.has_value();
    kept.rst = wire.rst.has_value();
    if (wire.tcp) kept.unacked = {wire.tcp->unacked, wire.tcp->not_sent};
  }
  kept.cursor = sight.cursor;
  kept.fin_taken = sight.fin_taken;
  kept.last_write = sight.last_write;
  kept.last_sent = sight.last_sent;
  kept.seen_until = sight.seen_until;
  kept.writing = sight.writing;
  kept.segments = sight.segments;
  kept.connection = sight.connection;
  kept.fresh = sight.fresh;
  look_.sights.push_back(kept);
  return sight;
}

void Recorder::settles(int line, Time since) {
  settlings_.push_back({.line = line, .since = since});
  look_ = {};
}

void Recorder::keep() {
  for (const auto& sight : look_.sights) need(sight);
  settlings_.back().looks.push_back(std::move(look_));
  look_ = {};
}

void Recorder::need(const KeptSight& sight) {
  if (!sight.wire) return;
  auto& source = sources_[*sight.wire];
  source.needed = std::max(source.needed, sight.received);
  source.fin = source.fin || sight.fin;
  source.rst = source.rst || sight.rst;
}

void Recorder::arrived(const Arrived& request, const Claim* claim) {
  const auto wire =
      source_of({.upstream = request.on, .begin = request.begin, .first = request.first});
  arrivals_.push_back({.wire = wire, .path = without_query(request.path)});
  if (claim) arrivals_.back().claim = claims_->index_of(claim);
}

void Recorder::rebase(KeptSight& sight) const {
  if (!sight.wire) return;
  const auto& source = sources_[*sight.wire];
  sight.arrivals = sight.arrivals - source.arrivals_before() + source.placeholder();
  sight.received_total = sight.received_total - source.begin + source.placeholder();
  sight.received = source.rebased(sight.received);
  sight.cursor = source.rebased(sight.cursor);
}

KeptWire Recorder::kept(const Source& source) {
  KeptWire kept;
  const auto& wire = source.wire();
  if (source.client) {
    kept.lane = name_of_lane(*source.actor);
    kept.opening = opening_text(*source.client);
    kept.wire = wire;
    return kept;
  }
  const auto& remote = source.upstream->connection().remote();
  kept.connection = source.upstream->number();
  kept.opening = fmt::format("{}:{}", remote.address().to_string(), remote.port());
  kept.first = source.first;
  kept.whole = source.begin == 0;
  auto& part = kept.wire;
  part.opening = wire.opening;
  part.opened = wire.opened;
  const auto end = std::min(source.needed, wire.received.size());
  if (source.begin > 0) part.received = "\n";
  part.received += wire.received.substr(source.begin, end - source.begin);
  part.received_total = part.received.size();
  if (end == wire.received.size()) part.received_total += wire.received_total - end;
  const auto before = source.arrivals_before();
  if (source.begin > 0)
    part.arrivals.push_back({before > 0 ? wire.arrivals[before - 1].at : Moment{}, 1});
  for (auto i = before; i < wire.arrivals.size(); ++i) {
    const auto& arrival = wire.arrivals[i];
    const bool last = arrival.end >= end;
    part.arrivals.push_back({arrival.at, source.rebased(std::min(arrival.end, end))});
    if (last && !wire.overflowed()) break;
  }
  if (source.fin) part.fin = wire.fin;
  if (source.rst) part.rst = wire.rst;
  const auto [from, to] = source.upstream->sent_of(source.begin);
  part.sent = wire.sent.substr(from, to - from);
  for (const auto& departure : wire.departures)
    if (departure.end > from && departure.end <= to)
      part.departures.push_back({departure.at, departure.end - from});
  return kept;
}

std::shared_ptr<const Testimony> Recorder::finish(Testimony known, const Cast& cast) {
  for (const auto& actor : cast) {
    index_of(*actor);
    if (actor->client) source_of({.client = actor->client, .actor = actor.get()});
  }
  for (const auto& arrival : arrivals_) {
    auto& source = sources_[arrival.wire];
    const auto& wire = source.wire();
    const auto& request = source.upstream->readings().at(wire, source.begin, ReadAs::request);
    const bool whole = request.state() == Message::State::whole;
    source.needed = std::max(source.needed, whole ? request.end() : wire.received.size());
  }
  for (const auto* actor : actors_) known.lanes.push_back(name_of_lane(*actor));
  for (std::size_t i = 0; i < actors_.size(); ++i)
    for (const auto& done : actors_[i]->done)
      known.remarks.push_back({i, done.at, done.kind == Event::Kind::act, done.text});
  for (const auto& source : sources_) known.wires.push_back(kept(source));
  for (auto& settling : settlings_)
    for (auto& look : settling.looks)
      for (auto& sight : look.sights) rebase(sight);
  known.settlings = std::move(settlings_);
  known.arrivals = std::move(arrivals_);
  return std::make_shared<const Testimony>(std::move(known));
}

}  // namespace connspec
