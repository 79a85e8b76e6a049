#include "harness/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

constexpr std::size_t interim_limit = 1'000;

using State = Finding::State;

/// Words for reason codes: lower case, hyphens.
std::string word_of(const Statuses& status) {
  std::string word = status.text;
  std::replace(word.begin(), word.end(), '|', '-');
  return word;
}

/// The moment at which received byte number `end` (from 1) had come.
Moment moment_of(const Wire& wire, std::size_t end) {
  const auto arrival =
      std::lower_bound(wire.arrivals.begin(), wire.arrivals.end(), end,
                       [](const Arrival& a, std::size_t offset) { return a.end < offset; });
  return arrival == wire.arrivals.end() ? Moment{wire.opened, wire.opened} : arrival->at;
}

/// The path of a target up to the first `?`: what a row knows a request by.
std::string_view resource_of(std::string_view target) {
  const auto path = path_of(target);
  return path.substr(0, path.find('?'));
}

/// Judges the items of one sequence, each from where the one before it ended.
class Walk {
 public:
  Walk(const Sight& sight, const Setting& setting) : sight_(sight), setting_(setting) {}

  Finding run(const Sequence& sequence) {
    for (std::size_t i = 0; i < sequence.size(); ++i) {
      item_ = &sequence[i];
      reference_ = reference();
      auto finding = std::visit(*this, item_->thing);
      if (finding.state == State::pending) finding = still_in_time(finding);
      finding.item = i;
      timed_ = timed_ || finding.timed;
      if (finding.state != State::met) {
        finding.cursor = sight_.cursor;
        finding.fin_taken = sight_.fin_taken;
        finding.timed = timed_;
        return finding;
      }
      sight_.cursor = finding.cursor;
      sight_.fin_taken = finding.fin_taken;
      at_ = {finding.earliest, finding.at};
    }
    return {.state = State::met,
            .item = sequence.empty() ? 0 : sequence.size() - 1,
            .cursor = sight_.cursor,
            .fin_taken = sight_.fin_taken,
            .at = at_.latest,
            .earliest = at_.earliest,
            .timed = timed_};
  }

  // One overload for each thing.

  Finding operator()(const Response& thing) {
    const auto as = thing.to == To::head      ? ReadAs::response_to_head
                    : thing.to == To::connect ? ReadAs::response_to_connect
                                              : ReadAs::response;
    std::size_t interims = 0;
    const Message* message = final_message(as, interims);
    if (!message) return unmet("endless-interim", thing_text(), "1,000 interim responses");
    if (auto other = not_a_message(*message, "response")) return *other;
    if (wants_cut()) return judge_cut(thing.status, *message, interims);
    if (message->has_head() && thing.status && !thing.status->match(message->status()))
      return unmet(fmt::format("expected-{}-got-{}", word_of(*thing.status), message->status()),
                   thing_text(), describe(*message));
    if (message->state() == Message::State::cut)
      return unmet("response-cut-short", thing_text(), describe(*message));
    if (message->state() != Message::State::whole) return pending();
    if (thing.target)
      if (auto other = not_the_answer(thing, *message)) return *other;
    return with_facts(*message, interims, message->end());
  }

  Finding operator()(const Interim& thing) {
    if (!bound()) return pending();
    const auto& message = at_cursor(ReadAs::response);
    if (auto other = not_a_message(message, "interim")) return *other;
    if (message.state() == Message::State::cut)
      return unmet("response-cut-short", thing_text(), describe(message));
    if (!message.has_head()) return pending();
    if (!message.is_interim() || message.status() == 101)
      return unmet("expected-interim-got-response", thing_text(), describe(message));
    if (thing.status && !thing.status->match(message.status()))
      return unmet(fmt::format("expected-{}-got-{}", word_of(*thing.status), message.status()),
                   thing_text(), describe(message));
    return with_facts(message, 0, message.end());
  }

