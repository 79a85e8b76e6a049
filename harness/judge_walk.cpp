#include "harness/judge_walk.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

using State = Finding::State;

namespace {

constexpr std::size_t interim_limit = 1'000;

/// The path of a target up to the first `?`: what a row knows a request by.
std::string_view resource_of(std::string_view target) {
  const auto path = path_of(target);
  return path.substr(0, path.find('?'));
}

}  // namespace

Moment moment_of(const Wire& wire, std::size_t end) {
  const auto arrival =
      std::lower_bound(wire.arrivals.begin(), wire.arrivals.end(), end,
                       [](const Arrival& a, std::size_t offset) { return a.end < offset; });
  return arrival == wire.arrivals.end() ? Moment{wire.opened, wire.opened} : arrival->at;
}

std::string word_of(const Statuses& status) {
  std::string word = status.text;
  std::replace(word.begin(), word.end(), '|', '-');
  return word;
}

std::string Walk::ending_text() const {
  return sight_.wire->ending() == Ending::fin ? "the end by FIN" : "the end by RST";
}

Finding Walk::met(std::size_t cursor, Time at) const {
  return {.state = State::met,
          .cursor = cursor,
          .fin_taken = sight_.fin_taken,
          .at = at,
          .earliest = at};
}

const Message* Walk::final_message(ReadAs as, std::size_t& interims) {
  static const Message none(ReadAs::response, 0);
  if (!bound()) return &none;
  while (true) {
    const auto& message = at_cursor(as);
    const bool passed = message.state() == Message::State::whole && message.is_interim();
    if (!passed) return &message;
    if (++interims > interim_limit) return nullptr;
    sight_.cursor = message.end();
  }
}

std::optional<Finding> Walk::not_a_message(const Message& message, std::string_view what) {
  if (message.state() == Message::State::malformed)
    return unmet(message.fault() == "the head is endless" ? "endless-head"
                                                          : fmt::format("malformed-{}", kind()),
                 thing_text(), fmt::format("{} ({})", described(message), message.fault()));
  if (message.state() == Message::State::in_content && sight_.wire->overflowed())
    return unmet("endless-body", thing_text(), describe(message) + " without an end");
  if (message.state() != Message::State::nothing) return std::nullopt;
  if (!bound() || !sight_.wire->ending()) return pending();
  auto finding =
      unmet(fmt::format("expected-{}-got-end", what), thing_text(),
            sight_.wire->opening == Opening::refused ? "no connection" : ending_text());
  finding.closed = closed_between();
  return finding;
}

std::string Walk::described(const Message& message) const {
  return message.raw_head().empty() ? describe(sight_) : describe(message);
}

std::string_view Walk::kind() const {
  const bool request = std::holds_alternative<Request>(item_->thing) ||
                       std::holds_alternative<HeadOfRequest>(item_->thing);
  return request ? "request" : "response";
}

std::optional<Finding> Walk::other_request(const std::string& method, const Target& target,
                                           const Message& message) {
  if (!message.has_head()) return std::nullopt;
  const auto asked = setting_.bindings->fill(target, setting_.n);
  if (resource_of(message.target()) != resource_of(asked))
    return unmet("other-target", thing_text(), describe(message));
  if (method.empty() || message.method() == method) return std::nullopt;
  return unmet(fmt::format("expected-{}-got-{}", method, message.method()), thing_text(),
               describe(message));
}

ClosedBetween Walk::closed_between() const {
  const Message* last = last_message();
  if (!last || last->is_interim()) return ClosedBetween::no;  // The final response is owed.
  // Who says 400 closes because of the request: that is a refusal, and no close at its leisure.
  constexpr int bad_request = 400;
  if (last->status() == bad_request) return ClosedBetween::no;
  return persists(*last) ? ClosedBetween::unannounced : ClosedBetween::announced;
}

const Message* Walk::last_message() const {
  if (!bound()) return nullptr;
  const Message* last = nullptr;
  for (const auto& [key, message] : sight_.readings->all())
    if (message.state() == Message::State::whole && message.end() <= sight_.cursor &&
        (!last || message.end() >= last->end()))
      last = &message;
  return last;
}

