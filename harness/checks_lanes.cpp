// Which lanes exist at which step, who may use them, and what can still be seen on them.
#include "checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace connspec {
namespace {

/// What is known of a lane before a step.
struct LaneState {
  bool used = false;   ///< A client lane was opened by a step.
  bool bound = false;  ///< An origin lane has a connection.
  bool holds = false;  ///< It has a request that may be answered.
  int over = 0;        ///< The row of our own reset or close, 0 if there was none.
  std::string_view by = {};
  int half_closed = 0;
};

/// Whether a step is this act.
template <typename What>
bool does(const Step& step) {
  const auto* act = std::get_if<Act>(&step.what);
  return act != nullptr && std::holds_alternative<What>(act->action);
}

class LaneChecker {
 public:
  LaneChecker(const Case& script, std::vector<Objection>& objections)
      : script_(script), objections_(objections) {}

  void check() {
    for (const Step& step : script_.steps)
      std::visit([&](const auto& what) { visit(what, step.row.line); }, step.what);
    for (auto step = script_.steps.begin(); step != script_.steps.end(); ++step)
      if (does<Gather>(*step)) check_gathering(step);
    if (script_.clients > 0 && !group_used_)
      object(0, "clients", "the lane 'clients' is never used");
  }

 private:
  using States = std::array<LaneState, 19>;
  using StepOf = std::vector<Step>::const_iterator;

  LaneState& state(Lane lane) {
    if (lane.group) return states_[18];
    return states_[(lane.side == Lane::Side::origin ? 9U : 0U) + lane.number - 1U];
  }
  void object(int line, std::string word, std::string message) {
    objections_.push_back({line, std::move(word), std::move(message)});
  }

  void check_gathering(StepOf gather);
  void visit(const Write& write, int line);
  void visit(const Act& act, int line);
  void visit(const Expect& expect, int line);
  void visit(const Asks& asks, int line);
  void visit(const Answers& answers, int line);
  void visit(const Either& either, int line);
  void use(Lane lane, int line);
  void need_sending(Lane lane, int line);
  void need_seeing(Lane lane, int line);
  void need_bound(Lane lane, int line);
  void need_number(const Text& text, bool counted, Lane lane, int line);

