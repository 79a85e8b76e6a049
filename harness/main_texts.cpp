#include "fixtures/mutants.hpp"
#include "harness/commands.hpp"
#include "harness/coverage.hpp"
#include "harness/explain.hpp"
#include "harness/words_declared.hpp"

#include <fmt/format.h>

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

std::optional<Role> role_named(const std::string& name) {
  if (name == "server") return Role::server;
  if (name == "forward") return Role::forward;
  if (name == "gateway" || name == "proxy") return Role::gateway;
  return std::nullopt;
}

/// The cases of every role, each once.
std::vector<const Case*> select_any(const CaseLibrary& library, const Options& options) {
  std::vector<const Case*> cases;
  for (const auto& script : library.cases) {
    bool wanted = options.words.empty();
    for (const auto& word : options.words) wanted = wanted || selects(word, script);
    if (wanted) cases.push_back(&script);
  }
  return cases;
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
          .colour = wants_colour(choice, fileno(file)),
          .ascii = options.ascii};
}

std::optional<CaseLibrary> load_cases(const Options& options, Depth depth) {
  static const auto mutants = mutant_names();
  auto library = load_embedded(mutants, depth);
  for (const auto& folder : options.case_folders) add_folder(library, folder);
  if (library.errors.empty()) return library;
  for (const auto& error : library.errors) fmt::print(stderr, "{}\n", what(error));
  complain(Exit::usage, fmt::format("{} mistake{} in the cases", library.errors.size(),
                                    library.errors.size() == 1 ? "" : "s"));
  return std::nullopt;
}

std::optional<std::vector<const Case*>> select_cases(const CaseLibrary& library, Role role,
                                                     const Options& options) {
  auto selection = select(library, role, options.words);
  for (const auto& error : selection.errors) complain(Exit::usage, error);
  if (!selection.errors.empty()) return std::nullopt;
  return std::move(selection.cases);
}

Exit print_list(const Options& options) {
  const auto library = load_cases(options, Depth::run);
  if (!library) return Exit::usage;
  std::vector<const Case*> cases;
  if (const auto role = role_named(options.role)) {
    const auto selected = select_cases(*library, *role, options);
    if (!selected) return Exit::usage;
    cases = *selected;
  } else {
    cases = select_any(*library, options);
  }
  if (cases.empty()) return complain(Exit::usage, "no case is selected");
  print(list(cases, static_cast<std::size_t>(style_of(options, stdout).width)));
  return Exit::as_required;
}

Exit print_explanation(const Options& options) {
  if (options.words.empty()) return complain(Exit::usage, "explain takes the id of a case");
  auto library = load_cases(options, Depth::run);
  if (!library) return Exit::usage;
  if (options.words.front() == "declare")
    return print(explain_declare(library->cases, style_of(options, stdout).columns())),
           Exit::as_required;
  load_catalogue(*library);
  for (const auto& word : options.words) {
    bool found = false;
    for (const auto& script : library->cases) {
      if (!selects(word, script)) continue;
      if (found) print("");
      print(explain(script, &library->catalogue));
      found = true;
      if (script.id == word) break;
    }
    if (!found) return complain(Exit::usage, fmt::format("no case is called '{}'", word));
  }
  return Exit::as_required;
}

Exit print_lint(const Options& options) {
  static const auto mutants = mutant_names();
  auto library = load_embedded(mutants, Depth::lint);
  const auto own = library.cases.size();
  for (const auto& path : options.words) add_folder(library, path);
  for (const auto& path : options.case_folders) add_folder(library, path);
  print(lint_report(library));
  const bool nothing = library.cases.size() == own && !options.words.empty();
  return library.errors.empty() && !nothing ? Exit::as_required : Exit::usage;
}

Exit print_coverage(const Options& options) {
  auto library = load_cases(options, Depth::run);
  if (!library) return Exit::usage;
  load_catalogue(*library);
  print(coverage(*library, role_named(options.role)));
  return Exit::as_required;
}

}  // namespace connspec
