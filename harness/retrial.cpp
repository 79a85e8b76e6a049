#include "harness/retrial.hpp"

#include "harness/conclusion.hpp"
#include "harness/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <list>

namespace connspec {

namespace {

/// A wire as far as it has been shown.
struct Shown {
  Wire wire = {};
  MessagesRead readings = {};
};

bool begins_with_connection(const RowOn& on) {
  const auto& sequence = on.row->sequence;
  return !sequence.empty() && std::holds_alternative<NewConnection>(sequence.front().thing);
}

class Retrial final : public Witness {
 public:
  Retrial(const Case& script, const Testimony& testimony, const Offer& offer)
      : script_(script),
        testimony_(testimony),
        bindings_{&offer, testimony.token, testimony.origin},
        claims_(script, bindings_),
        shown_(testimony.wires.size()),
        conclusion_(script) {
    check_arrivals();
    for (std::size_t i = 0; i < shown_.size(); ++i)
      shown_[i].wire.sent = testimony.wires[i].wire.sent;
  }

  Played run(const RetrialOptions& options) {
    bool on = true;
    for (const auto& step : script_.steps) {
      line_ = step.row.line;
      on = std::visit([this](const auto& what) { return take_step(what); }, step.what);
      if (!on) break;
    }
    if (conclusion_.steps_over(on)) settle_saws();
    if (next_ != testimony_.settlings.size()) refuse("it tells of more than the case asks for");
    auto& played = conclusion_.played();
    played.time = testimony_.time;
    played.waited = testimony_.waited;
    for (const auto& actor : cast_)
      if (const auto wire = wire_of_client(*actor))
        conclusion_.opened(testimony_.wires[*wire].wire);
    for (std::size_t i = 0; i < shown_.size(); ++i) show_all(i);
    if (options.passing) pass_messages(options.passing);
    if (options.keep_transcript) played.transcript = transcript();
    return std::move(played);
  }

  // Witness

  Sight sight(const RowOn& on, const Claim* claim, Time since) override {
    const auto& said = find(*on.actor, claim);
    Sight sight{.since = since, .seen_until = said.seen_until};
    if (!said.wire) {
      if (!claim && bound_.contains(on.actor)) refuse("a lane has lost its connection");
      return sight;
    }
    claim ? check_claim(said) : check_lane(on, said);
    auto& shown = show(said);
    sight.wire = &shown.wire;
    sight.readings = &shown.readings;
    sight.cursor = said.cursor;
    sight.fin_taken = said.fin_taken;
    sight.last_write = said.last_write;
    sight.last_sent = said.last_sent;
    sight.writing = said.writing;
    sight.segments = said.segments;
    sight.connection = said.connection;
    sight.fresh = said.fresh;
    return sight;
  }

  Time now() override {
    if (look_->now == Time{}) refuse("the time is not told");
    return look_->now;
  }

  Duration stalled_since(Time from) override {
    for (const auto& [since, time] : look_->stalled)
      if (since == from) return time;
    return {};
  }

 private:
  [[noreturn]] void refuse(std::string_view what) const {
    throw TestimonyError(fmt::format("row {}: {}", line_, what));
  }

  // Steps, as Play takes them. False: the case ends here.

  bool take_step(const Write& step) { return meet(step.lane); }
  bool take_step(const Act& step) {
    refusing_ = refusing_ || std::holds_alternative<Refuse>(step.action);
    return meet(step.lane);
  }
  bool take_step(const Answers& step) { return meet(step.lane); }
  bool meet(Lane lane) {
    actors_of(cast_, lane, script_.clients);
    return true;
  }

  bool take_step(const Expect& step) {
    for (const auto turn : turns_of(cast_, step.lane, step.times, script_.clients))
      if (!settle_row(row_on(step, *turn.actor, turn.n, &claims_), step.given)) return false;
    return true;
  }

