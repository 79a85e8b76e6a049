#include "coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace connspec {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 4> roles = {{{Role::server, "server"},
                                                                     {Role::gateway, "gateway"},
                                                                     {Role::forward, "forward"},
                                                                     {Role::client, "client"}}};

Roles only(Role role) {
  Roles set;
  set.add(role);
  return set;
}

struct Counts {
  std::size_t rows = 0;
  std::size_t covered = 0;
  std::size_t open = 0;

  void add(const Covered& covered_row) {
    ++rows;
    if (!covered_row.cases.empty()) ++covered;
    if (covered_row.open) ++open;
  }
  std::string text() const {
    return fmt::format("{:>4} rows  {:>4} played  {:>4} with a reason  {:>4} open", rows,
                       covered, rows - covered - open, open);
  }
};

std::string reason_of(const Requirement& row) {
  if (row.why_not_testable.empty() || row.why_not_testable == "-") return {};
  return std::string(row.why_not_testable);
}

/// A text in rows of at most `width` columns, each behind `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width = 100) {
  std::string out;
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end > width - indent) {
      end = text.rfind(' ', width - indent);
      if (end == text.npos || end == 0) end = width - indent;
    }
    out += fmt::format("{:{}}{}\n", "", indent, text.substr(0, end));
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return out;
}

}  // namespace

std::vector<Covered> cover(const CaseLibrary& library, std::optional<Role> role) {
  std::vector<Covered> all;
  std::unordered_map<std::string_view, std::size_t> by_id;
  for (const Requirement& row : library.catalogue.rows()) {
    if (role && !row.binds(only(*role))) continue;
    by_id.emplace(row.id, all.size());
    all.push_back({.row = &row});
  }
  for (const Case& script : library.cases) {
    if (role && !script.roles.has(*role)) continue;
    for (const std::string& id : script.covers) {
      const auto found = by_id.find(id);
      if (found == by_id.end()) continue;
      Covered& covered = all[found->second];
      ++covered.verdicts;
      const bool again = !covered.cases.empty() &&
                         covered.cases.back()->place.file == script.place.file &&
                         covered.cases.back()->place.line == script.place.line;
      if (!again) covered.cases.push_back(&script);
    }
  }
  for (Covered& covered : all) {
    if (!covered.cases.empty()) continue;
    covered.gap = reason_of(*covered.row);
    const bool for_clients = covered.row->sut == "client";
    if (covered.gap.empty() && for_clients) covered.gap = "binds clients, which are not played";
    covered.open = covered.gap.empty();
    if (covered.open) covered.gap = "no case yet";
  }
  return all;
}

std::string coverage(const CaseLibrary& library, std::optional<Role> role) {
  const std::vector<Covered> all = cover(library, role);
  std::string out;
  Counts counts;
  std::vector<std::pair<std::string, Counts>> sections;
  for (const Covered& covered : all) {
    const Requirement& row = *covered.row;
    out += fmt::format("{:<18} {:<12} {}\n", row.id, row.level, row.sut);
    out += wrapped(row.requirement, 4);
    for (const Case* script : covered.cases) {
      // The id of the case, without the labels of `each`.
      std::string_view id = script->id;
      std::size_t end = 0;
      for (int part = 0; part < 4 && end != id.npos; ++part) end = id.find('/', end + 1);
      out += fmt::format("    + {}\n", id.substr(0, end));
    }
    if (covered.cases.empty()) out += wrapped("- " + covered.gap, 4);
    counts.add(covered);
    const std::string section = fmt::format("{} {}", row.source, row.section);
    auto found = std::find_if(sections.begin(), sections.end(),
                              [&](const auto& known) { return known.first == section; });
    if (found == sections.end()) found = sections.insert(sections.end(), {section, {}});
    found->second.add(covered);
  }
  out += "\nBy section\n";
  for (const auto& [section, its] : sections)
    out += fmt::format("  {:<36}{}\n", section, its.text());
  if (!role) {
    out += "\nBy role\n";
    for (const auto& [one, name] : roles) {
      Counts its;
      for (const Covered& covered : cover(library, one)) its.add(covered);
      out += fmt::format("  {:<36}{}\n", name, its.text());
    }
  }
  return out + fmt::format("\n  {:<36}{}\n", "In all", counts.text());
}

}  // namespace connspec
