// Cases as a list, and what lint has to say of them.
#include "explain.hpp"
#include "explain_rows.hpp"
#include "words_declared.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

constexpr std::size_t level_columns = 10;  // SHOULD NOT
constexpr std::size_t role_columns = 12;   // server proxy

/// `rfc9112/9.6`, as it selects; other texts than RFCs as they are.
std::string short_spec(const Case& script) {
  for (const std::string_view word : {" section ", " appendix "}) {
    const std::size_t at = script.spec.find(word);
    if (at == std::string::npos) continue;
    const std::string_view source = std::string_view(script.spec).substr(0, at);
    const std::string_view section = std::string_view(script.spec).substr(at + word.size());
    if (source.starts_with("RFC ")) return fmt::format("rfc{}/{}", source.substr(4), section);
    return fmt::format("{} {}", source, section);
  }
  return script.spec;
}

/// What keeps a case from being played everywhere and at any time: `slow: {idle}`, `alone`,
/// `needs connect {sink}`. What a proxy's cases use our own origin has.
std::string tags_of(const Case& script) {
  std::string tags;
  const auto add = [&](std::string_view tag) {
    tags += tags.empty() ? "" : ", ";
    tags += tag;
  };
  if (script.slow) add(fmt::format("slow: {}", describe(script.planned)));
  if (script.alone) add("alone");
  std::string needs;
  for (const std::string& need : script.needs) needs += " " + need;
  const Role role = script.roles.has(Role::server) ? Role::server : Role::gateway;
  for (const Binding binding : declared_by(script, role)) {
    const Declarable& declarable = *find_declarable(binding);
    const bool told = script.slow && declarable.kind == Declarable::Kind::time;
    if (!declarable.found && !told) needs += fmt::format(" {{{}}}", name_of(binding));
  }
  if (!needs.empty()) add("needs" + needs);
  return tags;
}

/// What stands below the id: title, section, and the tags.
std::string about(const Case& script) {
  const std::string tags = tags_of(script);
  return fmt::format("{} ({}{}{})", script.title, short_spec(script), tags.empty() ? "" : "; ",
                     tags);
}

}  // namespace

std::string list(std::span<const Case* const> cases, std::size_t width) {
  std::size_t ids = 0;
  for (const Case* script : cases) ids = std::max(ids, script->id.size());
  const std::size_t others = level_columns + role_columns + 4;
  ids = std::min(ids, width > others ? width - others : 0);
  std::string out;
  for (const Case* script : cases) {
    // A long id takes of the blanks behind the level before it moves the role.
    const std::string level(name_of(script->level));
    const std::size_t room = ids + 2 + level_columns;
    std::string row = fmt::format("{:<{}}  {}", script->id, ids, level);
    if (row.size() < room) row.append(room - row.size(), ' ');
    out += fmt::format("{}  {}\n", row, name_of(script->roles));
    out += in_rows(about(*script), 4, width);
  }
  return out;
}

std::string lint_report(const CaseLibrary& library) {
  std::string out;
  for (const ScriptError& error : library.errors) out += what(error) + "\n\n";
  std::vector<std::string_view> files;
  for (const Case& script : library.cases)
    if (files.empty() || files.back() != script.place.file) files.push_back(script.place.file);
  out += fmt::format("{} in {}, ", counted(library.cases.size(), "case"),
                     counted(files.size(), "file"));
  if (!library.profiles.empty())
    out += fmt::format("{}, ", counted(library.profiles.size(), "profile"));
  return out + counted(library.errors.size(), "mistake") + "\n";
}

}  // namespace connspec
