// The rules of `every`: what has been seen of each in all messages of a run.
#pragma once

#include "harness/judge.hpp"
#include "harness/verdict.hpp"

namespace connspec {

class Rules {
 public:
  /// A case of rules; outlives them.
  void add(const Case& script) { rules_.push_back({&script}); }
  bool empty() const { return rules_.empty(); }

  /// A message that the target sent in the case `during`.
  void observe(const Message& message, const Case& during, const Offer& offer);
  /// What others of the same rules saw behind that.
  void observe(const Rules& later);
  /// What came of a case of rules. `again` is the command that plays a case.
  void settle(Result& result, const std::string& again) const;
  /// The same rules, of which nothing has been seen.
  Rules unseen() const;

 private:
  struct Rule {
    const Case* script = nullptr;
    std::size_t messages = 0;
    std::optional<Finding> breach = {};
    std::string where = {};  ///< Id of the case in which it was broken.
    std::string head = {};
  };
  std::vector<Rule> rules_;
};

}  // namespace connspec
