#include "harness/verdict.hpp"

#include <algorithm>

namespace connspec {

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::observed:
      return "observed";
    case Verdict::departs:
      return "departs";
    case Verdict::skipped:
      return "skipped";
    case Verdict::fail:
      return "fail";
    case Verdict::inconclusive:
      return "inconclusive";
  }
  return "";
}

std::string_view name_of(Deviation::State state) {
  constexpr std::string_view names[] = {"accepted", "changed", "expired", "passes"};
  return names[static_cast<std::size_t>(state)];
}

bool is_put_up_with(const Result& result, bool strict) {
  const bool deviates =
      result.verdict == Verdict::fail || (strict && result.verdict == Verdict::departs);
  if (!result.gating) return deviates || result.verdict == Verdict::inconclusive;
  return deviates && result.deviation && result.deviation->state == Deviation::State::accepted;
}

std::string_view name_of(Settled::Outcome outcome) {
  switch (outcome) {
    case Settled::Outcome::met:
      return "met";
    case Settled::Outcome::unmet:
      return "unmet";
    case Settled::Outcome::skipped:
      return "skipped";
  }
  return "";
}

std::string_view name_of(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::note:
      return "note";
    case Event::Kind::sent:
      return "sent";
    case Event::Kind::head:
      return "head";
    case Event::Kind::content:
      return "content";
    case Event::Kind::act:
      return "act";
    case Event::Kind::end:
      return "end";
  }
  return "";
}

namespace {

bool came_to(const Run& run, ProfileResult::Outcome outcome) {
  return run.profile && run.profile->outcome == outcome;
}

}  // namespace

Exit exit_of(const Run& run) {
  auto any = [&run](auto holds) { return std::ranges::any_of(run.results, holds); };
  if (run.interrupted) return Exit::interrupted;
  if (!run.target_lost.empty()) return Exit::unreachable;
  if (came_to(run, ProfileResult::Outcome::not_certified)) return Exit::failure;
  if (!any([](const Result& result) { return result.verdict != Verdict::skipped; }))
    return Exit::nothing_tested;
  if (any([](const Result& result) {
        return result.verdict == Verdict::inconclusive && result.gating;
      }))
    return Exit::inconclusive;
  if (any([&run](const Result& result) { return is_failure(result, run.strict); }))
    return Exit::failure;
  return came_to(run, ProfileResult::Outcome::incomplete) ? Exit::inconclusive
                                                          : Exit::as_required;
}

Exit exit_of(std::span<const Run> runs) {
  constexpr Exit gravest_first[] = {Exit::interrupted, Exit::unreachable, Exit::nothing_tested,
                                    Exit::inconclusive, Exit::failure};
  bool denied = std::ranges::any_of(
      runs, [](const Run& run) { return came_to(run, ProfileResult::Outcome::not_certified); });
  for (Exit exit : gravest_first) {
    bool yields = exit == Exit::nothing_tested || exit == Exit::inconclusive;
    if (denied && yields) continue;
    if (std::ranges::any_of(runs, [exit](const Run& run) { return exit_of(run) == exit; }))
      return exit;
  }
  return runs.empty() ? Exit::nothing_tested : Exit::as_required;
}

std::string_view meaning_of(Exit exit) {
  switch (exit) {
    case Exit::as_required:
      return "as required";
    case Exit::failure:
      return "a requirement is not met";
    case Exit::usage:
      return "wrong usage, wrong case or unwritable report";
    case Exit::unreachable:
      return "the target was not reached, or was lost";
    case Exit::nothing_tested:
      return "nothing was tested";
    case Exit::inconclusive:
      return "some cases came to no verdict";
    case Exit::interrupted:
      return "interrupted";
  }
  return "";
}

}  // namespace connspec
