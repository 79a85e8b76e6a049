// Evidence made by hand, and rows of the language made by its reader, for tests of what is
// decided from them. No clock, no socket.
#pragma once

#include "harness/judge.hpp"
#include "harness/script_reader.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>

namespace connspec::wires {

/// So many milliseconds after a time that is not zero.
inline Time ms(double milliseconds) {
  return Time{} + std::chrono::hours(1) + Duration(static_cast<long>(milliseconds * 1e6));
}

inline Moment exactly(double milliseconds) { return {ms(milliseconds), ms(milliseconds)}; }
inline Moment between(double from, double to) { return {ms(from), ms(to)}; }

/// More bytes have come.
inline void receive(Wire& wire, std::string_view bytes, Moment at) {
  wire.received_total += bytes.size();
  wire.received += bytes;
  wire.arrivals.push_back({at, wire.received.size()});
}

/// The peer has stopped.
inline void end(Wire& wire, Ending how, Moment at) {
  (how == Ending::fin ? wire.fin : wire.rst) = at;
}

/// An open connection on which `bytes` came in one piece.
inline Wire wire_of(std::string_view bytes, double milliseconds = 1) {
  Wire wire;
  wire.opening = Opening::open;
  wire.opened = ms(0);
  if (!bytes.empty()) receive(wire, bytes, exactly(milliseconds));
  return wire;
}

/// The same, and then the peer ended.
inline Wire ended_wire(std::string_view bytes, Ending how, double milliseconds = 2) {
  auto wire = wire_of(bytes);
  end(wire, how, exactly(milliseconds));
  return wire;
}

/// What is wrong with a script that a test wrote, or empty.
inline std::string mistakes_of(const Script& script) {
  std::string text;
  for (const auto& error : script.errors) text += what(error) + "\n";
  return text;
}

/// A case of these rows, indented by two blanks, for `role`. Throws where the reader refuses
/// it.
inline Case case_of(std::string_view role, std::string_view rows,
                    std::string_view head = "  slow\n") {
  std::string text =
      "requirement  A peer does as it is told\n"
      "spec         RFC 9112 section 9.3\n"
      "level        MUST\n"
      "covers       X-1\n";
  text += "role         ";
  (text += role) += "\n\ncase plays\n  title  it plays\n";
  (text += head) += rows;
  auto script = read_script("server/a/b.convo", text);
  if (!script.errors.empty() || script.cases.size() != 1)
    throw std::logic_error(mistakes_of(script) + text);
  return std::move(script.cases.front());
}

/// The sequence of `client < …`, with what stands behind the `<`.
inline Sequence sequence_of(const std::string& items) {
  const auto script = case_of("server", "  client ! connect\n  client < " + items + "\n");
  return std::get<Expect>(script.steps.back().what).sequence;
}

/// The same of `origin < …`.
inline Sequence origin_sequence_of(const std::string& items) {
  const auto script =
      case_of("proxy",
              "  client asks {a}\n  client2 > GET {u} HTTP/1.1 | Host: {host} |\n"
              "  origin < head {u}\n  origin < " +
                  items + "\n");
  return std::get<Expect>(script.steps.back().what).sequence;
}

/// One lane, as a test shows it to the judge: what came, and how far it has been taken.
class ShownLane {
 public:
  explicit ShownLane(Wire shown) : wire(std::move(shown)) {
    sight.wire = &wire;
    sight.readings = &readings;
    sight.last_write = ms(0);
    sight.since = ms(0);
    sight.seen_until = ms(0);
    offer.set(Binding::a, "/a");
    offer.answer[static_cast<std::size_t>(Binding::a)] = Answer{200, "hello"};
    offer.set(Binding::b, "/b");
    offer.answer[static_cast<std::size_t>(Binding::b)] = Answer{404, std::nullopt};
    offer.set(Binding::u, std::string("/") + Offer::token_mark + "/u");
    offer.set(Binding::u2, std::string("/") + Offer::token_mark + "/u2");
    offer.set(Binding::idle, Duration(std::chrono::milliseconds(500)));
    setting.bindings = &bindings;
  }
  ShownLane(const ShownLane&) = delete;
  ShownLane& operator=(const ShownLane&) = delete;

  Finding judge(const Sequence& sequence) { return connspec::judge(sequence, sight, setting); }
  Finding judge(const std::string& items) { return judge(sequence_of(items)); }

  /// What a pending finding becomes at its bound.
  Finding at_bound(const std::string& items) {
    const auto sequence = sequence_of(items);
    return connspec::at_bound(judge(sequence), sequence, sight);
  }

  Wire wire;
  MessagesRead readings;
  Offer offer;
  Bindings bindings{&offer, "k1", "127.0.0.1:1"};
  Sight sight;
  Setting setting;
};

/// `met`, `pending`, or the reason code: how a finding came out, in one word.
inline std::string word_of(const Finding& finding) {
  switch (finding.state) {
    case Finding::State::met:
      return "met";
    case Finding::State::pending:
      return "pending";
    case Finding::State::unmet:
      return finding.complaint->reason;
  }
  return "?";
}

}  // namespace connspec::wires
