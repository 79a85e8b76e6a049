#include "reports/matrix.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace connspec {

namespace {

bool share_a_case(const Run& one, const Run& other) {
  std::unordered_set<std::string_view> ids;
  for (const Result& result : one.results) ids.insert(result.id);
  return std::ranges::any_of(other.results,
                             [&](const Result& result) { return ids.contains(result.id); });
}

}  // namespace

std::string distinction_of(const Run& run, std::span<const Run> runs) {
  const auto shared = [&](auto alike) {
    return std::ranges::count_if(runs, [&](const Run& other) {
             return other.role == run.role && alike(other) &&
                    (&other == &run || share_a_case(run, other));
           }) > 1;
  };
  if (!shared([](const Run&) { return true; })) return {};
  if (run.label.empty() || !shared([&](const Run& other) { return other.label == run.label; }))
    return run.label.empty() ? run.target : run.label;
  if (!shared([&](const Run& other) { return other.target == run.target; })) return run.target;
  return run.label + " " + run.target;
}

}  // namespace connspec