  Finding operator()(const Request& thing) {
    if (!bound()) return pending();
    const auto& message = at_cursor(ReadAs::request);
    if (auto other = not_a_message(message, "request")) return *other;
    if (auto other = other_request(thing.method, thing.target, message)) return *other;
    if (message.state() == Message::State::cut) {
      if (wants_cut()) return with_facts(message, 0, sight_.wire->received.size());
      return unmet("request-cut-short", thing_text(), describe(message));
    }
    if (message.state() != Message::State::whole) return pending();
    return with_facts(message, 0, message.end());
  }

  Finding operator()(const HeadOfResponse& thing) {
    std::size_t interims = 0;
    const Message* message = final_message(ReadAs::response, interims);
    if (!message) return unmet("endless-interim", thing_text(), "1,000 interim responses");
    if (auto other = not_a_message(*message, "head")) return *other;
    if (!message->has_head())
      return message->state() == Message::State::cut
                 ? unmet("response-cut-short", thing_text(), describe(*message))
                 : pending();
    if (!thing.status.match(message->status()))
      return unmet(fmt::format("expected-{}-got-{}", word_of(thing.status), message->status()),
                   thing_text(), describe(*message));
    return with_facts(*message, interims, sight_.cursor, message->head_end());
  }

  Finding operator()(const HeadOfRequest& thing) {
    if (!bound()) return pending();
    const auto& message = at_cursor(ReadAs::request);
    if (auto other = not_a_message(message, "head")) return *other;
    if (!message.has_head())
      return message.state() == Message::State::cut
                 ? unmet("request-cut-short", thing_text(), describe(message))
                 : pending();
    if (auto other = other_request(thing.method, thing.target, message)) return *other;
    return with_facts(message, 0, sight_.cursor, message.head_end());
  }

  Finding operator()(const Bytes& thing) {
    if (!bound()) return pending();
    const std::string_view rest = std::string_view(sight_.wire->received).substr(sight_.cursor);
    std::size_t size = thing.count;
    if (thing.exactly) {
      const auto wanted = setting_.bindings->fill(*thing.exactly, setting_.n);
      size = wanted.size();
      const auto common = std::min(rest.size(), size);
      if (rest.substr(0, common) != std::string_view(wanted).substr(0, common))
        return unmet("other-bytes", "the bytes " + quoted(wanted), quoted(rest));
    }
    if (rest.size() >= size) return timed_facts(sight_.cursor + size, sight_.cursor + size);
    if (sight_.wire->ending())
      return unmet("expected-bytes-got-end", thing_text(),
                   fmt::format("{} bytes, then {}", rest.size(), ending_text()));
    return pending();
  }

  Finding operator()(const NewConnection&) {
    if (!bound()) return pending();
    return met(sight_.cursor, sight_.wire->opened);
  }

  Finding operator()(const End& thing) {
    if (!bound()) return pending();
    const Wire& wire = *sight_.wire;
    if (wire.received_total > sight_.cursor) return unmet_by_bytes("end");
    if (!wire.ending()) return with_time(std::nullopt, sight_.cursor);
    const bool after_fin = sight_.fin_taken && thing.by == Ending::rst;
    const bool other = thing.by && !after_fin && *thing.by != *wire.ending();
    if (other)
      return unmet(thing.by == Ending::fin ? "expected-fin-got-rst" : "expected-rst-got-fin",
                   thing_text(), ending_text());
    if (after_fin && !wire.rst) return pending();
    auto finding = with_time(after_fin || !wire.fin ? *wire.rst : *wire.fin, sight_.cursor);
    finding.fin_taken = wire.fin.has_value();
    return finding;
  }

