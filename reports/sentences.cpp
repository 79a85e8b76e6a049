#include "reports/sentences.hpp"

#include "reports/text.hpp"

#include <fmt/core.h>

#include <string_view>

namespace connspec {

namespace {

std::string without(std::string_view prefix, std::string_view sentence) {
  if (sentence.starts_with(prefix)) sentence.remove_prefix(prefix.size());
  return text::one_line(sentence);
}

}  // namespace

std::string expected_of(const Result& result) { return without("expected ", result.expected); }

std::string seen_of(const Result& result) { return without("got ", result.seen); }

std::string level_of(const Result& result) {
  std::string level = text::one_line(result.level);
  return result.graded.empty() ? level
                               : fmt::format("{} ({})", level, text::one_line(result.graded));
}

std::string finding_of(const Result& result) {
  std::string expected = expected_of(result);
  std::string seen = seen_of(result);
  if (!expected.empty()) {
    std::string finding =
        expected.starts_with("given ") ? expected : fmt::format("expected {}", expected);
    return seen.empty() ? finding : fmt::format("{}, got {}", finding, seen);
  }
  if (!seen.empty()) return seen;
  if (!result.taken.empty())
    return fmt::format("took the way {}", text::one_line(result.taken));
  return text::one_line(result.reason);
}

std::string verdict_sentence(const Result& result) {
  std::string finding = finding_of(result);
  if (finding.empty()) finding = text::one_line(result.requirement);
  return fmt::format("{} {}: {}", level_of(result), text::one_line(result.spec), finding);
}

std::string deviation_of(const Result& result) {
  if (!result.deviation) return {};
  const Deviation& deviation = *result.deviation;
  std::string place = text::one_line(deviation.place);
  switch (deviation.state) {
    case Deviation::State::accepted:
      return fmt::format("accepted by {}: {}", place, text::one_line(deviation.why));
    case Deviation::State::changed:
      return fmt::format("{} expects another outcome", place);
    case Deviation::State::expired:
      return fmt::format("{} is past its date", place);
    case Deviation::State::passes:
      return fmt::format("{} expects a deviation, and there is none", place);
  }
  return {};
}

std::string correction_of(const Result& result) {
  if (!result.deviation) return {};
  const Deviation& deviation = *result.deviation;
  if (deviation.state == Deviation::State::passes)
    return fmt::format("delete     {}", text::one_line(deviation.line));
  if (deviation.instead.empty()) return {};
  return fmt::format("change to  {}", text::one_line(deviation.instead));
}

std::string novelty_of(const Result& result) {
  if (result.gating) return {};
  return fmt::format("new since edition {}, not gating", text::one_line(result.since));
}

std::string instability_of(const Result& result) {
  std::string first = result.first_reason.empty() ? std::string("as required")
                                                  : text::one_line(result.first_reason);
  return fmt::format("unstable: the first of {} came out {}, played alone it came out {}",
                     text::counted(static_cast<std::size_t>(result.plays), "play"), first,
                     result.reason.empty() ? std::string(name_of(result.verdict))
                                           : text::one_line(result.reason));
}

}  // namespace connspec
