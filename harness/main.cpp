#include "harness/commands.hpp"

#include <exception>

namespace connspec {

namespace {

Exit run(const Options& options) {
  switch (options.command) {
    case Command::server:
    case Command::proxy:
      return run_target(options);
    case Command::demo:
      return run_demo(options);
    case Command::selftest:
      return run_selftest(options);
    case Command::list:
      return print_list(options);
    case Command::explain:
      return print_explanation(options);
    case Command::lint:
      return print_lint(options);
    case Command::coverage:
      return print_coverage(options);
    case Command::recipe:
      return print_recipe(options);
    case Command::compare:
      return compare_runs(options);
    case Command::baseline:
      return update_baseline(options);
    case Command::certify:
      return certify_target(options);
    case Command::verify:
      return verify_bundle(options);
    case Command::replay:
      return replay_case(options);
    case Command::script:
      return print_script(options);
    case Command::merge:
      return merge_runs(options);
    case Command::bench:
      return run_bench(options);
  }
  return Exit::usage;
}

}  // namespace

}  // namespace connspec

int main(int count, char** arguments) {
  using namespace connspec;
  const auto options = read_options(count, arguments, std::string(program_version));
  if (const auto* exit = std::get_if<int>(&options)) return *exit;
  try {
    return static_cast<int>(run(std::get<Options>(options)));
  } catch (const std::exception& error) {
    return static_cast<int>(complain(Exit::inconclusive, error.what()));
  }
}
