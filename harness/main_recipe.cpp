#include "harness/commands.hpp"
#include "harness/recipe.hpp"
#include "harness/session.hpp"

#include <fmt/format.h>

namespace connspec {

Exit print_recipe(const Options& options) {
  if (options.words.empty()) {
    fmt::print("{}", list_of_recipes());
    return Exit::as_required;
  }
  if (options.words.size() > 1) return complain(Exit::usage, "recipe takes one name");
  const auto* recipe = find_recipe(options.words.front());
  if (!recipe) return complain(Exit::usage, no_such_recipe(options.words.front()));
  const auto origin = read_host_port(options.origin);
  if (!origin || origin->port == "0")
    return complain(Exit::usage,
                    fmt::format("--origin takes HOST:PORT, not '{}'", options.origin));
  fmt::print("{}", text_of(*recipe, {options.port, origin->host, origin->port}));
  return Exit::as_required;
}

}  // namespace connspec