  Finding operator()(const Silence& thing) {
    const auto from = std::max(reference_, sight_.since);
    const auto until = from + setting_.bindings->time(thing.time);
    Finding finding{.again = until, .timed = true};
    if (bound()) {
      const Wire& wire = *sight_.wire;
      const bool bytes = wire.received_total > sight_.cursor;
      if (bytes || (wire.ending() && !sight_.fin_taken)) {
        const Moment first = bytes ? moment_of(wire, sight_.cursor + 1) : end_moment();
        if (first.earliest < until) {
          auto broken = bytes ? unmet_by_bytes("silence")
                              : unmet("expected-silence-got-end", thing_text(), ending_text());
          broken.timed = true;
          broken.undecided = first.latest >= until;
          return broken;
        }
      }
    }
    if (sight_.seen_until < until) return finding;
    auto done = met(sight_.cursor, until);
    done.timed = true;
    return done;
  }

  Finding operator()(const Taken&) {
    if (!bound()) return pending();
    const Wire& wire = *sight_.wire;
    if (wire.rst) return unmet("expected-taken-got-rst", thing_text(), "the end by RST");
    const bool all =
        !sight_.writing && wire.tcp && wire.tcp->unacked == 0 && wire.tcp->not_sent == 0;
    return all ? met(sight_.cursor, sight_.seen_until) : pending();
  }

 private:
  bool bound() const { return sight_.wire != nullptr; }
  const Message& at_cursor(ReadAs as) {
    return sight_.readings->at(*sight_.wire, sight_.cursor, as);
  }
  std::string thing_text() const { return item_->row.text; }
  std::string ending_text() const {
    return sight_.wire->ending() == Ending::fin ? "the end by FIN" : "the end by RST";
  }

  static Finding pending() { return {.state = State::pending}; }
  Finding met(std::size_t cursor, Time at) const {
    return {.state = State::met,
            .cursor = cursor,
            .fin_taken = sight_.fin_taken,
            .at = at,
            .earliest = at};
  }
  static Finding unmet(std::string reason, std::string_view expected, std::string_view seen) {
    return {.state = State::unmet,
            .reason = std::move(reason),
            .expected = fmt::format("expected {}", expected),
            .seen = fmt::format("got {}", seen)};
  }

