#include "harness/commands.hpp"
#include "harness/script_program.hpp"
#include "harness/session.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

/// What the program is for: a server wherever the case is for one.
Role role_of(const Case& script, const Options& options) {
  if (script.roles.has(Role::server)) return Role::server;
  const bool gateway = script.roles.has(Role::gateway) && !options.forward;
  return gateway ? Role::gateway : Role::forward;
}

/// The one case that a word names, or, with a message, none.
const Case* case_named(const CaseLibrary& library, const std::string& word) {
  if (const auto* script = library.find(word)) return script;
  Roles roles;
  for (const auto role : {Role::server, Role::gateway, Role::forward}) roles.add(role);
  const std::string selectors[] = {word};
  const auto selection = select(library, roles, selectors);
  if (selection.cases.size() == 1) return selection.cases.front();
  complain(Exit::usage, !selection.errors.empty()
                            ? selection.errors.front()
                            : fmt::format("script writes one case, and '{}' selects {}", word,
                                          selection.cases.size()));
  return nullptr;
}

}  // namespace

Exit print_script(const Options& options) {
  if (options.words.empty() || options.words.size() > 2)
    return complain(Exit::usage,
                    "script takes the id of a case, and perhaps the URL of a target");
  const auto library = load_cases(options, Depth::run);
  if (!library) return Exit::usage;
  const auto* script = case_named(*library, options.words.front());
  if (!script) return Exit::usage;
  ProgramTarget target{.role = role_of(*script, options), .origin = options.origin};
  const bool no_port = options.origin.ends_with(":0");
  if (target.role == Role::gateway && no_port) target.origin = "127.0.0.1:9000";
  if (options.forward && !script->roles.has(Role::forward))
    return complain(Exit::usage, script->id + " is not for a forward proxy");
  if (!read_host_port(options.origin))
    return complain(Exit::usage,
                    fmt::format("--origin takes HOST:PORT, not '{}'", options.origin));
  if (options.words.size() == 2) {
    std::string error;
    const auto url = read_url(options.words.back(), error);
    if (!url) return complain(Exit::usage, error);
    target.host = url->host;
    std::erase_if(target.host, [](char c) { return c == '[' || c == ']'; });
    target.port = url->port;
  }
  const auto text = program_of(*script, target);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return Exit::as_required;
}

}  // namespace connspec
