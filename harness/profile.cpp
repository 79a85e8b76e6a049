#include "profile.hpp"

#include "catalogue.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

/// The names of a profile and of all that it is with, however far.
void add_names(const Profile& profile, std::span<const Profile> all,
               std::vector<std::string_view>& names) {
  if (std::find(names.begin(), names.end(), profile.name) != names.end()) return;
  names.push_back(profile.name);
  for (const std::string& name : profile.with)
    if (const Profile* other = find_profile(all, name)) add_names(*other, all, names);
}

}  // namespace

std::string_view name_of(Grade grade) {
  switch (grade) {
    case Grade::core:
      return "core";
    case Grade::strict:
      return "strict";
    case Grade::none:
      return "none";
  }
  return "";
}

bool Profile::sets_apart(std::string_view id) const {
  return std::find(apart.begin(), apart.end(), id) != apart.end();
}

std::vector<const Requirement*> members(const Profile& profile, std::span<const Profile> all,
                                        const Catalogue& catalogue, Role role) {
  std::vector<std::string_view> names;
  add_names(profile, all, names);
  Roles roles;
  roles.add(role);
  std::vector<const Requirement*> rows;
  for (const Requirement& row : catalogue.rows()) {
    const bool is_member = std::any_of(names.begin(), names.end(),
                                       [&](std::string_view name) { return row.is_in(name); });
    if (is_member && row.binds(roles)) rows.push_back(&row);
  }
  return rows;
}

const Profile* find_profile(std::span<const Profile> all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Profile& profile) { return profile.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string unknown_profile(std::span<const Profile> all, std::string_view name) {
  std::vector<std::string_view> known;
  for (const Profile& profile : all) known.push_back(profile.name);
  std::string message = fmt::format("there is no profile '{}'", name);
  if (const std::string_view meant = nearest(name, known); !meant.empty())
    message += fmt::format("; did you mean '{}'?", meant);
  return message;
}

std::string_view on_fail(const Requirement& row, Grade grade) {
  if (grade == Grade::none) return "INFO";
  return grade == Grade::strict ? row.on_fail_strict : row.on_fail_core;
}

}  // namespace connspec