  bool take_step(const Either& step) {
    if (!step.lane) return settle(ways_of(step, cast_, &claims_), true, false, 1);
    for (auto* actor : actors_of(cast_, *step.lane, script_.clients))
      if (!settle(ways_on(step, *actor, &claims_), false, false, actor->n)) return false;
    return true;
  }

  bool take_step(const Asks& step) {
    for (const auto turn : turns_of(cast_, step.lane, step.times, script_.clients))
      if (!ask_once(step, *turn.actor, turn.n)) return false;
    return true;
  }

  bool ask_once(const Asks& step, Actor& actor, std::size_t n) {
    if (step.of) {
      made_.push_back(asked_by(step, line_));
      auto& origin = actor_of(cast_, *step.of);
      if (!settle_row({&made_.back(), &origin, n, claims_.of(&step, n)}, step.given))
        return false;
    }
    made_.push_back(answer_to(step, line_));
    return settle_row({&made_.back(), &actor, n, nullptr}, step.given);
  }

  void settle_saws() {
    auto& fence = add_fence(cast_);
    if (!refusing_ && !ask_once(fence_asks(), fence, 1)) return conclusion_.no_fence();
    for (const auto& saw : script_.saws) {
      const auto path = without_query(path_of(bindings_.fill(saw.target, 1)));
      const auto count = static_cast<std::size_t>(
          std::count_if(testimony_.arrivals.begin(), testimony_.arrivals.end(),
                        [&](const KeptArrival& arrival) { return arrival.path == path; }));
      if (!conclusion_.saw(saw, count)) return;
    }
  }

  // Settling

  bool settle_row(const RowOn& row, bool given) {
    Short<WayOn> ways;
    ways.emplace_back().rows.push_back(row);
    return settle(ways, false, given, row.n);
  }

  bool settle(const Short<WayOn>& ways, bool several, bool given, std::size_t n) {
    if (next_ == testimony_.settlings.size()) refuse("what was seen is not told");
    const auto& said = testimony_.settlings[next_++];
    if (said.line != line_) refuse(fmt::format("row {} is told of in its place", said.line));
    Settling settling(ways, several, {testimony_.reply, testimony_.close}, *this, said.since);
    Setting setting{
        .bindings = &bindings_, .n = n, .late_tolerance = testimony_.late_tolerance};
    for (const auto& [actor, wire] : bound_)
      if (actor->lane.side == Lane::Side::origin)
        setting.origin_connections[actor->lane.number] = testimony_.wires[wire].connection;
    Decision decision;
    for (const auto& look : said.looks) {
      if (decision.state != Finding::State::pending)
        refuse("it was decided before the look that is said to decide it");
      look_ = &look;
      decision = settling.decide(setting);
    }
    if (decision.state == Finding::State::pending) refuse("what is told decides nothing");
    const bool met = decision.state == Finding::State::met;
    note_rows(decision, ways, look_->now == Time{} ? said.since : look_->now);
    if (!met) return conclusion_.failed(decision, ways, given), false;
    for (const auto& row : decision.rows) take(row);
    conclusion_.taken(decision, ways);
    return !conclusion_.is_over();
  }

  void take(const RowFinding& row) {
    auto& actor = *row.on.actor;
    if (row.on.claim) {
      row.on.claim->used = true;
      bind(actor, arrivals_.at(claims_.index_of(row.on.claim)));
    }
    actor.cursor = row.finding.cursor;
    actor.fin_taken = row.finding.fin_taken;
  }

  void bind(Actor& actor, std::size_t wire) {
    bound_[&actor] = wire;
    actor.kept_wire = &shown_[wire].wire;
    actor.kept_readings = &shown_[wire].readings;
  }

  // What is told, and whether it holds together

  const KeptSight& find(const Actor& actor, const Claim* claim) const {
    std::optional<std::size_t> index;
    if (claim) index = claims_.index_of(claim);
    const LaneName name{actor.lane, actor.n, actor.fence};
    for (const auto& sight : look_->sights)
      if (sight.claim == index && testimony_.lanes[sight.lane] == name) return sight;
    refuse(fmt::format("what was seen on {} is not told", name_of(actor.lane)));
  }

