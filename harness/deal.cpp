#include "harness/deal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace connspec {

namespace {

constexpr Duration of_a_declared_time = std::chrono::seconds(1);  // Nobody knows yet.

bool is_rule(const Case& script) { return !script.everies.empty(); }

Duration cost_of(const Case& script) {
  Duration cost{};
  for (const Span& span : script.planned)
    cost += span.declared ? of_a_declared_time : span.fixed;
  return cost;
}

/// FNV-1a over the ids, each with an end.
std::string digest_of(const std::vector<const Case*>& selection) {
  std::uint64_t hash = 14695981039346656037U;
  const auto take = [&hash](char byte) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
  };
  for (const Case* script : selection) {
    for (char byte : script->id) take(byte);
    take('\n');
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace

std::size_t to_be_dealt(const std::vector<const Case*>& selection) {
  return static_cast<std::size_t>(
      std::count_if(selection.begin(), selection.end(),
                    [](const Case* script) { return !is_rule(*script); }));
}

Dealt deal(const std::vector<const Case*>& selection, std::size_t part, std::size_t of) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < selection.size(); ++i)
    if (!is_rule(*selection[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    const auto weight = [&](std::size_t i) {
      return std::tuple(selection[i]->alone, cost_of(*selection[i]));
    };
    return weight(one) > weight(other);
  });
  std::vector<bool> chosen(selection.size(), false);
  for (std::size_t i = 0; i < order.size(); ++i) chosen[order[i]] = i % of == part - 1;
  Dealt dealt;
  dealt.shard = {
      .part = part, .of = of, .cases = selection.size(), .selection = digest_of(selection)};
  for (std::size_t i = 0; i < selection.size(); ++i) {
    if (!chosen[i] && !is_rule(*selection[i])) continue;
    dealt.cases.push_back(selection[i]);
    dealt.shard.places.push_back(i);
  }
  return dealt;
}

}  // namespace connspec
