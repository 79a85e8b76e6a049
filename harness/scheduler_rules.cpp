#include "harness/scheduler.hpp"

#include <fmt/format.h>

namespace connspec {

namespace {

Settled as_settled(const Every& rule, const Finding& finding) {
  return {.row = rule.row.text,
          .line = rule.row.line,
          .outcome = Settled::Outcome::unmet,
          .why = finding.complaint->seen};
}

}  // namespace

void Scheduler::observe(const Message& message, const Case& script) {
  const Bindings bindings{&stage_.offer, {}, {}};
  const Setting setting{.bindings = &bindings};
  for (auto& rule : rules_)
    for (const auto& every : rule.entry->script->everies) {
      auto finding = judge(every, message, setting);
      if (!finding) continue;
      ++rule.messages;
      if (finding->state == Finding::State::met || rule.breach) continue;
      rule.breach = std::move(finding);
      rule.where = script.id;
      rule.head = std::string(message.raw_head());
    }
}

void Scheduler::settle_everies() {
  for (auto& rule : rules_) {
    auto& result = run_->results[rule.entry->result];
    if (rule.messages == 0) {
      skip(*rule.entry, "not-seen", "no message that the rule speaks of was seen");
      continue;
    }
    const auto level = rule.entry->script->level;
    const bool soft = level == Level::should || level == Level::should_not;
    result.reason.clear();
    if (!rule.breach) {
      result.verdict = level == Level::observe ? Verdict::observed : Verdict::pass;
      result.seen = fmt::format("held in {} messages", rule.messages);
    } else {
      result.verdict = level == Level::observe ? Verdict::observed
                       : soft                  ? Verdict::departs
                                               : Verdict::fail;
      const auto& complaint = *rule.breach->complaint;
      result.reason = complaint.reason;
      result.expected = complaint.expected;
      result.seen = fmt::format("{}, in {}", complaint.seen, rule.where);
      result.transcript.push_back(
          {.lane = rule.where,
           .kind = Event::Kind::head,
           .text = rule.head,
           .size = rule.head.size(),
           .settled = {as_settled(rule.entry->script->everies.front(), *rule.breach)}});
      result.again = plan_.again + rule.where + " " + result.id;
    }
    if (reporter_.settled) reporter_.settled(result);
  }
}

}  // namespace connspec
