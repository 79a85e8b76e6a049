#include "harness/script_program.hpp"

#include "harness/embedded.hpp"
#include "harness/explain.hpp"
#include "harness/script_program_calls.hpp"
#include "harness/words_declared.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

/// Text inside a docstring.
std::string in_docstring(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

std::string docstring(const Case& script, const ProgramTarget& target,
                      const std::string& declared) {
  const bool proxy = target.role != Role::server;
  std::string title = script.title;
  if (title.front() >= 'a' && title.front() <= 'z')
    title.front() = static_cast<char>(title.front() - 'a' + 'A');
  std::string out = fmt::format("\"\"\"{}.\n\n", in_docstring(title));
  out += in_docstring(explain(script));
  out += fmt::format(
      "\nThis program plays that conversation against {} and shows what happens: `>` is\n"
      "sent, `<` is received, `!` is done to the connection, and what is expected is met or\n"
      "UNMET, with the line of the case. It needs Python 3.7 on a Unix and nothing else:\n\n"
      "    python3 FILE --host HOST --port PORT{}{}\n\n"
      "It ends with 0 when all is as required, 1 when it is not, 2 when it could not be "
      "played\n"
      "here, 3 when the target is not reached, 4 when it lacks what the case presupposes, and "
      "5\n"
      "when it died. Addresses and paths are those of the command line. connspec itself plays\n"
      "what failed again, alone, before it calls it a failure; this program does so only where "
      "a\n"
      "connection ended between two messages, as any may.\n",
      proxy ? "a proxy" : "a server", proxy ? " --origin HOST:PORT" : "", declared);
  if (target.role == Role::gateway)
    out +=
        "\nThe proxy has to be configured to pass requests on to the address of --origin,\n"
        "where this program listens as the origin server.\n";
  if (target.role == Role::forward)
    out +=
        "\nThe proxy has to be a forward proxy that may reach the address of --origin, where\n"
        "this program listens as the origin server.\n";
  return out + "\"\"\"\n\n";
}

}  // namespace

std::string program_of(const Case& script, const ProgramTarget& target) {
  constexpr Binding found[] = {Binding::a, Binding::b, Binding::c, Binding::post};
  const auto uses = [&script](Binding binding) {
    return std::find(script.uses.begin(), script.uses.end(), binding) != script.uses.end();
  };
  std::string names;
  std::string words;
  for (const auto& known : declarables()) {
    const auto binding = known.binding;
    const bool of_role = target.role == Role::server ? known.of_server : known.of_proxy;
    const bool wanted = uses(binding) || (known.with && uses(*known.with));
    const bool always = target.role == Role::server && binding == Binding::a;
    if (!of_role || (!wanted && !always)) continue;
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name_of(binding));
    if (std::find(std::begin(found), std::end(found), binding) == std::end(found))
      words += fmt::format(" --{} {}", name_of(binding),
                           known.kind == Declarable::Kind::target ? "PATH"
                           : known.kind == Declarable::Kind::time ? "TIME"
                                                                  : "WORD");
  }
  std::string used;
  for (const auto binding : script.uses)
    used += fmt::format("{}\"{}\"", used.empty() ? "" : ", ", name_of(binding));
  std::string needs;
  for (const auto& need : script.needs)
    needs += (needs.empty() ? "" : ", ") + python_literal(need);
  std::string out = "#!/usr/bin/env python3\n" + docstring(script, target, words);
  out += "CASE = {\n";
  const auto add = [&out](std::string_view name, std::string_view value) {
    out += fmt::format("    \"{}\": {},\n", name, value);
  };
  add("id", python_literal(script.id));
  add("title", python_literal(script.title));
  add("level", python_literal(std::string(name_of(script.level))));
  add("spec", python_literal(script.spec));
  add("proxy", target.role == Role::server    ? "None"
               : target.role == Role::gateway ? "\"gateway\""
                                              : "\"forward\"");
  add("host", python_literal(target.host));
  add("port", target.port);
  add("origin", python_literal(target.origin));
  add("clients", std::to_string(script.clients));
  add("needs", "[" + needs + "]");
  add("uses", "[" + used + "]");
  add("declared", "[" + names + "]");
  out += "}\n\n\n" + steps_of(script) + "\n\n";
  out += embedded_player();
  return out;
}

}  // namespace connspec
