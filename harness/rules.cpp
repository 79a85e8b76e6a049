#include "harness/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

Settled as_settled(const Every& rule, const Finding& finding) {
  return {.row = rule.row.text,
          .line = rule.row.line,
          .outcome = Settled::Outcome::unmet,
          .why = finding.complaint->seen};
}

}  // namespace

void Rules::observe(const Message& message, const Case& during, const Offer& offer) {
  const Bindings bindings{&offer, {}, {}};
  const Setting setting{.bindings = &bindings};
  for (auto& rule : rules_)
    for (const auto& every : rule.script->everies) {
      auto finding = judge(every, message, setting);
      if (!finding) continue;
      ++rule.messages;
      if (finding->state == Finding::State::met || rule.breach) continue;
      rule.breach = std::move(finding);
      rule.where = during.id;
      rule.head = std::string(message.raw_head());
    }
}

void Rules::observe(const Rules& later) {
  for (std::size_t i = 0; i < rules_.size() && i < later.rules_.size(); ++i) {
    rules_[i].messages += later.rules_[i].messages;
    if (rules_[i].breach || !later.rules_[i].breach) continue;
    rules_[i].breach = later.rules_[i].breach;
    rules_[i].where = later.rules_[i].where;
    rules_[i].head = later.rules_[i].head;
  }
}

Rules Rules::unseen() const {
  Rules rules;
  for (const auto& rule : rules_) rules.add(*rule.script);
  return rules;
}

void Rules::settle(Result& result, const std::string& again) const {
  const auto rule = std::find_if(rules_.begin(), rules_.end(),
                                 [&](const Rule& r) { return r.script->id == result.id; });
  if (rule == rules_.end()) return;
  if (rule->messages == 0) {
    result.verdict = Verdict::skipped;
    result.reason = "not-seen";
    result.seen = "no message that the rule speaks of was seen";
    return;
  }
  const auto level = rule->script->level;
  const bool soft = level == Level::should || level == Level::should_not;
  result.reason.clear();
  if (!rule->breach) {
    result.verdict = level == Level::observe ? Verdict::observed : Verdict::pass;
    result.seen = fmt::format("held in {} messages", rule->messages);
    return;
  }
  result.verdict = level == Level::observe ? Verdict::observed
                   : soft                  ? Verdict::departs
                                           : Verdict::fail;
  const auto& complaint = *rule->breach->complaint;
  result.reason = complaint.reason;
  result.expected = complaint.expected;
  result.seen = fmt::format("{}, in {}", complaint.seen, rule->where);
  result.transcript.push_back(
      {.lane = rule->where,
       .kind = Event::Kind::head,
       .text = rule->head,
       .size = rule->head.size(),
       .settled = {as_settled(rule->script->everies.front(), *rule->breach)}});
  result.again = again + rule->where + " " + result.id;
}

}  // namespace connspec
