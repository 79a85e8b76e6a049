#include "harness/commands.hpp"
#include "harness/main_bundle.hpp"
#include "harness/sealed_folder.hpp"

#include <fmt/format.h>

namespace connspec {

Exit verify_bundle(const Options& options) {
  if (options.words.size() != 1) return complain(Exit::usage, "verify takes one folder");
  const auto& folder = options.words.front();
  std::string trusted;
  if (!options.key.empty()) {
    std::string error;
    const auto pem = read_plain_file(options.key, error);
    if (!pem || pem->empty())
      return complain(Exit::usage,
                      fmt::format("{}: {}", options.key, pem ? "it is empty" : error));
    trusted = *pem;
  }
  auto library = load_cases({}, Depth::run);
  if (!library) return Exit::usage;
  const auto examined = examine(folder, *library, trusted);
  if (!examined.made_by.empty()) return complain(Exit::usage, examined.made_by);
  if (!examined.problems.empty()) {
    for (const auto& problem : examined.problems) fmt::print("REFUSED  {}\n", problem);
    fmt::print("{}: not to be believed\n", folder);
    return Exit::failure;
  }
  const auto& run = *examined.run;
  const auto& facts = *examined.facts;
  fmt::print("target     {} as {}, {} to {}, connspec {}\n", facts.target, facts.role,
             facts.started, facts.ended, facts.version);
  std::size_t plays = 0;
  for (const auto& result : run.results) plays += static_cast<std::size_t>(result.plays);
  fmt::print("evidence   {} plays of {} cases judged again: all verdicts follow\n", plays,
             run.results.size());
  fmt::print("seal       {}\n", examined.signature);
  fmt::print("{}", conclusion_of(run));
  const auto exit = exit_of(run);
  return exit == Exit::as_required && !is_certified(run) ? Exit::inconclusive : exit;
}

}  // namespace connspec