bool Walk::wants_cut() const {
  return std::any_of(item_->facts.begin(), item_->facts.end(),
                     [](const Fact& fact) { return std::holds_alternative<CutShort>(fact); });
}

Finding Walk::judge_cut(const std::optional<Statuses>& status, const Message& message,
                        std::size_t interims) {
  const bool head = message.has_head();
  if (status && head && !status->match(message.status()))
    return unmet(fmt::format("expected-{}-got-{}", word_of(*status), message.status()),
                 thing_text(), describe(message));
  if (message.state() == Message::State::whole)
    return unmet("response-whole", thing_text(), describe(message));
  if (message.state() != Message::State::cut) return pending();
  if (status && !head) return unmet("response-cut-short", thing_text(), describe(message));
  return with_facts(message, interims, sight_.wire->received.size());
}

std::optional<Finding> Walk::not_the_answer(const Response& thing, const Message& message) {
  const auto right = setting_.bindings->answer(*thing.target, setting_.n);
  if (!right) return std::nullopt;
  const bool status = message.status() == right->status;
  const bool content =
      thing.to != To::get || !right->content || message.content() == *right->content;
  if (status && content) return std::nullopt;
  if (!status)
    return unmet(fmt::format("expected-{}-got-{}", right->status, message.status()),
                 fmt::format("{} ({})", thing_text(), right->status), describe(message));
  return unmet("wrong-answer",
               fmt::format("{} with the content {}", thing_text(), quoted(*right->content)),
               fmt::format("{}: {}", describe(message), quoted(message.content())));
}

Time Walk::reference() const {
  if (!bound()) return sight_.since;
  auto from = sight_.last_write;
  if (sight_.cursor > 0) from = std::max(from, moment_of(*sight_.wire, sight_.cursor).latest);
  return from == Time{} ? sight_.since : from;
}

Finding Walk::with_facts(const Message& message, std::size_t interims, std::size_t cursor,
                         std::size_t seen) {
  for (const auto& fact : item_->facts) {
    if (is_timed(fact)) continue;
    auto finding = judge_fact(fact, message, interims, sight_, setting_);
    if (finding.state == State::met) continue;
    auto& expected = finding.complaint->expected;
    expected = fmt::format("{} in {}", expected, thing_text());
    return finding;
  }
  if (seen == 0 && ended_with(message)) return with_time(end_moment(), cursor);
  return timed_facts(cursor, seen == 0 ? message.end() : seen);
}

bool Walk::ended_with(const Message& message) {
  return message.state() == Message::State::cut || message.framing() == Framing::end;
}

Moment Walk::end_moment() const {
  const Wire& wire = *sight_.wire;
  return wire.fin ? *wire.fin : *wire.rst;
}

Finding Walk::timed_facts(std::size_t cursor, std::size_t seen) {
  const auto at = moment_of(*sight_.wire, seen);
  return with_time(at, cursor);
}

Finding Walk::with_time(const std::optional<Moment>& at, std::size_t cursor) {
  bool timed = false;
  Finding waiting = pending();
  for (const auto& fact : item_->facts) {
    if (!is_timed(fact)) continue;
    timed = true;
    auto finding = judge_time(fact, at, reference_, last_message(), sight_, setting_);
    if (finding.state == State::unmet) return finding;
    if (finding.again) waiting.again = finding.again;
  }
  waiting.timed = timed;
  if (!at) return waiting;
  auto finding = met(cursor, at->latest);
  finding.earliest = at->earliest;
  finding.timed = timed;
  return finding;
}

Finding Walk::still_in_time(Finding pending) {
  auto timed = with_time(std::nullopt, sight_.cursor);
  if (timed.state == State::unmet) return timed;
  if (timed.again && (!pending.again || *timed.again < *pending.again))
    pending.again = timed.again;
  pending.timed = pending.timed || timed.timed;
  return pending;
}

Finding Walk::unmet_by_bytes(std::string_view what) {
  const auto& message = at_cursor(ReadAs::response);
  const bool readable = message.has_head();
  return unmet(fmt::format("expected-{}-got-{}", what, readable ? "response" : "bytes"),
               thing_text(), describe(sight_));
}
}  // namespace connspec
