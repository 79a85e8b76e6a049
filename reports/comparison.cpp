#include "reports/comparison.hpp"

#include "reports/sentences.hpp"
#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

namespace connspec {

namespace {

using Kind = Change::Kind;

/// How grave a verdict is, whatever a baseline makes of it; unset where it says nothing about
/// the target.
std::optional<int> gravity_of(const Result* result, bool strict) {
  if (!result || result->verdict == Verdict::skipped ||
      result->verdict == Verdict::inconclusive)
    return std::nullopt;
  if (result->verdict == Verdict::departs) return strict ? 2 : 1;
  return result->verdict == Verdict::fail ? 2 : 0;
}

/// A way that is taken, or a reason.
std::string_view manner_of(const Result& result) {
  return result.reason.empty() ? result.taken : result.reason;
}

std::optional<Kind> kind_of(const Result* before, const Result* after, bool strict) {
  const auto was = gravity_of(before, strict);
  const auto is = gravity_of(after, strict);
  if (!after) return was ? std::optional(Kind::gone) : std::nullopt;
  if (!was) return is ? std::optional(Kind::added) : std::nullopt;
  if (!is) return Kind::undecided;
  if (*is != *was) return *is > *was ? Kind::regression : Kind::fixed;
  const bool same =
      before->verdict == after->verdict && manner_of(*before) == manner_of(*after);
  return same ? std::nullopt : std::optional(Kind::changed);
}

/// The run of that role; of several the one that stands at the same place among them.
const Run* counterpart(const Run& run, std::size_t place, const std::vector<Run>& others) {
  for (const Run& other : others)
    if (other.role == run.role && place-- == 0) return &other;
  return nullptr;
}

std::size_t place_of(const Run& run, const std::vector<Run>& runs) {
  std::size_t place = 0;
  for (const Run* other = runs.data(); other != &run; ++other) place += other->role == run.role;
  return place;
}

}  // namespace

std::size_t Comparison::count(Change::Kind kind) const {
  return static_cast<std::size_t>(std::ranges::count(changes, kind, &Change::kind));
}

Comparison compare(const Run& before, const Run& after) {
  Comparison out{.before = &before, .after = &after};
  const bool strict = after.strict;
  std::map<std::string_view, const Result*> old;
  for (const Result& result : before.results) old.emplace(result.id, &result);
  const auto add = [&](const Result* was, const Result* is) {
    out.both += gravity_of(was, strict) && gravity_of(is, strict);
    if (const auto kind = kind_of(was, is, strict)) out.changes.push_back({*kind, was, is});
  };
  for (const Result& result : after.results) {
    const auto found = old.find(result.id);
    add(found == old.end() ? nullptr : found->second, &result);
    if (found != old.end()) old.erase(found);
  }
  for (const Result& result : before.results)
    if (old.contains(result.id)) add(&result, nullptr);
  std::ranges::stable_sort(out.changes, {}, &Change::kind);
  return out;
}

std::vector<Comparison> compare(std::span<const RunFile> documents) {
  std::vector<Comparison> all;
  if (documents.empty()) return all;
  const auto& first = documents.front().runs;
  for (const auto& [name, runs] : documents.subspan(1))
    for (const Run& run : runs)
      if (const Run* before = counterpart(run, place_of(run, runs), first))
        all.emplace_back(compare(*before, run)).file = name;
  return all;
}

Exit exit_of(std::span<const Comparison> comparisons) {
  const auto any = [&](auto holds) { return std::ranges::any_of(comparisons, holds); };
  if (any([](const Comparison& one) { return one.count(Kind::regression) > 0; }))
    return Exit::failure;
  if (!any([](const Comparison& one) { return one.both > 0; })) return Exit::nothing_tested;
  if (any([](const Comparison& one) {
        return std::ranges::any_of(one.changes, [](const Change& change) {
          return change.kind == Kind::undecided &&
                 change.after->verdict == Verdict::inconclusive;
        });
      }))
    return Exit::inconclusive;
  return Exit::as_required;
}

}  // namespace connspec