  /// An exchange that was handed to a row is the one that came for it.
  void check_claim(const KeptSight& said) const {
    const auto arrival = arrivals_.find(*said.claim);
    if (arrival == arrivals_.end() || arrival->second != *said.wire)
      refuse("a row has a request that did not come for it");
    const auto& wire = testimony_.wires[*said.wire];
    if (said.cursor != (wire.whole ? 0U : 1U)) refuse("a request is read from another place");
    check_identity(wire, said);
  }

  void check_identity(const KeptWire& wire, const KeptSight& said) const {
    if (said.connection != wire.connection || (!wire.lane && said.fresh != wire.first))
      refuse("a connection is taken for another one");
  }

  /// Each expectation goes on where the one before it left its lane.
  void check_lane(const RowOn& on, const KeptSight& said) {
    auto& actor = *on.actor;
    const auto& wire = testimony_.wires[*said.wire];
    const auto bound = bound_.find(&actor);
    if (bound == bound_.end() || bound->second != *said.wire) {
      const bool client = wire.lane && *wire.lane == LaneName{actor.lane, actor.n, actor.fence};
      const bool opened = !wire.lane && wire.whole && begins_with_connection(on);
      if (!(client && bound == bound_.end()) && !opened)
        refuse(fmt::format("{} is given another connection", name_of(actor.lane)));
      bind(actor, *said.wire);
      actor.cursor = 0;
      actor.fin_taken = false;
    }
    if (said.cursor != actor.cursor || said.fin_taken != actor.fin_taken)
      refuse(fmt::format("{} does not go on where it was left", name_of(actor.lane)));
    check_identity(wire, said);
  }

  /// The wire as far as it was known then. It only ever grows.
  Shown& show(const KeptSight& said) {
    const auto& all = testimony_.wires[*said.wire].wire;
    auto& shown = shown_[*said.wire];
    auto& wire = shown.wire;
    const bool backwards = said.received < wire.received.size() ||
                           said.arrivals < wire.arrivals.size() ||
                           said.received_total < wire.received_total ||
                           (wire.fin && !said.fin) || (wire.rst && !said.rst) ||
                           (wire.opening != Opening::pending && wire.opening != said.opening);
    if (backwards) refuse("what had been seen is not seen any more");
    const bool uncounted =
        said.received_total != said.received && said.received != all.received.size();
    const bool invented = said.received > all.received.size() ||
                          said.arrivals > all.arrivals.size() ||
                          said.received_total > all.received_total || uncounted ||
                          (said.fin && !all.fin) || (said.rst && !all.rst) ||
                          (said.opening != Opening::pending && said.opening != all.opening);
    if (invented) refuse("more was seen than the connection holds");
    wire.received.append(all.received, wire.received.size(),
                         said.received - wire.received.size());
    wire.received_total = said.received_total;
    for (auto i = wire.arrivals.size(); i < said.arrivals; ++i)
      wire.arrivals.push_back(all.arrivals[i]);
    const auto timed = wire.arrivals.empty() ? 0 : wire.arrivals.back().end;
    if (timed != said.received) refuse("the times of what came are those of other bytes");
    if (said.fin) wire.fin = all.fin;
    if (said.rst) wire.rst = all.rst;
    wire.opening = said.opening;
    if (said.opening != Opening::pending) wire.opened = all.opened;
    if (said.opening == Opening::refused) wire.opening_error = all.opening_error;
    if (said.unacked)
      wire.tcp = TcpState{.unacked = said.unacked->first, .not_sent = said.unacked->second};
    return shown;
  }