  const Case& script_;
  std::vector<Objection>& objections_;
  States states_{};
  bool group_used_ = false;
};

bool binds(const Thing& thing) {
  return std::holds_alternative<Request>(thing) ||
         std::holds_alternative<HeadOfRequest>(thing) ||
         std::holds_alternative<NewConnection>(thing);
}

void LaneChecker::use(Lane lane, int line) {
  state(lane).used = true;
  if (!lane.group) return;
  group_used_ = true;
  if (script_.clients == 0)
    object(line, "clients", "the lane 'clients' has no size: the head says 'clients N'");
}

void LaneChecker::need_bound(Lane lane, int line) {
  if (lane.side == Lane::Side::client || state(lane).bound) return;
  state(lane).bound = true;  // Once is enough.
  state(lane).holds = true;
  const std::string name = name_of(lane);
  object(line, name,
         fmt::format("{0} is used before a row has bound it ('{0} < request', '< head', "
                     "'< connection' or 'asks {{u}} of {0}')",
                     name));
}

void LaneChecker::need_sending(Lane lane, int line) {
  const LaneState& now = state(lane);
  if (now.over != 0)
    object(line, name_of(lane),
           fmt::format("nothing can be sent on '{}' after our own {} (row {})", name_of(lane),
                       now.by, now.over));
  else if (now.half_closed != 0)
    object(line, name_of(lane),
           fmt::format("nothing can be sent on '{}' after our own half-close (row {})",
                       name_of(lane), now.half_closed));
}

void LaneChecker::need_seeing(Lane lane, int line) {
  const LaneState& now = state(lane);
  if (now.over != 0)
    object(line, name_of(lane),
           fmt::format("nothing can be seen on '{}' after our own {} (row {})", name_of(lane),
                       now.by, now.over));
}

/// {n} has a value in `>*` and `<*` and on the lane `clients`.
void LaneChecker::need_number(const Text& text, bool counted, Lane lane, int line) {
  if (counted || lane.group) return;
  for (const Piece& piece : text)
    if (piece.hole == Binding::n)
      return object(line, "{n}",
                    "{n} has a value in '>*', in '<*' and on the lane 'clients' alone");
}

/// The kernel keeps what is gathered for a moment, and no longer: nothing else happens
/// meanwhile.
void LaneChecker::check_gathering(StepOf gather) {
  const Lane lane = std::get<Act>(gather->what).lane;
  auto step = gather + 1;
  const auto writes = [&] {
    const auto* write = step == script_.steps.end() ? nullptr : std::get_if<Write>(&step->what);
    return write != nullptr && write->lane == lane;
  };
  while (writes()) ++step;
  if (step != gather + 1 && step != script_.steps.end() &&
      (does<HalfClose>(*step) || does<Close>(*step)) && std::get<Act>(step->what).lane == lane)
    return;
  object(gather->row.line, "gather",
         fmt::format("'gather' is for writes with 'half-close' or 'close' right behind them, "
                     "all on '{}'",
                     name_of(lane)));
}

void LaneChecker::visit(const Write& write, int line) {
  use(write.lane, line);
  need_bound(write.lane, line);
  need_sending(write.lane, line);
  for (const Chunk& chunk : write.chunks)
    need_number(chunk.text, chunk.times > 1, write.lane, line);
}

void LaneChecker::visit(const Act& act, int line) {
  const bool origin = act.lane.side == Lane::Side::origin;
  const bool first = !state(act.lane).used;
  if (const auto* connect = std::get_if<Connect>(&act.action)) {
    if (origin)
      object(line, "connect", "our origin connects to nobody: 'connect' is for client lanes");
    else if (!first)
      object(line, "connect",
             fmt::format("'connect' is the first step of its lane, and {} is open already",
                         name_of(act.lane)));
    if (connect->from_port_of && !state(*connect->from_port_of).used)
      object(line, name_of(*connect->from_port_of),
             fmt::format("{} has no port yet: no step has opened it",
                         name_of(*connect->from_port_of)));
  }
  if (std::holds_alternative<Refuse>(act.action)) {
    if (!origin)
      object(line, "refuse", "a client refuses nothing: 'refuse' is for the lane 'origin'");
    return;
  }
  if (std::holds_alternative<Pause>(act.action)) return;
  use(act.lane, line);
  need_bound(act.lane, line);
  LaneState& now = state(act.lane);
  if (now.over != 0 || std::holds_alternative<HalfClose>(act.action))
    need_sending(act.lane, line);
  if (std::holds_alternative<HalfClose>(act.action)) now.half_closed = line;
  if (std::holds_alternative<Close>(act.action)) now.over = line, now.by = "close";
  if (std::holds_alternative<Reset>(act.action)) now.over = line, now.by = "reset";
}

void LaneChecker::visit(const Expect& expect, int line) {
  use(expect.lane, line);
  for (const Item& item : expect.sequence) {
    const int at = item.row.line;
    for (const Fact& fact : item.facts)
      if (const auto* of = std::get_if<OnConnectionOf>(&fact)) {
        need_bound(of->lane, at);
        if (of->lane == expect.lane)
          object(at, "connection of",
                 fmt::format("{} is compared with itself", name_of(of->lane)));
      }
    if (const auto* response = std::get_if<Response>(&item.thing); response && response->target)
      need_number(response->target->suffix, expect.times > 1, expect.lane, at);
    if (const auto* request = std::get_if<Request>(&item.thing))
      need_number(request->target.suffix, expect.times > 1, expect.lane, at);
    if (const auto* bytes = std::get_if<Bytes>(&item.thing); bytes && bytes->exactly)
      need_number(*bytes->exactly, expect.times > 1, expect.lane, at);
    if (binds(item.thing)) {
      state(expect.lane) = {.used = true,
                            .bound = true,
                            .holds = !std::holds_alternative<NewConnection>(item.thing)};
      continue;
    }
    need_bound(expect.lane, at);
    need_seeing(expect.lane, at);
  }
}

void LaneChecker::visit(const Asks& asks, int line) {
  use(asks.lane, line);
  need_sending(asks.lane, line);
  need_number(asks.target.suffix, asks.times > 1, asks.lane, line);
  if (asks.of) state(*asks.of) = {.used = true, .bound = true};
}

void LaneChecker::visit(const Answers& answers, int line) {
  need_bound(answers.lane, line);
  need_sending(answers.lane, line);
  if (!state(answers.lane).holds)
    object(line, "answers",
           fmt::format("{} holds no request that waits for an answer", name_of(answers.lane)));
  state(answers.lane).holds = false;
}

/// What follows an either may use what all its ways have bound that did not end the case.
void LaneChecker::visit(const Either& either, int line) {
  const States before = states_;
  std::optional<States> after;
  for (const Way& way : either.ways) {
    states_ = before;
    for (const Expect& row : way.rows) visit(row, line);
    if (way.stop || way.mark == Way::Mark::wrong) continue;
    if (!after) {
      after = states_;
      continue;
    }
    for (std::size_t i = 0; i < after->size(); ++i) {
      LaneState& both = (*after)[i];
      both.bound = both.bound && states_[i].bound;
      both.holds = both.holds && states_[i].holds;
      both.used = both.used || states_[i].used;
    }
  }
  states_ = after.value_or(before);
}

}  // namespace

