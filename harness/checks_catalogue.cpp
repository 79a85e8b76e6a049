// A case against the rows of the catalogue that it covers.
#include "catalogue.hpp"
#include "checks.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

/// How grave a level is; with FAIL, WARN and INFO on the same scale.
int gravity_of(Level level) {
  switch (level) {
    case Level::must:
    case Level::must_not:
    case Level::prose:
      return 2;
    case Level::should:
    case Level::should_not:
      return 1;
    case Level::observe:
      return 0;
  }
  return 0;
}

int gravity_of(std::string_view on_fail) {
  if (on_fail == "FAIL") return 2;
  return on_fail == "WARN" ? 1 : 0;
}

/// A case for servers is played through proxies as well, since they owe the same: what it
/// covers binds servers.
Roles first_of(Roles roles) {
  Roles server;
  server.add(Role::server);
  return roles.has(Role::server) ? server : roles;
}

std::string unknown_id(std::string_view id, const Catalogue& catalogue) {
  std::vector<std::string_view> known;
  for (const Requirement& row : catalogue.rows()) known.push_back(row.id);
  std::string message = fmt::format("{} is no row of requirements.tsv", id);
  if (const std::string_view meant = nearest(id, known); !meant.empty())
    message += fmt::format("; did you mean {}?", meant);
  return message;
}

}  // namespace

std::vector<Objection> check_against(const Case& script, const Catalogue& catalogue) {
  std::vector<Objection> objections;
  std::vector<const Requirement*> rows;
  for (const std::string& id : script.covers) {
    if (!script.embedded && id.starts_with("X-")) return objections;
    const Requirement* row = catalogue.find(id);
    if (row == nullptr) {
      objections.push_back({0, id, unknown_id(id, catalogue)});
      continue;
    }
    if (script.roles.bits != 0 && !row->binds(first_of(script.roles)))
      objections.push_back({0, id,
                            fmt::format("{} binds {}, and this case is for role {}", id,
                                        row->sut, name_of(script.roles))});
    rows.push_back(row);
  }
  if (rows.empty()) return objections;
  const Requirement* gravest = *std::max_element(
      rows.begin(), rows.end(), [](const Requirement* one, const Requirement* other) {
        return gravity_of(one->on_fail_core) < gravity_of(other->on_fail_core);
      });
  const int allowed = gravity_of(gravest->on_fail_core);
  if (gravity_of(script.level) > allowed)
    objections.push_back(
        {0, "level",
         fmt::format("level {}, but {} ({}) allows {} at most", name_of(script.level),
                     gravest->id, gravest->on_fail_core, allowed == 1 ? "SHOULD" : "OBSERVE")});
  const bool named = std::any_of(rows.begin(), rows.end(), [&](const Requirement* row) {
    return row->source == "BRIEF" || names_section(script.spec, *row);  // No RFC says it.
  });
  if (!named && !script.spec.empty())
    objections.push_back({0, "spec",
                          fmt::format("spec {} is the section of no row that it covers: "
                                      "{} stands in {} section {}",
                                      script.spec, rows.front()->id, rows.front()->source,
                                      rows.front()->section)});
  return objections;
}

}  // namespace connspec
