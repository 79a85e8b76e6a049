#include "harness/play.hpp"

namespace connspec {

Verdict Play::unmet_verdict() const {
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

void Play::note(const RowFinding& row, const Way* way, bool met) {
  std::string why;
  if (!met) why = row.finding.complaint->seen;
  row.on.actor->judged.push_back({row.on.row, way, met, row.finding.item, row.from,
                                  met ? row.finding.at : Clock::now(), std::move(why)});
}

/// A way is taken: the lanes move on, and its mark counts.
void Play::take(const Decision& decision, const Short<WayOn>& ways) {
  const auto& taken = ways[decision.way];
  for (const auto& other : decision.others)
    for (const auto& way : ways)
      for (const auto& row : way.rows)
        if (row.row == other.on.row) note(other, way.way, false);
  for (const auto& row : decision.rows) {
    auto& actor = *row.on.actor;
    if (row.on.claim) {
      const auto& arrival = *row.on.claim->arrival;
      row.on.claim->used = true;
      bind(actor, arrival.on, arrival.begin, arrival.first);
    }
    actor.cursor = row.finding.cursor;
    actor.fin_taken = row.finding.fin_taken;
    note(row, taken.way, true);
    played_.timed = played_.timed || row.finding.timed;
  }
  if (taken.way) mark(taken.way->mark, taken.way->name);
  const bool graver = taken.way && (taken.way->mark == Way::Mark::wrong ||
                                    taken.way->mark == Way::Mark::departs);
  played_.at_bound = played_.at_bound || (graver && decision.at_bound);
  const bool matters = graver || script_.level == Level::observe;
  played_.lagged = played_.lagged || decision.undecided || (matters && decision.close_race);
  release_claims(ways, decision.way);
  if (!taken.way) return;
  if (taken.way->mark == Way::Mark::wrong) {
    played_.reason = taken.way->name;
    played_.expected = "expected one of the other ways";
    const auto& last = decision.rows.back();
    played_.seen = "got " + last.on.row->sequence.back().row.text;
    for (const auto& way : ways)
      if (way.way->mark != Way::Mark::wrong)
        played_.allowed.emplace_back(way.way->name,
                                     way.rows.front().row->sequence.front().row.text);
    played_.verdict = unmet_verdict();
    ended_ = true;
  }
  ended_ = ended_ || taken.way->stop;
}

void Play::mark(Way::Mark mark, const std::string& name) {
  played_.taken = name;
  if (mark == Way::Mark::departs) gravest_ = Verdict::departs;
  if (mark == Way::Mark::observed && gravest_ == Verdict::pass) gravest_ = Verdict::observed;
}

/// What rows of the other ways would have taken is answered plainly.
void Play::release_claims(const Short<WayOn>& ways, std::size_t taken) {
  for (std::size_t i = 0; i < ways.size(); ++i) {
    if (i == taken) continue;
    for (const auto& row : ways[i].rows) {
      if (!row.claim || row.claim->used || row.claim->released) continue;
      row.claim->released = true;
      if (row.claim->arrival) row.claim->arrival->on->release(row.claim->arrival->begin);
    }
  }
}

void Play::fail(const Decision& decision, const Short<WayOn>& ways, bool given) {
  const auto& last = decision.rows.back();
  const auto& finding = last.finding;
  for (const auto& other : decision.others)
    for (const auto& way : ways)
      for (const auto& row : way.rows)
        if (row.row == other.on.row) note(other, way.way, false);
  if (decision.others.empty()) note(last, nullptr, false);
  played_.reason = finding.complaint->reason;
  played_.expected = finding.complaint->expected;
  played_.seen = finding.complaint->seen;
  if (ways.size() > 1) {
    played_.expected = "expected one of the ways";
    for (const auto& way : ways)
      if (way.way->mark != Way::Mark::wrong)
        played_.allowed.emplace_back(way.way->name,
                                     way.rows.front().row->sequence.front().row.text);
  }
  played_.timed = true;
  played_.at_bound = decision.at_bound;
  played_.lagged = decision.undecided || decision.close_race;
  played_.given_unmet = given;
  if (!given && !asked_to_close(*last.on.actor, finding.cursor))
    played_.closed = decision.closed;
  played_.verdict = given ? Verdict::skipped : unmet_verdict();
  if (given) {
    std::string words;
    for (const auto& item : last.on.row->sequence)
      words += (words.empty() ? "" : " then ") + item.row.text;
    played_.expected = "given " + words;
  }
}

/// Whether a request of ours asked the peer to close behind its answer, and that answer is
/// among the bytes up to `answered`. A write that is no request leaves the peer free to close
/// as well.
bool Play::asked_to_close(Actor& actor, std::size_t answered) const {
  const auto* connection = actor.connection();
  if (!connection || !actor.client) return false;
  Wire sent;
  sent.received = connection->wire().sent;
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
      const auto& message = actor.readings()->at(connection->wire(), answer, as);
      if (message.state() != Message::State::whole) return false;
      interim = message.is_interim();
      answer = message.end();
    }
  }
  return false;
}

}  // namespace connspec
