#include "fixtures/mutants.hpp"
#include "harness/main_target.hpp"
#include "harness/main_theatre.hpp"

#include <fmt/format.h>

namespace connspec {

namespace {

/// What the run is judged by; unset, with messages, where something is wrong with it.
std::optional<Terms> load_terms(const CaseLibrary& library, const Options& options) {
  std::vector<std::string> errors;
  auto terms = read_terms(library, options.edition, options.baseline, errors);
  for (const auto& error : errors) complain(Exit::usage, error);
  return terms;
}

std::string nothing_selected(const Options& options) {
  return options.profile.empty()
             ? "no case is selected"
             : fmt::format("no case of profile {} is selected", options.profile);
}

std::string is_for_others(const Profile& profile, Role role) {
  Roles roles;
  roles.add(role);
  return fmt::format("profile {} is for role {}, and this target is played as {}", profile.name,
                     name_of(profile.roles), name_of(roles));
}

}  // namespace

Exit run_target(const Options& options) {
  prepare_to_play();
  if (const auto wrong = mistake_in(options); !wrong.empty())
    return complain(Exit::usage, wrong);
  static std::optional<CaseLibrary>* kept = nullptr;  // To the end: nobody waits for its end.
  auto& library = *(kept = new std::optional(load_cases(options, Depth::run)));
  if (!library) return Exit::usage;
  const auto role = role_of(options);
  std::optional<Grading> grading;
  if (!options.profile.empty()) {
    const auto* profile = load_profile(*library, options);
    if (!profile) return Exit::usage;
    if (!profile->roles.has(role)) return complain(Exit::usage, is_for_others(*profile, role));
    grading.emplace(*library, *profile, role);
  }
  auto cases = select_cases(*library, role, options);
  if (!cases) return Exit::usage;
  if (grading) cases = grading->covering(*cases);
  if (cases->empty()) return complain(Exit::nothing_tested, nothing_selected(options));
  auto terms = load_terms(*library, options);
  if (!terms) return Exit::usage;
  Theatre theatre(options, *library, std::move(*terms));
  const auto exit = theatre.play(target_of(options, options.patience), *cases,
                                 again_command(options), grading ? &*grading : nullptr);
  return theatre.finish(exit);
}

Exit run_demo(const Options& options) {
  prepare_to_play();
  const auto* mutant = fixtures::find_mutant(options.mutant);
  if (!options.mutant.empty() && !mutant)
    return complain(
        Exit::usage,
        fmt::format("there is no mutant '{}'; connspec selftest lists them", options.mutant));
  auto playing = options;
  const bool by_profile = !options.profile.empty();
  if (mutant && !by_profile) {  // A mutant is there to be seen.
    if (playing.words.empty()) playing.words = {options.mutant};
    playing.strict = true;
  }
  auto library = load_cases(options, Depth::run);
  if (!library) return Exit::usage;
  const auto* profile = by_profile ? load_profile(*library, options) : nullptr;
  if (by_profile && !profile) return Exit::usage;
  const auto again = mutant ? fmt::format("connspec demo --mutant {} ", options.mutant)
                            : std::string("connspec demo ");
  auto terms = load_terms(*library, options);
  if (!terms) return Exit::usage;
  Theatre theatre(playing, *library, std::move(*terms));
  std::vector<Exit> exits;
  fixtures::Conduct conduct;
  if (mutant) mutant->change(conduct);
  Bundled bundled(conduct);
  for (const auto role : {Role::server, Role::gateway, Role::forward}) {
    const auto part = role == Role::server ? fixtures::Part::server : fixtures::Part::proxy;
    if (mutant && mutant->part != part) continue;
    if (profile && !profile->roles.has(role)) continue;
    auto selection = select(*library, role, playing.words);
    std::optional<Grading> grading;
    if (profile)
      selection.cases = grading.emplace(*library, *profile, role).covering(selection.cases);
    else if (role == Role::forward)
      selection.cases = only_forward(selection.cases);
    if (selection.cases.empty()) continue;
    auto spec = bundled.spec(role);
    spec.patience = options.patience;
    exits.push_back(theatre.play(spec, selection.cases, again, grading ? &*grading : nullptr));
    if (mutant && !profile) theatre.mark_unusual(usual_ways(selection.cases, role));
  }
  if (exits.empty()) return complain(Exit::nothing_tested, nothing_selected(options));
  return theatre.finish(exit_of(theatre.runs()));
}

}  // namespace connspec
