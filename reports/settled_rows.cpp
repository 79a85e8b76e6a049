#include "reports/settled_rows.hpp"

#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace connspec {

namespace {

/// What a settled row is to the verdict of its case.
enum class Part : std::uint8_t { met, unmet, skipped, decides_met, decides_unmet };

bool counts_against(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::departs ||
         verdict == Verdict::inconclusive;
}

/// Whether a row is that way's: its name, then perhaps its mark and what it asks for.
bool is_way(std::string_view row, std::string_view name) {
  if (name.empty() || !row.starts_with(name)) return false;
  row.remove_prefix(name.size());
  return row.empty() || row.starts_with(" (") || row.starts_with(':');
}

/// The row that decided against the target: the way that it should not have taken, or the last
/// row that is unmet.
const Settled* deciding_row(const Result& result) {
  if (!counts_against(result.verdict)) return nullptr;
  const Settled* unmet = nullptr;
  const Settled* way = nullptr;
  for (const Event& event : result.transcript) {
    for (const Settled& settled : event.settled) {
      if (settled.outcome == Settled::Outcome::unmet) unmet = &settled;
      if (settled.outcome == Settled::Outcome::met && is_way(settled.row, result.taken))
        way = &settled;
    }
  }
  bool by_way = result.reason == result.taken || result.verdict == Verdict::departs;
  return way && (by_way || !unmet) ? way : unmet;
}

Part part_of(const Settled& settled, const Settled* deciding) {
  if (settled.outcome == Settled::Outcome::skipped) return Part::skipped;
  bool met = settled.outcome == Settled::Outcome::met;
  if (&settled == deciding) return met ? Part::decides_met : Part::decides_unmet;
  return met ? Part::met : Part::unmet;
}

std::string outcome_of(Part part, int line) {
  constexpr std::string_view names[] = {"met", "unmet", "skipped", "MET", "UNMET"};
  std::string_view name = names[static_cast<std::size_t>(part)];
  return line > 0 ? fmt::format("{:<5} :{}", name, line) : std::string(name);
}

Ink ink_of(Part part) {
  if (part == Part::met) return Ink::good;
  return part == Part::decides_met || part == Part::decides_unmet ? Ink::bad : Ink::plain;
}

}  // namespace

SettledColumns settled_columns(const Result& result, std::size_t most) {
  SettledColumns columns{.row = 15, .outcome = 9, .deciding = deciding_row(result)};
  columns.deciding_explained = !result.seen.empty();
  for (const Event& event : result.transcript) {
    for (const Settled& settled : event.settled) {
      Part part = part_of(settled, columns.deciding);
      columns.row = std::max(columns.row, text::one_line(settled.row).size());
      columns.outcome = std::max(columns.outcome, outcome_of(part, settled.line).size());
    }
  }
  if (columns.all() > most) columns.row = most - SettledColumns::gap - columns.outcome;
  return columns;
}

std::vector<SettledLine> settled_lines(const std::vector<const Settled*>& rows,
                                       const SettledColumns& columns) {
  bool some_way_met = std::ranges::any_of(
      rows, [](const Settled* settled) { return settled->outcome == Settled::Outcome::met; });
  std::vector<SettledLine> lines;
  for (const Settled* settled : rows) {
    Part part = part_of(*settled, columns.deciding);
    std::string row = text::one_line(settled->row);
    std::string outcome = outcome_of(part, settled->line);
    std::size_t before_outcome = columns.row + SettledColumns::gap;
    std::size_t name = std::min(row.find(": "), row.size());
    if (row.size() > columns.row && name <= columns.row && name < row.size()) {
      lines.push_back(
          {text::padded(row.substr(0, name), before_outcome) + outcome, ink_of(part)});
      for (const std::string& piece : text::wrapped(row.substr(name + 2), columns.all() - 2))
        lines.push_back({"  " + piece, ink_of(part)});
    } else if (row.size() <= columns.row) {
      lines.push_back({text::padded(row, before_outcome) + outcome, ink_of(part)});
    } else {
      for (std::string& piece : text::wrapped(row, columns.all()))
        lines.push_back({std::move(piece), ink_of(part)});
      lines.push_back({std::string(before_outcome, ' ') + outcome, ink_of(part)});
    }
    bool said = part == Part::decides_unmet ? columns.deciding_explained : some_way_met;
    if (settled->why.empty() || said) continue;
    for (const std::string& piece :
         text::wrapped(text::one_line(settled->why), columns.all() - 2))
      lines.push_back({"  " + piece, ink_of(part)});
  }
  return lines;
}

}  // namespace connspec
