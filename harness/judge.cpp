#include "harness/judge_walk.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

using State = Finding::State;

Finding Walk::run(const Sequence& sequence) {
  for (std::size_t i = 0; i < sequence.size(); ++i) {
    item_ = &sequence[i];
    const bool may_be_timed =
        !item_->facts.empty() || std::holds_alternative<Silence>(item_->thing);
    if (may_be_timed) reference_ = reference();
    auto finding = std::visit(*this, item_->thing);
    const bool waits = finding.state == State::pending && !item_->facts.empty();
    if (waits) finding = still_in_time(std::move(finding));
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

Finding Walk::operator()(const Response& thing) {
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

Finding Walk::operator()(const Interim& thing) {
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

Finding Walk::operator()(const Request& thing) {
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

Finding Walk::operator()(const HeadOfResponse& thing) {
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

Finding Walk::operator()(const HeadOfRequest& thing) {
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

Finding Walk::operator()(const Bytes& thing) {
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

Finding Walk::operator()(const NewConnection&) {
  if (!bound()) return pending();
  return met(sight_.cursor, sight_.wire->opened);
}

Finding Walk::operator()(const End& thing) {
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

Finding Walk::operator()(const Silence& thing) {
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

Finding Walk::operator()(const Taken&) {
  if (!bound()) return pending();
  const Wire& wire = *sight_.wire;
  if (wire.rst) return unmet("expected-taken-got-rst", thing_text(), "the end by RST");
  const bool all =
      !sight_.writing && wire.tcp && wire.tcp->unacked == 0 && wire.tcp->not_sent == 0;
  return all ? met(sight_.cursor, sight_.seen_until) : pending();
}

Finding unmet(std::string reason, std::string_view expected, std::string_view seen) {
  return {.state = State::unmet,
          .complaint = Complaint{std::move(reason), fmt::format("expected {}", expected),
                                 fmt::format("got {}", seen)}};
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
  pending.complaint = Complaint{end         ? "still-open"
                                : something ? "incomplete"
                                            : "nothing-came",
                                "expected " + sequence[pending.item].row.text,
                                end         ? "the connection is still open"
                                : something ? "got only " + describe(at)
                                            : "nothing came"};
  return pending;
}

}  // namespace connspec
