#include "catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace connspec {
namespace {

using Member = std::string_view Requirement::*;

constexpr std::array<std::pair<std::string_view, Member>, 13> columns = {{
    {"id", &Requirement::id},
    {"source", &Requirement::source},
    {"section", &Requirement::section},
    {"also", &Requirement::also},
    {"role", &Requirement::role},
    {"level", &Requirement::level},
    {"on_fail_core", &Requirement::on_fail_core},
    {"on_fail_strict", &Requirement::on_fail_strict},
    {"sut", &Requirement::sut},
    {"profiles", &Requirement::profiles},
    {"requirement", &Requirement::requirement},
    {"testable", &Requirement::testable},
    {"why_not_testable", &Requirement::why_not_testable},
}};

std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == rest.npos ? rest.size() : at + 1);
  return taken;
}

}  // namespace

bool Requirement::binds(Roles roles) const {
  for (std::string_view rest = sut; !rest.empty();) {
    const std::string_view kind = take_until(rest, ',');
    if (kind == "server" && roles.has(Role::server)) return true;
    if (kind == "gateway" && roles.has(Role::gateway)) return true;
    if (kind == "proxy" && roles.has(Role::forward)) return true;
    if (kind == "tunnel" && (roles.has(Role::gateway) || roles.has(Role::forward))) return true;
    if (kind == "client" && roles.has(Role::client)) return true;
  }
  return false;
}

bool Requirement::is_in(std::string_view profile) const {
  for (std::string_view rest = profiles; !rest.empty();)
    if (take_until(rest, ',') == profile) return true;
  return false;
}

Catalogue::Catalogue(std::string_view text) {
  std::vector<Member> order;
  std::string_view names = take_until(text, '\n');
  while (!names.empty()) {
    const std::string_view name = take_until(names, '\t');
    const auto* column = std::find_if(columns.begin(), columns.end(),
                                      [&](const auto& known) { return known.first == name; });
    order.push_back(column == columns.end() ? nullptr : column->second);
  }
  for (const auto& [name, member] : columns)
    if (std::find(order.begin(), order.end(), member) == order.end())
      error_ = fmt::format("the catalogue has no column '{}'", name);
  if (!error_.empty()) return;
  for (int line = 2; !text.empty(); ++line) {
    std::string_view row = take_until(text, '\n');
    Requirement requirement;
    std::size_t cells = 0;
    for (; !row.empty(); ++cells) {
      const std::string_view cell = take_until(row, '\t');
      if (cells < order.size() && order[cells] != nullptr) requirement.*order[cells] = cell;
    }
    if (cells != order.size())
      error_ = fmt::format("row {} of the catalogue: expected {} cells, got {}", line,
                           order.size(), cells);
    else if (!by_id_.emplace(requirement.id, rows_.size()).second)
      error_ = fmt::format("row {} of the catalogue: {} stands twice", line, requirement.id);
    else
      rows_.push_back(requirement);
  }
}

const Requirement* Catalogue::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &rows_[found->second];
}

bool contains_section(std::string_view section, std::string_view other) {
  return other.starts_with(section) &&
         (other.size() == section.size() || other[section.size()] == '.');
}

bool names_section(std::string_view spec, const Requirement& row) {
  const std::size_t last = spec.rfind(' ');
  if (last == spec.npos || last == 0) return false;
  const std::string_view section = spec.substr(last + 1);
  std::string_view before = spec.substr(0, last);
  for (const std::string_view word : {" section", " appendix"})
    if (before.ends_with(word)) before.remove_suffix(word.size());
  if (before.size() == last) return false;
  std::string source(before);
  source.erase(std::remove(source.begin(), source.end(), ' '), source.end());
  if (source == row.source && contains_section(section, row.section)) return true;
  for (std::size_t also = row.also.find(source); also != row.also.npos;
       also = row.also.find(source, also + 1)) {
    std::string_view other = row.also.substr(also + source.size());
    other.remove_prefix(std::min(other.find_first_not_of(' '), other.size()));
    if (contains_section(section, other.substr(0, other.find_first_of(" ;,")))) return true;
  }
  return false;
}

}  // namespace connspec
