#include "harness/play.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <cerrno>

namespace connspec {

namespace {

constexpr Duration until_parked = std::chrono::milliseconds(20);
constexpr Duration sampling = std::chrono::milliseconds(1);

/// Whether the kernel has to be asked for its counters while a row is judged.
bool wants_counters(const Expect& row) {
  return std::any_of(row.sequence.begin(), row.sequence.end(), [](const Item& item) {
    return std::holds_alternative<Taken>(item.thing) ||
           std::any_of(item.facts.begin(), item.facts.end(), [](const Fact& fact) {
             return std::holds_alternative<AtMostSegments>(fact);
           });
  });
}

bool wants_counters(const Short<WayOn>& ways) {
  for (const auto& way : ways)
    for (const auto& row : way.rows)
      if (wants_counters(*row.row)) return true;
  return false;
}

bool waits_for_taken(const Short<WayOn>& ways) {
  for (const auto& way : ways)
    for (const auto& row : way.rows)
      for (const auto& item : row.row->sequence)
        if (std::holds_alternative<Taken>(item.thing)) return true;
  return false;
}

bool uses(const Case& script, Binding binding) {
  return std::find(script.uses.begin(), script.uses.end(), binding) != script.uses.end();
}

}  // namespace

Play::Play(const Case& script, Stage& stage, PlayOptions&& options)
    : script_(script),
      stage_(stage),
      options_(std::move(options)),
      bindings_{&stage.offer, std::move(options_.token), {}},
      wake_(stage.io),
      conclusion_(script),
      eyes_(stage.pulse) {}

Play::~Play() { leave_stage(); }

// Play: waiting

void Play::stirred() {
  dirty_ = true;
  wake_.cancel();
}

/// Returns at `time`, or as soon as something has come.
Task<void> Play::wait_until(Time time, bool planned) {
  const auto park = [this] {
    if (!parked_ && options_.parked) options_.parked();
    parked_ = true;
  };
  if (planned) park();
  Time now = Clock::now();
  while (!dirty_ && now < time) {
    const Time to_park = now + until_parked;
    wake_.expires_at(parked_ ? time : std::min(time, to_park));
    co_await wake_.async_wait(no_throw);
    if (dirty_) break;
    now = Clock::now();
    if (!parked_ && now >= to_park) park();
  }
  dirty_ = false;
}

/// Reads what the kernel has for the lanes of these ways, so that what is judged is complete.
void Play::look(const Short<WayOn>& ways) {
  for (const auto& way : ways)
    for (const auto& row : way.rows) {
      const Time now = Clock::now();
      if (row.claim && row.claim->arrival) row.claim->arrival->on->connection().look();
      if (auto* connection = row.actor->connection()) connection->look();
      row.actor->read_at = now;
    }
}

/// How long an end is waited for. A time-out of the target's brings one too, and in a case that
/// is not about time-outs it is not the end that is asked for.
Duration Play::close_bound() const {
  auto bound = stage_.close;
  for (const auto timeout : {Binding::idle, Binding::head_timeout, Binding::body_timeout}) {
    if (!stage_.offer.has(timeout)) continue;
    if (uses(script_, timeout)) return stage_.close;
    bound = std::min(bound, stage_.offer.time[static_cast<std::size_t>(timeout)] * 4 / 5);
  }
  return bound;
}

/// The one loop that settles every expectation: that of `ways_`. False: unmet, and the case
/// ends here.
Task<bool> Play::settle(bool several, bool given, std::size_t n, Time since) {
  const Bounds bounds{stage_.reply, close_bound()};
  Witness& witness = recorder_ ? static_cast<Witness&>(*recorder_) : eyes_;
  if (recorder_) recorder_->settles(line_, since);
  Settling settling(ways_, several, bounds, witness, since);
  Setting setting{.bindings = &bindings_, .n = n, .late_tolerance = stage_.late_tolerance};
  if (stage_.origin)
    for (const auto& actor : actors_)
      if (actor->upstream)
        setting.origin_connections[actor->lane.number] = actor->upstream->number();
  const bool counted = wants_counters(ways_);
  const bool sampled = counted && waits_for_taken(ways_);
  while (true) {
    if (counted)
      for (const auto& way : ways_)
        for (const auto& row : way.rows)
          if (row.actor->connection()) row.actor->connection()->sample();
    dirty_ = false;
    if (connections_wanted_ > 0) bind_new_connection(ways_);
    if (several) look(ways_);  // Which lane was first: by stamps, not by turns.
    const auto decision = settling.decide(setting);
    const bool pending = decision.state == Finding::State::pending;
    if (recorder_) pending && !decision.learned ? recorder_->drop() : recorder_->keep();
    if (decision.state == Finding::State::met) {
      take(decision, ways_);
      co_return !conclusion_.is_over();
    }
    if (decision.state == Finding::State::unmet) {
      fail(decision, ways_, given);
      co_return false;
    }
    const bool planned = script_.slow && !ways_.front().rows.empty() &&
                         decision.again != Time::max() &&
                         decision.again - Clock::now() > until_parked;
    auto until = decision.again;
    if (sampled) until = std::min(until, Time(Clock::now() + sampling));
    settling_ = true;
    co_await wait_until(until, planned);
    settling_ = false;
    if (Clock::now() >= until) look(ways_);
  }
}

// Play: the whole

void Play::enter_stage() {
  if (stage_.origin) enter_origin();
  if (options_.testify) recorder_ = std::make_unique<Recorder>(stage_.pulse, claims());
}

void Play::enter_origin() {
  stage_.origin->enroll(bindings_.token, this);
  const auto common = stage_.origin->address();
  const bool own = stage_.forward && uses(script_, Binding::origin);
  const auto port = own ? stage_.origin->own_address(this).port() : common.port();
  bindings_.origin = stage_.advertised.empty() || own
                         ? fmt::format("{}:{}", stage_.origin->host(), port)
                         : stage_.advertised;
  if (script_.alone) stage_.origin->favour(this);
  want_connections();
  claims_.emplace(script_, bindings_);
}

Task<Played> Play::run(std::unique_ptr<Play> play) {
  play->enter_stage();
  play->began_ = Clock::now();
  bool on = true;
  for (const auto& step : play->script_.steps) {
    const auto due = std::move(play->taken_);
    play->taken_.clear();
    play->line_ = step.row.line;
    on = co_await play->run_step(step);
    for (const auto& connection : due) connection->give_back();
    if (!on) break;
  }
  if (play->conclusion_.steps_over(on)) co_await play->settle_saws();
  co_return std::move(play->conclude());
}

/// Every message that the target sent to this play, to those who have rules about them.
void Play::pass_messages() {
  const auto pass = [this](const Message& message) {
    if (!message.has_head()) return;
    ++passed_;
    options_.passing(message);
  };
  for (const auto& actor : actors_) {
    if (!actor->client) continue;
    auto& readings = actor->client_readings;
    for (const auto& [key, message] : readings.all())
      pass(readings.at(actor->client->wire(), key.first, key.second));
  }
  for (const auto& request : arrived_)
    pass(request.on->readings().at(request.on->connection().wire(), request.begin,
                                   ReadAs::request));
}

void Play::testify() {
  Testimony known{.token = bindings_.token,
                  .origin = bindings_.origin,
                  .reply = stage_.reply,
                  .close = close_bound(),
                  .late_tolerance = stage_.late_tolerance,
                  .began = began_,
                  .time = conclusion_.played().time,
                  .waited = parked_};
  known.messages = passed_;
  conclusion_.played().testimony = recorder_->finish(std::move(known), actors_);
}

Played& Play::conclude() {
  auto& played = conclusion_.played();
  played.time = Clock::now() - began_;
  played.waited = parked_;
  for (const auto& actor : actors_)
    if (actor->client) conclusion_.opened(actor->client->wire());
  if (options_.passing) pass_messages();
  if (recorder_) testify();
  if (options_.keep_transcript || played.verdict != Verdict::pass) {
    for (const auto& actor : actors_)
      if (auto* connection = actor->connection()) connection->sample();
    played.transcript = transcribe(actors_, began_);
  }
  leave_stage();
  for (const auto& actor : actors_)
    if (actor->client) played.events += actor->client->events();
  return played;
}

/// Ends our connections and gives back what the origin lent; once.
void Play::leave_stage() {
  if (std::exchange(left_, true)) return;
  for (const auto& actor : actors_) {
    if (!actor->client) continue;
    if (actor->connecting) stage_.connects.leave();
    actor->connecting = false;
    actor->client->shut();
  }
  if (!stage_.origin) return;
  stage_.origin->leave(bindings_.token);
  if (refusing_) stage_.origin->restore(this);
  for (const auto& connection : unowned_) connection->give_back();
  for (const auto& connection : taken_) connection->give_back();
  unowned_.clear();
  taken_.clear();
  if (claims_)
    for (auto* claim : claims_->all()) {
      if (!claim->arrival) continue;
      claim->arrival->on->forget(this);
      claim->arrival->on->part(claim->arrival->begin);
    }
  for (const auto& actor : actors_)
    if (actor->upstream) {
      actor->upstream->forget(this);
      actor->upstream->part(actor->exchange);
      actor->upstream = nullptr;
    }
  claims_.reset();
}

Task<Played> play(const Case& script, Stage& stage, PlayOptions options) {
  return Play::run(std::make_unique<Play>(script, stage, std::move(options)));
}

}  // namespace connspec