  /// To the end of the play.
  void show_all(std::size_t index) {
    const auto& all = testimony_.wires[index].wire;
    auto& wire = shown_[index].wire;
    wire.received.append(all.received, wire.received.size(), std::string::npos);
    wire.received_total = all.received_total;
    wire.arrivals = all.arrivals;
    wire.departures = all.departures;
    wire.fin = all.fin;
    wire.rst = all.rst;
    wire.opening = all.opening;
    wire.opened = all.opened;
    wire.opening_error = all.opening_error;
  }

  /// A request is in the wire that it is said to have come on, and a row has but one.
  void check_arrivals() {
    const auto claims = claims_.all();
    for (const auto& arrival : testimony_.arrivals) {
      const auto& wire = testimony_.wires[arrival.wire];
      Message request(ReadAs::request, wire.whole ? 0 : 1);
      request.advance(wire.wire);
      if (!request.has_head() || without_query(path_of(request.target())) != arrival.path)
        refuse(fmt::format("no request for {} came", arrival.path));
      if (bindings_.token.empty() || arrival.path.find(bindings_.token) == std::string::npos)
        refuse(fmt::format("the request for {} is another play's", arrival.path));
      if (!arrival.claim) continue;
      if (*arrival.claim >= claims.size() || claims[*arrival.claim]->path != arrival.path ||
          !arrivals_.emplace(*arrival.claim, arrival.wire).second)
        refuse(fmt::format("no row waits for {}", arrival.path));
    }
  }

  std::optional<std::size_t> wire_of_client(const Actor& actor) const {
    const LaneName name{actor.lane, actor.n, actor.fence};
    for (std::size_t i = 0; i < testimony_.wires.size(); ++i)
      if (testimony_.wires[i].lane == name) return i;
    return std::nullopt;
  }

  void pass_messages(const std::function<void(const Message&)>& passing) {
    const auto pass = [&](const Message& message) {
      if (message.has_head()) passing(message);
    };
    for (const auto& actor : cast_) {
      const auto wire = wire_of_client(*actor);
      if (!wire) continue;
      auto& shown = shown_[*wire];
      for (const auto& [key, message] : shown.readings.all())
        pass(shown.readings.at(shown.wire, key.first, key.second));
    }
    for (const auto& arrival : testimony_.arrivals) {
      auto& shown = shown_[arrival.wire];
      const std::size_t begin = testimony_.wires[arrival.wire].whole ? 0 : 1;
      pass(shown.readings.at(shown.wire, begin, ReadAs::request));
    }
  }

  std::vector<Event> transcript() {
    for (const auto& remark : testimony_.remarks)
      for (const auto& actor : cast_)
        if (testimony_.lanes[remark.lane] == LaneName{actor->lane, actor->n, actor->fence})
          actor->done.push_back(
              {remark.at, remark.act ? Event::Kind::act : Event::Kind::note, remark.text});
    for (const auto& actor : cast_) {
      auto wire = wire_of_client(*actor);
      if (const auto bound = bound_.find(actor.get()); bound != bound_.end())
        wire = bound->second;
      if (!wire) continue;
      bind(*actor, *wire);
      const auto& kept = testimony_.wires[*wire];
      actor->shown_from = kept.whole ? 0 : 1;
      actor->kept_opening = kept.opening;
    }
    return transcribe(cast_, testimony_.began);
  }

  const Case& script_;
  const Testimony& testimony_;
  Bindings bindings_;
  Claims claims_;
  std::vector<Shown> shown_;
  Conclusion conclusion_;
  Cast cast_;
  std::list<Expect> made_;
  std::map<const Actor*, std::size_t> bound_;    ///< The wires of lanes.
  std::map<std::size_t, std::size_t> arrivals_;  ///< The wires of claims.
  const KeptLook* look_ = nullptr;
  std::size_t next_ = 0;
  int line_ = 0;
  bool refusing_ = false;
};

}  // namespace

Played judge_again(const Case& script, const Testimony& testimony, const Offer& offer,
                   const RetrialOptions& options) {
  return Retrial(script, testimony, offer).run(options);
}

}  // namespace connspec
