#include "explain_profile.hpp"

#include "coverage.hpp"
#include "explain_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace connspec {
namespace {

constexpr std::array roles_played{Role::server, Role::gateway, Role::forward};

/// How many rows of a profile count in a role, and how many of those have a case.
struct Share {
  std::size_t rows = 0;
  std::size_t played = 0;
};

Share share_in(const Profile& profile, const CaseLibrary& library, Role role) {
  const auto rows = members(profile, library.profiles, library.catalogue, role);
  Share share;
  for (const Covered& covered : cover(library, role)) {
    const bool is_member = std::find(rows.begin(), rows.end(), covered.row) != rows.end();
    if (!is_member || profile.sets_apart(covered.row->id)) continue;
    if (covered.cases.empty() && !covered.open) continue;
    ++share.rows;
    if (!covered.cases.empty()) ++share.played;
  }
  return share;
}

/// `server 54 of 75, gateway 54 of 75`.
std::string shares_of(const Profile& profile, const CaseLibrary& library) {
  std::string text;
  for (const Role role : roles_played) {
    if (!profile.roles.has(role)) continue;
    const Share share = share_in(profile, library, role);
    text += fmt::format("{}{} {} of {}", text.empty() ? "" : ", ", name_of(role), share.played,
                        share.rows);
  }
  return text;
}

std::string_view meaning_of(Grade grade) {
  switch (grade) {
    case Grade::core:
      return "Grade core: a row says by its column on_fail_core what a breach comes to. FAIL "
             "fails where the case is one of a MUST, WARN departs at most, INFO is observed.";
    case Grade::strict:
      return "Grade strict: a row says by its column on_fail_strict what a breach comes to. "
             "FAIL fails, and a SHOULD is taken as a MUST; WARN departs at most, INFO is "
             "observed.";
    case Grade::none:
      return "Grade none: all is observed, and nothing makes the run fail.";
  }
  return "";
}

std::string result_of(const Profile& profile) {
  if (profile.grade == Grade::none) return "The result is 'reported'.";
  return fmt::format(
      "The result is 'not certified' where a row fails (exit 1), 'incomplete' where fewer than "
      "{} % of the rows came to a verdict (exit 5), else 'certified'. Rows for which no case "
      "can be written count nowhere.",
      profile.complete);
}

}  // namespace

std::string list_profiles(const CaseLibrary& library, Roles roles, std::size_t width) {
  std::string out = fmt::format("{:<19}{:<8}{}\n", "profile", "grade",
                                "rows with a case, of those that count");
  for (const Profile& profile : library.profiles) {
    if ((profile.roles.bits & roles.bits) == 0) continue;
    out += fmt::format("{:<19}{:<8}{}\n", profile.name, name_of(profile.grade),
                       shares_of(profile, library));
    out += in_rows(profile.title, 4, width);
  }
  return out;
}

std::string explain_profile(const Profile& profile, const CaseLibrary& library,
                            std::size_t width) {
  std::string out = fmt::format("{}\n", profile.name);
  out += in_rows(profile.title + ".", 0, width);
  out += in_rows("Rows with a case: " + shares_of(profile, library) + ".", 0, width);
  for (const std::string& name : profile.with)
    out += in_rows(fmt::format("The rows of {} are rows of it.", name), 0, width);
  out += in_rows(meaning_of(profile.grade), 0, width);
  if (!profile.apart.empty()) out += "Set apart, shown without a say in the result:\n";
  for (const std::string& id : profile.apart) {
    const Requirement* row = library.catalogue.find(id);
    out += in_rows_behind(id, row == nullptr ? "" : row->requirement, 22, width);
  }
  out += in_rows(result_of(profile), 0, width);
  return out + in_rows(fmt::format("Its rows: connspec coverage --profile {0}. Its cases: "
                                   "connspec list --profile {0}.",
                                   profile.name),
                       0, width);
}

}  // namespace connspec
