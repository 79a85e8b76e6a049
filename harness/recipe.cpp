#include "harness/recipe.hpp"

#include "harness/embedded.hpp"
#include "harness/target_file.hpp"
#include "harness/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace connspec {

namespace {

constexpr Recipe all[] = {
    {"nginx", "nginx-proxy11", "nginx as a gateway that keeps HTTP/1.1 connections"},
    {"haproxy", "haproxy", "HAProxy as a gateway"},
    {"apache", "apache-proxy", "Apache httpd as a gateway"},
    {"apache-forward", "apache-fwd", "Apache httpd as a forward proxy", true},
    {"squid", "squid-accel", "Squid as a gateway"},
    {"squid-forward", "squid-fwd", "Squid as a forward proxy", true},
    {"varnish", "varnish", "Varnish as a gateway that stores nothing"},
};

std::string_view file_of(const Recipe& recipe, std::string_view name) {
  for (const auto& file : embedded_targets())
    if (file.path == fmt::format("{}/{}", recipe.target, name)) return file.text;
  throw std::logic_error(fmt::format("{}/{} is not embedded", recipe.target, name));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// What stands in a start script behind a word that begins a row, with the rows that go on.
std::string words_behind(std::string_view script, std::string_view word) {
  const auto text = replaced(std::string(script), "\\\n  ", "");
  const auto begin = text.find(fmt::format("\n{} ", word)) + word.size() + 2;
  return text.substr(begin, text.find('\n', begin) - begin);
}

/// A folder that two recipes on different ports do not share.
std::string folder_of(const Recipe& recipe, const RecipePlaces& places) {
  return fmt::format("/tmp/connspec-{}-{}", recipe.name, places.port);
}

/// The command of the start script, without what only a shell needs.
std::string proxy_command(const Recipe& recipe, const RecipePlaces& places) {
  auto command = words_behind(file_of(recipe, "start"), "run");
  command = replaced(command, "\"", "");
  command = replaced(command, "$FOLDER", folder_of(recipe, places));
  return replaced(command, "$PORT", std::to_string(places.port));
}

std::string filled(const Recipe& recipe, const RecipePlaces& places, std::string text) {
  auto bare = places.origin_host;
  if (bare.front() == '[') bare = bare.substr(1, bare.size() - 2);
  text = replaced(text, "@PORT@", std::to_string(places.port));
  text = replaced(text, "@FOLDER@", folder_of(recipe, places));
  text =
      replaced(text, "@ORIGIN@", fmt::format("{}:{}", places.origin_host, places.origin_port));
  text = replaced(text, "@ORIGIN_HOST@", bare);
  return replaced(text, "@ORIGIN_PORT@", places.origin_port);
}

std::string declarations_of(const Recipe& recipe) {
  std::string words;
  std::string error;
  const std::string text(file_of(recipe, "target.json"));
  const auto file = read_target(text, "target.json", error).value();
  for (const auto& [name, value] : file.declared)
    words += fmt::format(" --declare {}={}", name, value);
  return words;
}

}  // namespace

std::span<const Recipe> recipes() { return all; }

const Recipe* find_recipe(std::string_view name) {
  const auto* found = std::find_if(std::begin(all), std::end(all),
                                   [&](const Recipe& one) { return one.name == name; });
  return found == std::end(all) ? nullptr : found;
}

std::string text_of(const Recipe& recipe, const RecipePlaces& places) {
  const auto folder = folder_of(recipe, places);
  const auto file = words_behind(file_of(recipe, "start"), "configure");
  const auto origin = fmt::format("{}:{}", places.origin_host, places.origin_port);
  std::string options = fmt::format(" --port {}", places.port);
  std::string goes_to = " to the origins that connspec is";
  std::string role = " --forward";
  if (!recipe.forward) {
    options += " --origin " + origin;
    goes_to = fmt::format(" to the origin that connspec is on {}", origin);
    role = " --origin " + origin;
  }
  auto text = fmt::format("# {} on 127.0.0.1:{}{}.\n#\n", recipe.what, places.port, goes_to);
  text += fmt::format("#   mkdir -p {} && connspec recipe {}{} > {}/{}\n", folder, recipe.name,
                      options, folder, file);
  text += fmt::format("#   {}\n#\n", proxy_command(recipe, places));
  text += "# and in another terminal (or in one, with the command above behind --spawn):\n#\n";
  text += fmt::format("#   connspec proxy http://127.0.0.1:{}{}{}\n\n", places.port, role,
                      declarations_of(recipe));
  return text + filled(recipe, places, std::string(file_of(recipe, file)));
}

std::string list_of_recipes() {
  std::string text =
      "Configurations of proxies, ready to be tested, with the commands that use them:\n\n"
      "  connspec recipe NAME [--port N] [--origin HOST:PORT]\n\n";
  for (const auto& one : all) text += fmt::format("  {:16}{}\n", one.name, one.what);
  return text;
}

std::string no_such_recipe(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& one : all) names.push_back(one.name);
  const auto meant = nearest(name, names);
  return fmt::format("there is no recipe '{}'{}", name,
                     meant.empty() ? "; connspec recipe lists them"
                                   : fmt::format("; did you mean '{}'?", meant));
}

}  // namespace connspec
