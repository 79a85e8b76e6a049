#include "fixtures/mutants.hpp"
#include "harness/commands.hpp"
#include "harness/coverage.hpp"
#include "harness/embedded.hpp"
#include "harness/explain.hpp"
#include "harness/explain_profile.hpp"
#include "harness/grading.hpp"
#include "harness/words_declared.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

#include <unistd.h>

namespace connspec {

namespace {

std::vector<std::string_view> mutant_names() {
  std::vector<std::string_view> names;
  for (const auto& mutant : fixtures::mutants()) names.push_back(mutant.name);
  return names;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (text.empty() || text.back() != '\n') std::fputc('\n', stdout);
}

std::size_t columns_of(const Options& options) { return style_of(options, stdout).columns(); }

/// Prints all mistakes of a library.
void print_mistakes(const CaseLibrary& library) {
  std::fflush(stdout);
  for (const auto& error : library.errors) fmt::print(stderr, "{}\n", what(error));
  complain(Exit::usage, fmt::format("{} mistake{} in the cases", library.errors.size(),
                                    library.errors.size() == 1 ? "" : "s"));
}

constexpr std::array all_roles{Role::server, Role::gateway, Role::forward};

/// Those of --role, all where it is not given.
Roles roles_wanted(const Options& options) {
  Roles roles;
  for (const auto role : all_roles) {
    const bool wanted = options.role.empty() || options.role == name_of(role) ||
                        (options.role == "proxy" && role != Role::server);
    if (wanted) roles.add(role);
  }
  return roles;
}

/// Of these cases those that cover a row of the profile in one of the roles.
std::vector<const Case*> covering(const std::vector<const Case*>& cases,
                                  const CaseLibrary& library, const Profile& profile,
                                  Roles roles) {
  std::set<const Case*> wanted;
  for (const auto role : all_roles) {
    if (!roles.has(role) || !profile.roles.has(role)) continue;
    for (const auto* script : Grading(library, profile, role).covering(cases))
      if (script->roles.has(role)) wanted.insert(script);
  }
  return {wanted.begin(), wanted.end()};
}

}  // namespace

Exit complain(Exit exit, std::string_view message) {
  std::fflush(stdout);
  fmt::print(stderr, "connspec: {}\n", message);
  return exit;
}

Style style_of(const Options& options, std::FILE* file) {
  const auto choice = options.color == "always"  ? Colour::always
                      : options.color == "never" ? Colour::never
                                                 : Colour::automatic;
  return {.width = width_of(fileno(file)),
          .colour = wants_colour(choice, isatty(fileno(file)) != 0),
          .ascii = options.ascii};
}

std::optional<CaseLibrary> load_cases(const Options& options, Depth depth) {
  static const auto mutants = mutant_names();
  auto library = load_embedded(mutants, depth);
  for (const auto& folder : options.case_folders) add_folder(library, folder);
  if (library.errors.empty()) return library;
  print_mistakes(library);
  return std::nullopt;
}

const Profile* load_profile(CaseLibrary& library, const Options& options) {
  load_profiles(library);
  const auto* profile = find_profile(library.profiles, options.profile);
  if (!library.errors.empty()) {
    print_mistakes(library);
    return nullptr;
  }
  if (!profile)
    complain(Exit::usage, unknown_profile(library.profiles, options.profile) +
                              "; connspec list profiles shows them all");
  return profile;
}

std::optional<std::vector<const Case*>> select_cases(const CaseLibrary& library, Role role,
                                                     const Options& options) {
  auto selection = select(library, role, options.words);
  for (const auto& error : selection.errors) complain(Exit::usage, error);
  if (!selection.errors.empty()) return std::nullopt;
  return std::move(selection.cases);
}

Exit print_list(const Options& options) {
  // It lasts as long as the program: to take it down again takes a tenth of all the time.
  static auto* const kept = new std::optional<CaseLibrary>(load_cases(options, Depth::heads));
  auto& library = *kept;
  if (!library) return Exit::usage;
  const auto roles = roles_wanted(options);
  if (options.words == std::vector<std::string>{"profiles"}) {
    load_profiles(*library);
    if (!library->errors.empty()) return print_mistakes(*library), Exit::usage;
    print(list_profiles(*library, roles, columns_of(options)));
    return Exit::as_required;
  }
  const auto* profile = options.profile.empty() ? nullptr : load_profile(*library, options);
  if (!options.profile.empty() && !profile) return Exit::usage;
  auto selection = select(*library, roles, options.words);
  for (const auto& error : selection.errors) complain(Exit::usage, error);
  if (!selection.errors.empty()) return Exit::usage;
  if (profile) selection.cases = covering(selection.cases, *library, *profile, roles);
  if (selection.cases.empty()) return complain(Exit::usage, "no case is selected");
  print(list(selection.cases, columns_of(options)));
  return Exit::as_required;
}

Exit print_explanation(const Options& options) {
  if (options.words.empty())
    return complain(Exit::usage,
                    "explain takes the id of a case, the name of a profile, 'declare', or "
                    "'schema'");
  if (options.words.front() == "schema") return print(embedded_schema()), Exit::as_required;
  auto library = load_cases(options, Depth::run);
  if (!library) return Exit::usage;
  const auto width = columns_of(options);
  if (options.words.front() == "declare")
    return print(explain_declare(library->cases, width)), Exit::as_required;
  load_profiles(*library);
  if (!library->errors.empty()) return print_mistakes(*library), Exit::usage;
  for (const auto& word : options.words) {
    bool found = false;
    if (const auto* profile = find_profile(library->profiles, word)) {
      print(explain_profile(*profile, *library, width));
      continue;
    }
    for (const auto& script : library->cases) {
      if (!selects(word, script)) continue;
      if (found) print("");
      print(explain(script, &library->catalogue));
      found = true;
      if (script.id == word) break;
    }
    if (found) continue;
    const std::string selectors[] = {word};
    const auto errors = select(*library, roles_wanted(options), selectors).errors;
    return complain(Exit::usage, errors.empty() ? "no case is selected" : errors.front());
  }
  return Exit::as_required;
}

Exit print_lint(const Options& options) {
  static const auto mutants = mutant_names();
  auto library = load_embedded(mutants, Depth::lint);
  library.replaces_embedded = true;  // Those who write cases for connspec look at its files.
  const auto embedded_ones = [&library] {
    return std::count_if(library.cases.begin(), library.cases.end(),
                         [](const Case& script) { return script.embedded; });
  };
  const auto own = embedded_ones();
  const auto all_own = library.cases.size();
  for (const auto& path : options.words) add_folder(library, path);
  for (const auto& path : options.case_folders) add_folder(library, path);
  load_profiles(library);
  print(lint_report(library));
  const bool nothing = library.cases.size() == all_own && embedded_ones() == own &&
                       library.profile_files.empty() && !options.words.empty();
  return library.errors.empty() && !nothing ? Exit::as_required : Exit::usage;
}

Exit print_coverage(const Options& options) {
  auto library = load_cases(options, Depth::heads);
  if (!library) return Exit::usage;
  load_catalogue(*library);
  CoverageView view{.roles = {}, .words = options.words, .width = columns_of(options)};
  if (!options.role.empty()) view.roles = roles_wanted(options);
  if (!options.profile.empty()) {
    view.profile = load_profile(*library, options);
    if (!view.profile) return Exit::usage;
    const auto wanted = roles_wanted(options);
    view.roles.bits = static_cast<std::uint8_t>(wanted.bits & view.profile->roles.bits);
    if (view.roles.bits == 0)
      return complain(Exit::usage, fmt::format("profile {} is for role {}", view.profile->name,
                                               name_of(view.profile->roles)));
  }
  const auto mistakes = words_without_rows(*library, view);
  for (const auto& mistake : mistakes) complain(Exit::usage, mistake);
  if (!mistakes.empty()) return Exit::usage;
  const auto text = coverage(*library, view);
  if (text.empty()) return complain(Exit::usage, "no row is selected");
  print(text);
  return Exit::as_required;
}

}  // namespace connspec
