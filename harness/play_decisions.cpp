#include "harness/play.hpp"

namespace connspec {

/// A way is taken: the lanes move on.
void Play::take(const Decision& decision, const Short<WayOn>& ways) {
  note_rows(decision, ways, decision.others.empty() ? Time{} : Clock::now());
  for (const auto& row : decision.rows) {
    auto& actor = *row.on.actor;
    if (row.on.claim) {
      const auto& arrival = *row.on.claim->arrival;
      row.on.claim->used = true;
      bind(actor, arrival.on, arrival.begin, arrival.first);
    }
    actor.cursor = row.finding.cursor;
    actor.fin_taken = row.finding.fin_taken;
  }
  conclusion_.taken(decision, ways);
  release_claims(ways, decision.way);
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
  note_rows(decision, ways, Clock::now());
  conclusion_.failed(decision, ways, given);
}

}  // namespace connspec
