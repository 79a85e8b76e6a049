#include "reports/profile.hpp"

#include "reports/sentences.hpp"
#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace connspec {

namespace {

using State = RowResult::State;
using Outcome = ProfileResult::Outcome;

constexpr std::size_t margin = 2;
constexpr std::size_t label_columns = 12;  // not played, and two blanks
constexpr std::size_t below = margin + label_columns;

const Result* result_of(const Run& run, std::string_view id) {
  auto found = std::ranges::find(run.results, id, &Result::id);
  return found == run.results.end() ? nullptr : &*found;
}

std::string wrapped(std::string_view text, std::size_t indent, const Style& style) {
  std::string out;
  for (const std::string& line : text::wrapped(text, style.columns() - indent))
    out += fmt::format("{:{}}{}\n", "", indent, line);
  return out;
}

/// `not met     R9112-9.6-04, MUST: the requirement`, the case, and what was found.
std::string row_block(std::string_view label, Ink ink, const RowResult& row, const Run& run,
                      const Style& style) {
  std::string line = fmt::format("{}, {}: {}", text::one_line(row.id),
                                 text::one_line(row.level), text::one_line(row.requirement));
  std::string out = wrapped(line, below, style);
  std::string word = text::padded(label, label_columns);
  out.replace(margin, label_columns, inked(ink, word, style));
  constexpr std::size_t most = 2;
  for (std::size_t i = 0; i < std::min(most, row.by.size()); ++i) {
    out += fmt::format("{:{}}{}\n", "", below + 2, text::one_line(row.by[i]));
    const Result* result = result_of(run, row.by[i]);
    std::string finding = result == nullptr ? "" : finding_of(*result);
    if (!finding.empty() && row.state != State::met) out += wrapped(finding, below + 4, style);
  }
  if (row.by.size() > most)
    out += fmt::format("{:{}}and {} more\n", "", below + 2, row.by.size() - most);
  return out;
}

std::string rows_in(State state, std::string_view label, Ink ink, const Run& run,
                    const Style& style) {
  std::string out;
  for (const RowResult& row : run.profile->rows)
    if (row.state == state && !row.apart) out += row_block(label, ink, row, run, style);
  return out;
}

/// Rows that came to nothing, by the reason.
std::string not_played(const Run& run, const Style& style, Detail detail) {
  std::vector<std::pair<std::string, std::vector<const RowResult*>>> reasons;
  for (const RowResult& row : run.profile->rows) {
    if (row.state != State::not_played || row.apart) continue;
    auto found = std::ranges::find(reasons, row.why, &decltype(reasons)::value_type::first);
    if (found == reasons.end())
      found = reasons.insert(found, {row.why, std::vector<const RowResult*>{}});
    found->second.push_back(&row);
  }
  std::ranges::stable_sort(reasons, std::ranges::greater{},
                           [](const auto& reason) { return reason.second.size(); });
  std::string out;
  std::string_view label = "not played";
  for (const auto& [why, rows] : reasons) {
    std::string piece =
        wrapped(fmt::format("{}: {}", text::counted(rows.size(), "row"), text::one_line(why)),
                below, style);
    out += piece.replace(margin, label.size(), label);
    label = "";
    if (detail != Detail::verbose) continue;
    std::string ids;
    for (const RowResult* row : rows) ids += (ids.empty() ? "" : " ") + row->id;
    out += wrapped(ids, below + 2, style);
  }
  return out;
}

Ink ink_of(Outcome outcome) {
  if (outcome == Outcome::not_certified) return Ink::bad;
  if (outcome == Outcome::incomplete) return Ink::warning;
  return outcome == Outcome::certified ? Ink::good : Ink::plain;
}

/// A row that is set apart: what came of it, whatever that is.
std::string apart(const Run& run, const Style& style) {
  std::string out;
  for (const RowResult& row : run.profile->rows) {
    if (!row.apart) continue;
    RowResult shown = row;
    std::string what(name_of(row.state));
    if (!row.why.empty()) what += ", " + row.why;
    shown.requirement = fmt::format("{}: {}", what, row.requirement);
    out += row_block("apart", Ink::warning, shown, run, style);
  }
  return out;
}

std::string headline(const ProfileResult& profile, const Style& style) {
  std::string line = fmt::format("{}, grade {}: {}", text::one_line(profile.name),
                                 profile.grade, text::one_line(profile.title));
  std::string out;
  for (const std::string& part : text::wrapped(line, style.columns()))
    out += inked(Ink::strong, part, style) + '\n';
  return out;
}

}  // namespace

std::string profile_line(const ProfileResult& profile, const Style& style) {
  std::string counts = share_of(profile);
  if (profile.outcome == Outcome::incomplete)
    counts += fmt::format("; {} % have to be", profile.complete);
  if (std::size_t failed = profile.in(State::failed); failed > 0)
    counts += fmt::format(", {} not met", failed);
  if (std::size_t departs = profile.in(State::departs); departs > 0)
    counts += fmt::format(", {} {}", departs, departs == 1 ? "departs" : "depart");
  return fmt::format("{}: {} ({})\n", text::one_line(profile.name),
                     inked(ink_of(profile.outcome), name_of(profile.outcome), style), counts);
}

std::string profile_report(const Run& run, const Style& style, Detail detail) {
  if (!run.profile) return {};
  const bool verbose = detail == Detail::verbose;
  const bool reports = run.profile->outcome == Outcome::reported;
  std::string out = headline(*run.profile, style);
  if (verbose) out += rows_in(State::met, "met", Ink::plain, run, style);
  if (verbose || reports) out += rows_in(State::observed, "observed", Ink::plain, run, style);
  out += not_played(run, style, detail);
  out += rows_in(State::departs, "departs", Ink::warning, run, style);
  out += rows_in(State::failed, "not met", Ink::bad, run, style);
  if (std::string rows = apart(run, style); !rows.empty()) out += '\n' + rows + '\n';
  return out + profile_line(*run.profile, style);
}

}  // namespace connspec
