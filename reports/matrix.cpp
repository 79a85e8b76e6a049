#include "reports/matrix.hpp"

#include <algorithm>

namespace connspec {

std::string distinction_of(const Run& run, std::span<const Run> runs) {
  const auto shared = [&](auto alike) {
    return std::ranges::count_if(runs, [&](const Run& other) {
             return other.role == run.role && alike(other);
           }) > 1;
  };
  if (!shared([](const Run&) { return true; })) return {};
  if (run.label.empty() || !shared([&](const Run& other) { return other.label == run.label; }))
    return run.label.empty() ? run.target : run.label;
  if (!shared([&](const Run& other) { return other.target == run.target; })) return run.target;
  return run.label + " " + run.target;
}

}  // namespace connspec