  /// The next final message, with the interim ones before it counted and passed; null when they
  /// are endless. On a lane without a connection an empty message.
  const Message* final_message(ReadAs as, std::size_t& interims) {
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

  /// The finding when there is no message at all: nothing, the end, or what cannot be read.
  std::optional<Finding> not_a_message(const Message& message, std::string_view what) {
    if (message.state() == Message::State::malformed)
      return unmet(message.fault() == "the head is endless"
                       ? "endless-head"
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
  /// What was read, or, where that is nothing, the bytes themselves.
  std::string described(const Message& message) const {
    return message.raw_head().empty() ? describe(sight_) : describe(message);
  }
  std::string_view kind() const {
    const bool request = std::holds_alternative<Request>(item_->thing) ||
                         std::holds_alternative<HeadOfRequest>(item_->thing);
    return request ? "request" : "response";
  }

  std::optional<Finding> other_request(const std::string& method, const Target& target,
                                       const Message& message) {
    if (!message.has_head()) return std::nullopt;
    const auto asked = setting_.bindings->fill(target, setting_.n);
    if (resource_of(message.target()) != resource_of(asked))
      return unmet("other-target", thing_text(), describe(message));
    if (method.empty() || message.method() == method) return std::nullopt;
    return unmet(fmt::format("expected-{}-got-{}", method, message.method()), thing_text(),
                 describe(message));
  }

  /// The end came between two messages: did the last one announce it?
  ClosedBetween closed_between() const {
    const Message* last = last_message();
    if (!last || last->is_interim()) return ClosedBetween::no;  // The final response is owed.
    return persists(*last) ? ClosedBetween::unannounced : ClosedBetween::announced;
  }

  /// The whole message that ends at the cursor.
  const Message* last_message() const {
    if (!bound()) return nullptr;
    const Message* last = nullptr;
    for (const auto& [key, message] : sight_.readings->all())
      if (message.state() == Message::State::whole && message.end() <= sight_.cursor &&
          (!last || message.end() >= last->end()))
        last = &message;
    return last;
  }

  bool wants_cut() const {
    return std::any_of(item_->facts.begin(), item_->facts.end(),
                       [](const Fact& fact) { return std::holds_alternative<CutShort>(fact); });
  }

  Finding judge_cut(const std::optional<Statuses>& status, const Message& message,
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

  std::optional<Finding> not_the_answer(const Response& thing, const Message& message) {
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

  /// Where `within` and `not before` count from: the last byte before the cursor, the start of
  /// the last write, or, without either, the expectation's turn.
  Time reference() const {
    if (!bound()) return sight_.since;
    auto from = sight_.last_write;
    if (sight_.cursor > 0) from = std::max(from, moment_of(*sight_.wire, sight_.cursor).latest);
    return from == Time{} ? sight_.since : from;
  }

  /// Met, if the facts hold. The message has come as far as `seen`; 0: it is over.
  Finding with_facts(const Message& message, std::size_t interims, std::size_t cursor,
                     std::size_t seen = 0) {
    for (const auto& fact : item_->facts) {
      if (is_timed(fact)) continue;
      auto finding = judge_fact(fact, message, interims, sight_, setting_);
      if (finding.state == State::met) continue;
      finding.expected = fmt::format("{} in {}", finding.expected, thing_text());
      return finding;
    }
    if (seen == 0 && ended_with(message)) return with_time(end_moment(), cursor);
    return timed_facts(cursor, seen == 0 ? message.end() : seen);
  }

  /// It was the end of the connection that completed the message, or cut it short.
  static bool ended_with(const Message& message) {
    return message.state() == Message::State::cut || message.framing() == Framing::end;
  }
  Moment end_moment() const {
    const Wire& wire = *sight_.wire;
    return wire.fin ? *wire.fin : *wire.rst;
  }

  Finding timed_facts(std::size_t cursor, std::size_t seen) {
    const auto at = moment_of(*sight_.wire, seen);
    return with_time(at, cursor);
  }

  /// Judges the timed facts of a thing that happened at `at`, or has not happened yet.
  Finding with_time(const std::optional<Moment>& at, std::size_t cursor) {
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

  /// A pending thing may have run out of its time.
  Finding still_in_time(Finding pending) {
    auto timed = with_time(std::nullopt, sight_.cursor);
    if (timed.state == State::unmet) return timed;
    if (timed.again && (!pending.again || *timed.again < *pending.again))
      pending.again = timed.again;
    pending.timed = pending.timed || timed.timed;
    return pending;
  }

  /// Bytes stand where nothing was to come.
  Finding unmet_by_bytes(std::string_view what) {
    const auto& message = at_cursor(ReadAs::response);
    const bool readable = message.has_head();
    return unmet(fmt::format("expected-{}-got-{}", what, readable ? "response" : "bytes"),
                 thing_text(), describe(sight_));
  }

  Sight sight_;
  const Setting& setting_;
  const Item* item_ = nullptr;
  bool timed_ = false;
  Moment at_{};
  Time reference_{};
};

}  // namespace

const Message& MessagesRead::at(const Wire& wire, std::size_t begin, ReadAs as) {
  auto [place, is_new] = messages_.try_emplace(std::pair(begin, as), as, begin);
  place->second.advance(wire);
  return place->second;
}

Finding judge(const Sequence& sequence, const Sight& sight, const Setting& setting) {
  return Walk(sight, setting).run(sequence);
}

Finding at_bound(Finding pending, const Sequence& sequence, const Sight& sight) {
  pending.state = State::unmet;
  pending.again.reset();
  pending.timed = true;
  auto at = sight;
  at.cursor = pending.cursor;
  const bool something = sight.wire && sight.wire->received_total > pending.cursor;
  const bool end = std::holds_alternative<End>(sequence[pending.item].thing);
  pending.reason = end ? "still-open" : something ? "incomplete" : "nothing-came";
  pending.expected = "expected " + sequence[pending.item].row.text;
  pending.seen = end         ? "the connection is still open"
                 : something ? "got only " + describe(at)
                             : "nothing came";
  return pending;
}

}  // namespace connspec
