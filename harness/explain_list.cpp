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
    const bool is_rfc = source.starts_with("RFC ");
    return (is_rfc ? "rfc" + std::string(source.substr(4)) + "/" : std::string(source) + " ")
        .append(section);
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
  std::string text = script.title + " (" + short_spec(script);
  if (const std::string tags = tags_of(script); !tags.empty()) text.append("; ").append(tags);
  return text += ')';
}

}  // namespace

// Printed for all cases in a few milliseconds, and so put together without patterns.
std::string list(std::span<const Case* const> cases, std::size_t width) {
  std::size_t ids = 0;
  for (const Case* script : cases) ids = std::max(ids, script->id.size());
  const std::size_t others = level_columns + role_columns + 4;
  ids = std::min(ids, width > others ? width - others : 0);
  std::string out;
  out.reserve(cases.size() * 160);
  for (const Case* script : cases) {
    const std::size_t begin = out.size();
    const auto fill = [&](std::size_t columns) {
      if (out.size() < begin + columns) out.append(begin + columns - out.size(), ' ');
    };
    out += script->id;
    fill(ids);
    out.append("  ").append(name_of(script->level));
    fill(ids + 2 + level_columns);  // A long id takes of these blanks before it moves the role.
    out.append("  ").append(name_of(script->roles)) += '\n';
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
