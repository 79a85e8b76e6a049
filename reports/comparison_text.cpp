// A comparison as a terminal shows it.
#include "reports/comparison.hpp"
#include "reports/sentences.hpp"
#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace connspec {

namespace {

using Kind = Change::Kind;

constexpr std::size_t margin = 12;

/// What each kind is called, above its cases and in the sum.
struct Name {
  Kind kind;
  std::string_view heading;
  std::string_view counted;
};
constexpr std::array<Name, 6> names = {{
    {Kind::regression, "REGRESSION", "worse"},
    {Kind::undecided, "undecided", "no longer decided"},
    {Kind::changed, "changed", "otherwise"},
    {Kind::fixed, "fixed", "better"},
    {Kind::added, "new", "new"},
    {Kind::gone, "gone", "gone"},
}};

std::string_view heading_of(Kind kind) { return names[static_cast<std::size_t>(kind)].heading; }

/// `pass`, `fail expected-end-got-response`, `observed by the way resets`.
std::string outcome_of(const Result* result) {
  if (!result) return "not in the run";
  std::string out(name_of(result->verdict));
  if (!result->reason.empty())
    out += " " + text::one_line(result->reason);
  else if (!result->taken.empty())
    out += " by the way " + text::one_line(result->taken);
  return out;
}

std::string lines_below(std::string_view label, std::string_view value, const Style& style) {
  std::string out;
  for (const std::string& line : text::wrapped(value, style.columns() - margin - 8)) {
    out += fmt::format("{:{}}{:8}{}\n", "", margin, label, line);
    label = "";
  }
  return out;
}

std::string with_finding(const Result& result) {
  std::string out = outcome_of(&result);
  const bool deviates = result.verdict == Verdict::fail || result.verdict == Verdict::departs;
  return deviates ? out + ": " + finding_of(result) : out;
}

std::string regression(const Change& change, const std::string& file, const Style& style) {
  const Result& after = *change.after;
  std::string out = inked(Ink::bad, text::padded("REGRESSION", margin), style) +
                    inked(Ink::strong, text::one_line(after.id), style) + '\n';
  const std::string rule =
      fmt::format("{}, {}: {}.", level_of(after), text::one_line(after.spec),
                  text::one_line(after.requirement));
  for (const std::string& line : text::wrapped(rule, style.columns() - margin))
    out += fmt::format("{:{}}{}\n", "", margin, line);
  out += lines_below("before", outcome_of(change.before), style);
  out += lines_below("after", with_finding(after), style);
  if (!file.empty() && !after.transcript.empty())
    out +=
        fmt::format("{:{}}connspec replay {} {}\n", "", margin, file, text::one_line(after.id));
  return out + '\n';
}

/// `changed     ID` and below it from what to what.
std::string brief(const Change& change, const Style& style) {
  const Result& known = change.after ? *change.after : *change.before;
  const Ink ink = change.kind == Kind::fixed       ? Ink::good
                  : change.kind == Kind::undecided ? Ink::warning
                                                   : Ink::plain;
  std::string out = inked(ink, text::padded(heading_of(change.kind), margin), style) +
                    text::one_line(known.id) + '\n';
  const std::string from_to =
      fmt::format("{} {} {}", outcome_of(change.before), style.ascii ? "->" : "\xe2\x86\x92",
                  outcome_of(change.after));
  for (const std::string& line : text::wrapped(from_to, style.columns() - margin))
    out += fmt::format("{:{}}{}\n", "", margin, line);
  return out;
}

/// `nginx 1.22.1, http://127.0.0.1:8080, 2026-11-26T03:38:18, connspec 0.1.0`.
std::string described(const Run& run) {
  std::string out;
  for (const std::string& part : {run.label, run.target, run.started})
    if (!part.empty()) out += (out.empty() ? "" : ", ") + text::one_line(part);
  out += fmt::format(", connspec {}", text::one_line(run.version));
  if (!run.edition.empty()) out += fmt::format(" edition {}", text::one_line(run.edition));
  return out;
}

std::string heading(const Comparison& comparison, const Style& style) {
  std::string out = inked(Ink::strong, text::one_line(comparison.after->role), style) + '\n';
  for (const auto& [label, run] :
       {std::pair{"before", comparison.before}, std::pair{"after", comparison.after}})
    for (std::string_view shown = label;
         const std::string& line : text::wrapped(described(*run), style.columns() - 10)) {
      out += fmt::format("  {:8}{}\n", shown, line);
      shown = "";
    }
  return out + '\n';
}

std::string sum_of(std::span<const Comparison> comparisons) {
  std::size_t both = 0;
  for (const Comparison& one : comparisons) both += one.both;
  std::string out = text::counted(both, "case") + " in both";
  char between = ':';
  for (const Name& name : names) {
    std::size_t count = 0;
    for (const Comparison& one : comparisons) count += one.count(name.kind);
    if (count == 0) continue;
    out += fmt::format("{} {} {}", between, count, name.counted);
    between = ',';
  }
  return between == ':' ? out + ": no difference" : out;
}

std::string_view meaning_here(Exit exit) {
  if (exit == Exit::failure) return "a regression";
  if (exit == Exit::nothing_tested) return "nothing to compare";
  return exit == Exit::as_required ? "no regression" : meaning_of(exit);
}

}  // namespace

std::string comparison_report(std::span<const Comparison> comparisons, const Style& style) {
  std::string out;
  for (const Comparison& comparison : comparisons) {
    out += heading(comparison, style);
    for (const Change& change : comparison.changes)
      out += change.kind == Kind::regression ? regression(change, comparison.file, style)
                                             : brief(change, style);
    if (!comparison.changes.empty() && !out.ends_with("\n\n")) out += '\n';
  }
  const Exit exit = exit_of(comparisons);
  const std::string end =
      fmt::format("exit {}: {}", static_cast<int>(exit), meaning_here(exit));
  const std::string sum = sum_of(comparisons);
  const bool beside = sum.size() + 2 + end.size() <= style.columns();
  out += sum + (beside ? std::string(style.columns() - sum.size() - end.size(), ' ') : "\n");
  return out + inked(exit == Exit::as_required ? Ink::good : Ink::bad, end, style) + '\n';
}

}  // namespace connspec
