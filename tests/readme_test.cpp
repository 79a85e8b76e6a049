// What README.md tells people to type is typed here.
#include "tests/child_process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace connspec {
namespace {

namespace fs = std::filesystem;

std::string readme() {
  std::ifstream file(SOURCE_DIR "/README.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The texts of all blocks of one kind: ```kind … ```.
std::vector<std::string> blocks(const std::string& kind) {
  std::vector<std::string> found;
  const auto text = readme();
  const auto mark = "```" + kind + "\n";
  for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at)) {
    at += mark.size();
    found.push_back(text.substr(at, text.find("```", at) - at));
  }
  return found;
}

std::vector<std::string> commands() {
  std::vector<std::string> found;
  for (const auto& block : blocks("console")) {
    std::istringstream rows(block);
    for (std::string row; std::getline(rows, row);)
      if (row.starts_with("$ ")) found.push_back(row.substr(2));
  }
  return found;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// A folder as a reader has it: build/ with the programs, and the case of the README saved.
class Readme : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "connspec-test.XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    fs::create_directories(folder_ / "build");
    fs::create_directories(folder_ / "cases-of-ours");
    fs::create_symlink(CONNSPEC_PROGRAM, folder_ / "build/connspec");
    fs::create_symlink(FIXTURE_PROGRAM, folder_ / "build/fixture");
    const auto cases = blocks("convo");
    ASSERT_EQ(cases.size(), 1U);
    std::ofstream(folder_ / "cases-of-ours/greeting.convo") << cases.front();
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// A command of the README in that folder, on ports that are free. Where it takes a server to
  /// be there already, the fixture is.
  Finished type(const std::string& command) {
    const auto port = free_port();
    const auto spawns = command.find("--spawn") != command.npos;
    std::optional<Background> server;
    if (!spawns && command.find("8080") != command.npos) {
      server.emplace(
          std::vector<std::string>{FIXTURE_PROGRAM, "server", "--port", std::to_string(port)});
      EXPECT_TRUE(wait_for_port(port));
    }
    const auto typed = replaced(replaced(command, "8080", std::to_string(port)), "9000",
                                std::to_string(free_port()));
    return run({"sh", "-c", typed}, folder_.string());
  }

  fs::path folder_;
};

TEST_F(Readme, EveryCommandDoesWhatItSays) {
  const auto all = commands();
  EXPECT_GE(all.size(), 10U);
  for (const auto& command : all) {
    const auto finished = type(command);
    EXPECT_EQ(finished.status, 0) << command << "\n" << finished.output << finished.errors;
    EXPECT_NE(finished.output, "") << command;
  }
  EXPECT_TRUE(fs::exists(folder_ / "connspec.xml"));
}

TEST_F(Readme, TheCaseIsListedAmongOurs) {
  const auto finished = type("build/connspec list --cases cases-of-ours greeting");
  EXPECT_NE(finished.output.find("greeting/and-persists"), std::string::npos)
      << finished.output;
}

TEST_F(Readme, AMistakeInTheCaseIsShown) {
  std::ofstream(folder_ / "cases-of-ours/wrong.convo")
      << replaced(blocks("convo").front(), "{host}", "{hots}");
  const auto finished = type("build/connspec lint cases-of-ours");
  EXPECT_EQ(finished.status, 2);
  EXPECT_NE(finished.output.find("wrong.convo:11:19: unknown binding {hots}"),
            std::string::npos)
      << finished.output;
}

TEST(Bootstrap, KnowsTheWordsOfTheReadme) {
  const auto finished = run({SOURCE_DIR "/bootstrap", "help"});
  EXPECT_EQ(finished.status, 0);
  for (const auto* word : {"demo", "test"}) {
    EXPECT_NE(finished.output.find(fmt::format("./bootstrap {}", word)), std::string::npos);
    EXPECT_NE(readme().find(fmt::format("./bootstrap {}", word)), std::string::npos);
  }
}

TEST(Bootstrap, RefusesOtherWords) {
  const auto finished = run({SOURCE_DIR "/bootstrap", "instal"});
  EXPECT_EQ(finished.status, 2);
  EXPECT_EQ(finished.output, "");
  EXPECT_NE(finished.errors.find("./bootstrap demo"), std::string::npos);
}

}  // namespace
}  // namespace connspec
