// The configurations that `connspec recipe` prints: what they say, and that the commands in
// them do what they say.
#include "harness/recipe.hpp"

#include "tests/child_process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace connspec {
namespace {

namespace fs = std::filesystem;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const RecipePlaces places{8081, "[::1]", "9001"};

TEST(Recipe, HasNoHoleLeft) {
  for (const auto& recipe : recipes()) {
    const auto text = text_of(recipe, places);
    for (const auto* hole : {"@PORT@", "@ORIGIN", "@FOLDER@", "$FOLDER", "$PORT"})
      EXPECT_FALSE(has(text, hole)) << recipe.name << " " << hole;
    EXPECT_TRUE(has(text, "8081")) << recipe.name;
  }
}

TEST(Recipe, PointsAtOurOriginInTheWordsOfTheProgram) {
  const auto text = [](const char* name) { return text_of(*find_recipe(name), places); };
  EXPECT_TRUE(has(text("nginx"), "server [::1]:9001; keepalive 8;"));
  EXPECT_TRUE(has(text("haproxy"), "server origin [::1]:9001\n"));
  EXPECT_TRUE(has(text("apache"), "ProxyPass / http://[::1]:9001/ retry=0 upgrade=ANY\n"));
  EXPECT_TRUE(has(text("squid"), "cache_peer ::1 parent 9001 "));
  EXPECT_TRUE(has(text("varnish"), ".host = \"::1\"; .port = \"9001\";"));
}

TEST(Recipe, TellsTheCommandsAtItsHead) {
  const auto text = text_of(*find_recipe("haproxy"), {8080, "127.0.0.1", "9000"});
  EXPECT_EQ(text.substr(0, text.find("global\n")),
            "# HAProxy as a gateway on 127.0.0.1:8080 to the origin that connspec is on "
            "127.0.0.1:9000.\n"
            "#\n"
            "#   mkdir -p /tmp/connspec-haproxy-8080 && connspec recipe haproxy --port 8080 "
            "--origin 127.0.0.1:9000 > /tmp/connspec-haproxy-8080/haproxy.cfg\n"
            "#   haproxy -db -f /tmp/connspec-haproxy-8080/haproxy.cfg\n"
            "#\n"
            "# and in another terminal (or in one, with the command above behind --spawn):\n"
            "#\n"
            "#   connspec proxy http://127.0.0.1:8080 --origin 127.0.0.1:9000 --declare "
            "body-timeout=1s --declare head-timeout=1s --declare idle=1s --declare "
            "upstream-timeout=1s\n"
            "\n");
}

TEST(Recipe, AForwardProxyNeedsNoOriginBeforehand) {
  const auto text = text_of(*find_recipe("squid-forward"), places);
  EXPECT_TRUE(has(text, "connspec proxy http://127.0.0.1:8081 --forward --declare "));
  EXPECT_FALSE(has(text, "9001"));
}

/// The commands of a recipe: its rows `#   COMMAND`.
std::vector<std::string> commands_of(const std::string& text) {
  std::vector<std::string> commands;
  std::istringstream rows(text);
  for (std::string row; std::getline(rows, row);)
    if (row.starts_with("#   ")) commands.push_back(row.substr(4));
  return commands;
}

/// Each recipe is printed and its commands are typed, on ports that are free.
class RecipeTyped : public testing::TestWithParam<const char*> {
 protected:
  RecipeTyped() {
    std::string pattern = (fs::temp_directory_path() / "connspec-test.XXXXXX").string();
    if (::mkdtemp(pattern.data())) bin_ = pattern;
    fs::create_symlink(CONNSPEC_PROGRAM, bin_ / "connspec");
  }
  ~RecipeTyped() override {
    fs::remove_all(bin_);
    fs::remove_all(fmt::format("/tmp/connspec-{}-{}", GetParam(), port_));
  }

  std::string with_path(const std::string& command) const {
    return fmt::format("PATH={}:/usr/sbin:$PATH; {}", bin_.string(), command);
  }
  Finished type(const std::string& command) const {
    return run({"sh", "-c", with_path(command)});
  }

  fs::path bin_;
  const std::uint16_t port_ = free_port();
};

TEST_P(RecipeTyped, StartsAProxyThatReachesOurOrigin) {
  const auto printed = type(fmt::format("connspec recipe {} --port {} --origin 127.0.0.1:{}",
                                        GetParam(), port_, free_port()));
  EXPECT_EQ(printed.status, 0) << printed.errors;
  const auto commands = commands_of(printed.output);
  ASSERT_EQ(commands.size(), 3U) << printed.output;
  EXPECT_EQ(type(commands[0]).status, 0);
  {
    // In two terminals the proxy is there first, and may have found no origin.
    Background proxy({"sh", "-c", with_path("exec " + commands[1])});
    ASSERT_TRUE(wait_for_port(port_));
    const auto played = type(commands[2] + " server/close/option");
    EXPECT_EQ(played.status, 0) << played.output << played.errors;
  }
  const auto played =
      type(fmt::format("{} --spawn '{}' server/close/option", commands[2], commands[1]));
  EXPECT_EQ(played.status, 0) << played.output << played.errors;
}

INSTANTIATE_TEST_SUITE_P(Each, RecipeTyped,
                         testing::Values("nginx", "haproxy", "apache", "apache-forward",
                                         "squid", "squid-forward", "varnish"),
                         [](const auto& name) {
                           std::string word = name.param;
                           for (char& c : word)
                             if (c == '-') c = '_';
                           return word;
                         });

}  // namespace
}  // namespace connspec