void check_lanes(const Case& script, std::vector<Objection>& objections) {
  LaneChecker(script, objections).check();
}

void check_roles(const Case& script, std::vector<Objection>& objections) {
  const auto uses = [&](Binding binding) {
    return std::find(script.uses.begin(), script.uses.end(), binding) != script.uses.end();
  };
  const auto need_origin = [&](int line, std::string word, const std::string& what) {
    if (!script.roles.has(Role::server)) return;
    objections.push_back({line, std::move(word),
                          fmt::format("{} needs an origin, and this file is for role {}", what,
                                      name_of(script.roles))});
  };
  const auto need_token = [&](int line, std::string word, std::string_view what) {
    if (script.alone || uses(Binding::origin)) return;
    objections.push_back({line, std::move(word),
                          fmt::format("'{}' needs 'alone' or {{origin}}: nothing tells whose "
                                      "connection it is",
                                      what)});
  };
  const auto in_expect = [&](const Expect& expect) {
    if (expect.lane.side == Lane::Side::origin)
      need_origin(expect.sequence.front().row.line, name_of(expect.lane),
                  fmt::format("lane '{}'", name_of(expect.lane)));
    for (const Item& item : expect.sequence) {
      const auto* response = std::get_if<Response>(&item.thing);
      if (response != nullptr && response->target && response->target->name >= Binding::u) {
        const std::string name = fmt::format("{{{}}}", name_of(response->target->name));
        need_origin(item.row.line, name, "response " + name);
      }
      if (std::holds_alternative<NewConnection>(item.thing))
        need_token(item.row.line, "connection", "< connection");
    }
  };
  for (const Step& step : script.steps) {
    const int line = step.row.line;
    if (const auto* expect = std::get_if<Expect>(&step.what)) in_expect(*expect);
    if (const auto* asks = std::get_if<Asks>(&step.what)) {
      if (asks->target.name >= Binding::u)
        need_origin(line, "{u", fmt::format("asks {{{}}}", name_of(asks->target.name)));
      else if (asks->of)
        need_origin(line, name_of(*asks->of), fmt::format("lane '{}'", name_of(*asks->of)));
    }
    if (const auto* act = std::get_if<Act>(&step.what)) {
      if (act->lane.side == Lane::Side::origin)
        need_origin(line, name_of(act->lane), fmt::format("lane '{}'", name_of(act->lane)));
      if (std::holds_alternative<Refuse>(act->action)) need_token(line, "refuse", "refuse");
    }
    if (const auto* either = std::get_if<Either>(&step.what))
      for (const Way& way : either->ways)
        for (const Expect& row : way.rows) in_expect(row);
  }
  for (const Saw& saw : script.saws) need_origin(saw.row.line, "saw", "'saw'");
  for (const Every& every : script.everies)
    if (every.kind == Every::Kind::request)
      need_origin(every.row.line, "request", "'every request'");
}

}  // namespace connspec
