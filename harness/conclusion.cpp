#include "harness/conclusion.hpp"

#include <fmt/format.h>

#include <cerrno>

namespace connspec {

namespace {

/// The least and the most arrivals that a row allows.
std::pair<std::size_t, std::size_t> allowed_by(const Saw& saw) {
  constexpr std::pair<std::size_t, std::size_t> allowed[] = {{0, 0}, {1, 1}, {0, 1}, {0, 2}};
  return allowed[static_cast<std::size_t>(saw.count)];
}

/// Whether a request of ours asked the peer to close behind its answer, and that answer is
/// among the bytes up to `answered`. A write that is no request leaves the peer free to close
/// as well.
bool asked_to_close(Actor& actor, std::size_t answered) {
  const auto* wire = actor.wire();
  if (!wire || actor.lane.side == Lane::Side::origin) return false;
  Wire sent;
  sent.received = wire->sent;
  sent.received_total = sent.received.size();
  std::size_t at = 0;
  std::size_t answer = 0;
  while (at < sent.received.size() && answer < answered) {
    Message request(ReadAs::request, at);
    request.advance(sent);
    if (!request.has_head() || !persists(request)) return true;
    if (request.state() != Message::State::whole) return false;
    at = request.end();
    const auto as = request.method() == "HEAD"      ? ReadAs::response_to_head
                    : request.method() == "CONNECT" ? ReadAs::response_to_connect
                                                    : ReadAs::response;
    bool interim = true;
    while (interim && answer < answered) {
      const auto& message = actor.readings()->at(*wire, answer, as);
      if (message.state() != Message::State::whole) return false;
      interim = message.is_interim();
      answer = message.end();
    }
  }
  return false;
}

void note(const RowFinding& row, const Way* way, bool met, Time at) {
  std::string why;
  if (!met) why = row.finding.complaint->seen;
  row.on.actor->judged.push_back(
      {row.on.row, way, met, row.finding.item, row.from, at, std::move(why)});
}

}  // namespace

void note_rows(const Decision& decision, const Short<WayOn>& ways, Time now) {
  for (const auto& other : decision.others)
    for (const auto& way : ways)
      for (const auto& row : way.rows)
        if (row.row == other.on.row) note(other, way.way, false, now);
  if (decision.state == Finding::State::met)
    for (const auto& row : decision.rows)
      note(row, ways[decision.way].way, true, row.finding.at);
  else if (decision.others.empty())
    note(decision.rows.back(), nullptr, false, now);
}

std::string shown_count(std::size_t count) {
  return fmt::format("the origin saw it {} times", count);
}

bool allows(const Saw& saw, std::size_t count) {
  const auto [least, most] = allowed_by(saw);
  return count >= least && count <= most;
}

Verdict Conclusion::unmet_verdict() const {
  switch (script_.level) {
    case Level::must:
    case Level::must_not:
    case Level::prose:
      return Verdict::fail;
    case Level::should:
    case Level::should_not:
      return Verdict::departs;
    case Level::observe:
      return Verdict::observed;
  }
  return Verdict::fail;
}

void Conclusion::taken(const Decision& decision, const Short<WayOn>& ways) {
  const auto& taken = ways[decision.way];
  for (const auto& row : decision.rows) played_.timed = played_.timed || row.finding.timed;
  if (taken.way) mark(*taken.way);
  const bool graver = taken.way && (taken.way->mark == Way::Mark::wrong ||
                                    taken.way->mark == Way::Mark::departs);
  played_.at_bound = played_.at_bound || (graver && decision.at_bound);
  const bool matters = graver || script_.level == Level::observe;
  played_.lagged = played_.lagged || decision.undecided || (matters && decision.close_race);
  if (!taken.way) return;
  if (taken.way->mark == Way::Mark::wrong) {
    played_.reason = taken.way->name;
    played_.expected = "expected one of the other ways";
    const auto& last = decision.rows.back();
    played_.seen = "got " + last.on.row->sequence.back().row.text;
    allow(ways);
    played_.verdict = unmet_verdict();
    over_ = true;
  }
  over_ = over_ || taken.way->stop;
}

void Conclusion::mark(const Way& way) {
  played_.taken = way.name;
  if (way.mark == Way::Mark::departs) gravest_ = Verdict::departs;
  if (way.mark == Way::Mark::observed && gravest_ == Verdict::pass)
    gravest_ = Verdict::observed;
}

namespace {

/// `response {a} then end`.
std::string words_of(const Sequence& sequence) {
  std::string words;
  for (const auto& item : sequence) words += (words.empty() ? "" : " then ") + item.row.text;
  return words;
}

/// The rows of a way, each with its lane where they are on several.
std::string words_of(const WayOn& way) {
  if (way.rows.size() == 1) return words_of(way.rows.front().row->sequence);
  std::string words;
  for (const auto& [row, actor, n, claim] : way.rows)
    words += fmt::format("{}{} < {}", words.empty() ? "" : "; ", name_of(actor->lane),
                         words_of(row->sequence));
  return words;
}

}  // namespace

/// The ways that were open.
void Conclusion::allow(const Short<WayOn>& ways) {
  for (const auto& way : ways)
    if (way.way->mark != Way::Mark::wrong)
      played_.allowed.emplace_back(way.way->name, words_of(way));
}

void Conclusion::failed(const Decision& decision, const Short<WayOn>& ways, bool given) {
  const auto& last = decision.rows.back();
  const auto& finding = last.finding;
  played_.reason = finding.complaint->reason;
  played_.expected = finding.complaint->expected;
  played_.seen = finding.complaint->seen;
  if (ways.size() > 1) {
    played_.expected = "expected one of the ways";
    allow(ways);
  }
  played_.timed = true;
  played_.at_bound = decision.at_bound;
  played_.lagged = decision.undecided || decision.close_race;
  played_.given_unmet = given;
  if (!given && !asked_to_close(*last.on.actor, finding.cursor))
    played_.closed = decision.closed;
  played_.verdict = given ? Verdict::skipped : unmet_verdict();
  if (given) played_.expected = "given " + words_of(last.on.row->sequence);
}

bool Conclusion::steps_over(bool all) {
  const bool unmet = !all && !played_.reason.empty();
  if (unmet) return false;
  played_.verdict = script_.level == Level::observe ? Verdict::observed : gravest_;
  over_ = false;
  return !script_.saws.empty();
}

void Conclusion::no_fence() {
  played_.verdict = Verdict::inconclusive;
  played_.reason = "no-fence";
}

bool Conclusion::saw(const Saw& saw, std::size_t count) {
  if (allows(saw, count)) return true;
  const auto most = allowed_by(saw).second;
  played_.verdict = unmet_verdict();
  played_.reason =
      count > most ? (most == 0 ? "reached-the-origin" : "repeated") : "never-reached";
  played_.expected = "expected " + saw.row.text;
  played_.seen = shown_count(count);
  return false;
}

void Conclusion::opened(const Wire& wire) {
  const bool no_port = wire.opening_error == EADDRNOTAVAIL || wire.opening_error == EMFILE ||
                       wire.opening_error == ENFILE;
  if (no_port) {
    played_.verdict = Verdict::inconclusive;
    played_.reason = "no-local-port";
    played_.seen = "this machine has no port or descriptor left for another connection";
  }
  played_.refused = played_.refused || wire.opening == Opening::refused;
}

}  // namespace connspec
