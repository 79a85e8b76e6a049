// What the run says about the target beside the verdicts: what was missing, and what came to
// our origin unasked.
#include "harness/scheduler.hpp"
#include "harness/words_declared.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

/// Names, and in how many cases they were missing.
using Counts = std::map<std::string, std::size_t>;

/// `sink (12 cases), idle (4 cases)`, the most first.
std::string most_first(const Counts& counts) {
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& one, const auto& other) {
    return one.second > other.second;
  });
  std::string text;
  for (const auto& [name, cases] : sorted)
    text += fmt::format("{}{} ({} case{})", text.empty() ? "" : ", ", name, cases,
                        cases == 1 ? "" : "s");
  return text;
}

std::string joined(const std::vector<Binding>& bindings) {
  std::string names;
  for (const auto binding : bindings)
    names += fmt::format("{}{}", names.empty() ? "" : "+", name_of(binding));
  return names;
}

}  // namespace

Missing missing_for(const Case& script, const Offer& offer, const Calibration& calibration,
                    bool has_origin) {
  Missing missing;
  for (const auto binding : script.uses) {
    if (offer.has(binding) || binding == Binding::n) continue;
    if (binding == Binding::origin && has_origin) continue;
    if (offer.left_out.test(static_cast<std::size_t>(binding))) {
      missing.left_out = true;
      missing.other = fmt::format("{{{}}} does not do what it should", name_of(binding));
    } else if (find_declarable(binding)) {
      missing.undeclared.push_back(binding);
    } else if (missing.other.empty()) {
      missing.other = fmt::format("{{{}}} is not known here", name_of(binding));
    }
  }
  for (const auto& need : script.needs)
    if (missing.other.empty() && !calibration.has(need))
      missing.other = fmt::format("the target has no {}", need);
  if (missing.other.empty() && script.uses_http10 && !calibration.http10)
    missing.other = "the target does not answer HTTP/1.0";
  return missing;
}

Missing Scheduler::missing_for(const Case& script) const {
  return connspec::missing_for(script, stage_.offer, calibration_, stage_.origin != nullptr);
}

/// A case counts where it is said what would make it playable: names that are of use only
/// together stand together, and what cannot be played whatever is declared is told for itself.
void Scheduler::add_notes() {
  Counts undeclared;
  Counts absent;
  for (const auto& entry : entries_) {
    if (!entry.script->everies.empty()) continue;
    const auto missing = missing_for(*entry.script);
    if (missing.left_out) continue;  // Told where it was tried.
    if (!missing.other.empty())
      ++absent[missing.other];
    else if (!missing.undeclared.empty())
      ++undeclared[joined(missing.undeclared)];
  }
  if (!undeclared.empty())
    run_->notes.push_back("not declared: " + most_first(undeclared) +
                          ": connspec explain declare");
  if (!absent.empty()) run_->notes.push_back("not to be had: " + most_first(absent));
  if (!stage_.origin) return;
  for (const auto& [line, count] : stage_.origin->strays())
    run_->notes.push_back(
        fmt::format("our origin also got what no case asked for, {} time{}: {}", count,
                    count == 1 ? "" : "s", line));
}

}  // namespace connspec
