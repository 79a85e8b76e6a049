// The commands of connspec, each from options to an exit code. Part of the program, not of the
// harness: here the harness, the reports and the fixtures meet.
#pragma once

#include "harness/case_library.hpp"
#include "harness/options.hpp"
#include "harness/verdict.hpp"
#include "reports/style.hpp"
#include "reports/terminal.hpp"

#include <cstdio>

namespace connspec {

inline constexpr std::string_view program_version = CONNSPEC_VERSION;

/// server, proxy.
Exit run_target(const Options& options);
/// The bundled server and proxy, conforming or with one fault.
Exit run_demo(const Options& options);
/// The cases against every mutant that they claim.
Exit run_selftest(const Options& options);
/// One small conversation many times.
Exit run_bench(const Options& options);

/// The cases; with the word `profiles` the profiles.
Exit print_list(const Options& options);
Exit print_explanation(const Options& options);
Exit print_lint(const Options& options);
Exit print_coverage(const Options& options);
/// A configuration of a real proxy that points at our origin.
Exit print_recipe(const Options& options);

/// Several runs side by side, regressions first.
Exit compare_runs(const Options& options);
/// `baseline update FILE --from RUN.json`.
Exit update_baseline(const Options& options);
/// An official run, and the bundle of its evidence.
Exit certify_target(const Options& options);
/// Whether a bundle is what it says, judged again from its evidence.
Exit verify_bundle(const Options& options);
/// A stored conversation.
Exit replay_case(const Options& options);
/// A case as a program for people without connspec.
Exit print_script(const Options& options);
/// One run of the parts of it that were played elsewhere.
Exit merge_runs(const Options& options);

/// All cases: the embedded ones and those of --cases. Mistakes are printed; then it is unset.
std::optional<CaseLibrary> load_cases(const Options& options, Depth depth);
/// The cases that the words select; unset, with a message, where a word matches nothing.
std::optional<std::vector<const Case*>> select_cases(const CaseLibrary& library, Role role,
                                                     const Options& options);
/// The profile of --profile, which is given; unset, with a message, where there is none of that
/// name or something is wrong with one. Loads the profiles of the library.
const Profile* load_profile(CaseLibrary& library, const Options& options);
Style style_of(const Options& options, std::FILE* file);
/// `connspec: MESSAGE` on standard error.
Exit complain(Exit exit, std::string_view message);

}  // namespace connspec
