#include "harness/commands.hpp"
#include "harness/grading.hpp"
#include "harness/main_reports.hpp"
#include "reports/merge.hpp"
#include "reports/run_json.hpp"

#include <fmt/format.h>

namespace connspec {

namespace {

/// What the whole comes to by its profile, which no part could say. False, with a message,
/// where that cannot be told.
bool grade(Run& run, CaseLibrary& library, const Options& options) {
  if (run.version != program_version) {
    complain(
        Exit::usage,
        fmt::format("the parts were written by connspec {}, and this is {}: another one may "
                    "know another profile {}",
                    run.version, program_version, run.profile->name));
    return false;
  }
  auto naming = options;
  naming.profile = run.profile->name;
  const auto* profile = load_profile(library, naming);
  if (profile) Grading(library, *profile, role_named(run.role)).apply(run);
  return profile != nullptr;
}

}  // namespace

Exit merge_runs(const Options& options) {
  if (options.words.empty())
    return complain(Exit::usage, "merge takes the run.json of each part, or of each target");
  std::string error;
  std::vector<RunFile> files;
  for (const auto& path : options.words) {
    auto runs = read_run_json(path, error);
    if (!runs) return complain(Exit::usage, error);
    files.push_back({path, std::move(*runs)});
  }
  auto merged = merge(std::move(files), error);
  if (!merged) return complain(Exit::usage, error);
  if (!merged->to_be_graded.empty()) {
    auto library = load_cases(options, Depth::run);
    if (!library) return Exit::usage;
    for (const auto place : merged->to_be_graded)
      if (!grade(merged->runs[place], *library, options)) return Exit::usage;
  }
  std::vector<Written> written;
  const auto problems = save_reports(options, merged->runs, written);
  const auto exit = problems.empty() ? exit_of(merged->runs) : Exit::usage;
  auto* screen = screen_for(options);
  const auto text =
      terminal_report(merged->runs, written, exit, style_of(options, screen), Detail::normal);
  std::fwrite(text.data(), 1, text.size(), screen);
  for (const auto& problem : problems) complain(exit, problem);
  return exit;
}

}  // namespace connspec
