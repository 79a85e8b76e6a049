#include "harness/play.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

constexpr std::size_t usual_write = 256;  ///< Bytes; room for as many is made at once.

std::string shown(Duration time) {
  return fmt::format("{} ms",
                     std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

/// `half-close`, `slice 1 every 5 ms`: an act as transcripts show it.
struct ActText {
  const Bindings& bindings;
  std::string operator()(const Connect& c) const {
    return fmt::format("connect{}{}", c.window ? fmt::format(" window {}", *c.window) : "",
                       c.late_acks ? " late-acks" : "");
  }
  std::string operator()(const HalfClose&) const { return "half-close"; }
  std::string operator()(const Close&) const { return "close"; }
  std::string operator()(const Reset&) const { return "reset"; }
  std::string operator()(const Pause& p) const {
    return "pause " + shown(bindings.time(p.time));
  }
  std::string operator()(const Slice& s) const {
    return fmt::format("slice {} every {}", s.bytes, shown(bindings.time(s.every)));
  }
  std::string operator()(const Hold& h) const { return fmt::format("hold {}", h.bytes); }
  std::string operator()(const Release&) const { return "release"; }
  std::string operator()(const Gather&) const { return "gather"; }
  std::string operator()(const StopReading&) const { return "stop-reading"; }
  std::string operator()(const ResumeReading&) const { return "resume-reading"; }
  std::string operator()(const Refuse&) const { return "refuse"; }
};

}  // namespace

Task<bool> Play::run_step(const Step& step) {
  return std::visit([this](const auto& what) { return take_step(what); }, step.what);
}

/// A text so many times over. Repeated bytes may be millions: they are copied in one go.
void Play::append_chunk(std::string& bytes, const Chunk& chunk, const Actor& actor) {
  if (chunk.times == 1) return bindings_.append(bytes, chunk.text, actor.n);
  const bool numbered =
      std::any_of(chunk.text.begin(), chunk.text.end(),
                  [](const Piece& piece) { return piece.hole == Binding::n; });
  if (numbered) {
    for (std::size_t i = 1; i <= chunk.times; ++i) bindings_.append(bytes, chunk.text, i);
    return;
  }
  const auto once = bindings_.fill(chunk.text, 1);
  if (once.size() == 1) {
    bytes.append(chunk.times, once.front());
    return;
  }
  bytes.reserve(bytes.size() + chunk.times * once.size());
  for (std::size_t i = 0; i < chunk.times; ++i) bytes += once;
}

Task<bool> Play::take_step(const Write& step) {
  for (auto* actor : actors_of(step.lane)) {
    while (!open(*actor)) co_await stage_.connects.wait();
    std::string bytes;
    bytes.reserve(usual_write);
    for (const auto& chunk : step.chunks) append_chunk(bytes, chunk, *actor);
    write_on(*actor, std::move(bytes));
  }
  co_return true;
}

/// Carries out an act on one lane.
struct ActOn {
  Actor& actor;
  Connection* connection;
  const Bindings& bindings;

  void operator()(const HalfClose&) const { connection->half_close(); }
  void operator()(const Close&) const { connection->close(); }
  void operator()(const Reset&) const { connection->reset(); }
  void operator()(const Slice& s) const { connection->slice(s.bytes, bindings.time(s.every)); }
  void operator()(const Hold& h) const { connection->hold(h.bytes); }
  void operator()(const Release&) const { connection->release(); }
  void operator()(const Gather&) const { connection->gather(); }
  void operator()(const StopReading&) const { connection->stop_reading(); }
  void operator()(const ResumeReading&) const { connection->resume_reading(); }
  void operator()(const Connect&) const {}
  void operator()(const Pause&) const {}
  void operator()(const Refuse&) const {}
};

Task<bool> Play::take_step(const Act& step) {
  if (std::holds_alternative<Refuse>(step.action)) {
    refusing_ = true;
    stage_.origin->refuse(this);
    actor_of(step.lane).done.push_back({Clock::now(), Event::Kind::act, "refuse"});
    co_return true;
  }
  const auto* pause = std::get_if<Pause>(&step.action);
  for (auto* actor : actors_of(step.lane)) {
    const auto* connect = std::get_if<Connect>(&step.action);
    if (connect) {
      actor->options.window = connect->window;
      actor->options.late_acks = connect->late_acks;
      if (connect->from_port_of)
        if (auto* other = actor_of(*connect->from_port_of).connection())
          actor->options.from_port = other->local().port();
    }
    while (!open(*actor)) co_await stage_.connects.wait();
    auto* connection = actor->connection();
    if (!connection) continue;
    actor->done.push_back(
        {Clock::now(), Event::Kind::act, std::visit(ActText{bindings_}, step.action)});
    std::visit(ActOn{*actor, connection, bindings_}, step.action);
    const auto limit = Clock::now() + stage_.reply;
    while (pause && connection->is_writing() && Clock::now() < limit)
      co_await wait_until(limit, false);
    while (connect && connection->wire().opening == Opening::pending && Clock::now() < limit)
      co_await wait_until(limit, false);
  }
  if (!pause) co_return true;
  const auto until = Clock::now() + bindings_.time(pause->time);
  while (Clock::now() < until) co_await wait_until(until, true);
  co_return true;
}

Task<bool> Play::take_step(const Expect& step) {
  if (step.lane.group || step.times > 1) return expect_each(step);
  auto& actor = actor_of(step.lane);
  expect_row(row_on(step, actor, actor.n, claims()));
  return settle(false, step.given, actor.n);
}

/// A group waits side by side: the time of each counts from the beginning of the step.
Task<bool> Play::expect_each(const Expect& step) {
  const Time began = Clock::now();
  for (const auto turn : turns_of(actors_, step.lane, step.times, script_.clients)) {
    expect_row(row_on(step, *turn.actor, turn.n, claims()));
    const Time since = step.lane.group ? began : Clock::now();
    if (!co_await settle(false, step.given, turn.n, since)) co_return false;
  }
  co_return true;
}

Task<bool> Play::take_step(const Either& step) {
  if (!step.lane) {
    ways_ = ways_of(step, actors_, claims());
    co_return co_await settle(true, false, 1);
  }
  const Time began = Clock::now();
  for (auto* actor : actors_of(*step.lane)) {
    ways_ = ways_on(step, *actor, claims());
    if (!co_await settle(false, false, actor->n, began)) co_return false;
  }
  co_return true;
}

Task<bool> Play::take_step(const Asks& step) {
  for (const auto turn : turns_of(actors_, step.lane, step.times, script_.clients))
    if (!co_await ask_once(step, *turn.actor, turn.n)) co_return false;
  co_return true;
}

/// `GET {x}`, and the right answer; with `of`, over a lane of our origin.
Task<bool> Play::ask_once(const Asks& step, Actor& actor, std::size_t n) {
  while (!open(actor)) co_await stage_.connects.wait();
  const auto target = bindings_.fill(step.target, n);
  std::string host;
  bindings_.append(host, Binding::host, n);
  const int line = line_;
  write_on(actor, fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", target, host));
  if (step.of) {
    made_.push_back(asked_by(step, line));
    expect_row({&made_.back(), &actor_of(*step.of), n, claims_->of(&step, n)});
    if (!co_await settle(false, step.given, n)) co_return false;
    answer(*step.of);
  }
  made_.push_back(answer_to(step, line));
  expect_row({&made_.back(), &actor, n, nullptr});
  co_return co_await settle(false, step.given, n);
}

Task<bool> Play::take_step(const Answers& step) {
  answer(step.lane);
  co_return true;
}

void Play::answer(Lane lane) {
  auto& actor = actor_of(lane);
  if (actor.upstream) actor.upstream->answer_plainly(actor.exchange);
}

/// `origin saw`: counted behind a plain exchange through the proxy on a new connection.
Task<void> Play::settle_saws() {
  auto& fence = add_fence(actors_);
  const auto asks = fence_asks();
  if (!refusing_ && !co_await ask_once(asks, fence, 1)) {
    conclusion_.no_fence();
    co_return;
  }
  for (const auto& saw : script_.saws) {
    const auto path = std::string(path_of(bindings_.fill(saw.target, 1)));
    const auto count = claims_->arrivals(path);
    const bool met = allows(saw, count);
    auto& origin = actor_of({Lane::Side::origin, 1, false});
    origin.done.push_back(
        {Clock::now(), Event::Kind::note,
         fmt::format("{}: {}, {}", saw.row.text, shown_count(count), met ? "met" : "UNMET")});
    if (!conclusion_.saw(saw, count)) co_return;
  }
}

}  // namespace connspec
