#include "coverage.hpp"

#include "explain_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace connspec {
namespace {

bool have_any(Roles some, Roles others) { return (some.bits & others.bits) != 0; }

/// One case for all values of `each`.
bool is_again(const Case& script, const Case& before) {
  return before.place.file == script.place.file && before.place.line == script.place.line;
}

std::string reason_of(const Requirement& row) {
  if (row.why_not_testable.empty() || row.why_not_testable == "-") return {};
  return std::string(row.why_not_testable);
}

Roles only(Role role) {
  Roles roles;
  roles.add(role);
  return roles;
}

}  // namespace

std::vector<Covered> cover(const CaseLibrary& library, std::optional<Role> role) {
  return cover(library, role ? only(*role) : Roles{});
}

std::vector<Covered> cover(const CaseLibrary& library, Roles roles) {
  const bool any = roles.bits == 0;
  std::vector<Covered> all;
  std::unordered_map<std::string_view, std::size_t> by_id;
  for (const Requirement& row : library.catalogue.rows()) {
    if (!any && !row.binds(roles)) continue;
    by_id.emplace(row.id, all.size());
    all.push_back({.row = &row});
  }
  for (const Case& script : library.cases) {
    if (!any && !have_any(script.roles, roles)) continue;
    for (const std::string& id : script.covers) {
      const auto found = by_id.find(id);
      if (found == by_id.end()) continue;
      Covered& covered = all[found->second];
      ++covered.verdicts;
      if (covered.cases.empty() || !is_again(script, *covered.cases.back()))
        covered.cases.push_back(&script);
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

}  // namespace connspec
