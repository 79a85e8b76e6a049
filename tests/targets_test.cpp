// Real servers and proxies, each against what is expected of the version that Debian packages.
#include "reports/identity.hpp"
#include "tests/child_process.hpp"

#include <fmt/format.h>
#include <fnmatch.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <pugixml.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace connspec {
namespace {

namespace fs = std::filesystem;

const std::string targets = SOURCE_DIR "/fixtures/targets/";

struct Found {
  std::string id;
  std::string verdict;
  std::string reason;
};

/// A row of expected.tsv.
struct Expected {
  std::string id;
  std::string verdict;
  std::string reason;
  int line = 0;
  bool used = false;

  bool fits(const Found& found) const {
    return ::fnmatch(id.c_str(), found.id.c_str(), 0) == 0;
  }
  bool agrees(const Found& found) const {
    return verdict == found.verdict && (reason == "*" || reason == found.reason);
  }
};

std::vector<Expected> read_expected(const std::string& path) {
  std::vector<Expected> rows;
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  int line = 0;
  for (std::string text; std::getline(file, text);) {
    ++line;
    if (text.empty() || text.front() == '#') continue;
    std::istringstream row(text);
    Expected expected{{}, {}, {}, line};
    std::getline(row, expected.id, '\t');
    std::getline(row, expected.verdict, '\t');
    std::getline(row, expected.reason);
    rows.push_back(expected);
  }
  return rows;
}

std::string property(const pugi::xml_node& test, const char* name) {
  const auto found = test.child("properties").find_child_by_attribute("property", "name", name);
  return found.attribute("value").value();
}

std::vector<Found> read_junit(const std::string& path) {
  std::vector<Found> all;
  pugi::xml_document document;
  const auto result = document.load_file(path.c_str());
  EXPECT_TRUE(result) << path << ": " << result.description();
  for (const auto& suite : document.child("testsuites").children("testsuite"))
    for (const auto& test : suite.children("testcase")) {
      auto verdict = property(test, "verdict");
      if (verdict.empty()) verdict = "pass";
      all.push_back({id_of(test.attribute("classname").value(), test.attribute("name").value()),
                     verdict, property(test, "reason")});
    }
  return all;
}

/// The rows to take over, and those to take out; empty when all is as expected.
std::string differences(std::vector<Expected> expected, const std::vector<Found>& found) {
  std::string text;
  for (const auto& one : found) {
    Expected* row = nullptr;
    for (auto& candidate : expected)
      if (!row && candidate.fits(one)) row = &candidate;
    if (row) row->used = true;
    const bool agrees = row ? row->agrees(one) : one.verdict == "pass";
    if (agrees) continue;
    const auto before =
        row ? fmt::format("   (line {}: {} {})", row->line, row->verdict, row->reason)
            : "   (no row: pass)";
    text += fmt::format("{}\t{}\t{}{}\n", one.id, one.verdict, one.reason, before);
  }
  for (const auto& row : expected)
    if (!row.used)
      text +=
          fmt::format("line {}: {} is the id of no case that was played\n", row.line, row.id);
  return text;
}

class Target : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "connspec-test.XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// Starts the target and plays the suite of the role; `words` follow the URL.
  void expect_as_recorded(const std::string& name, const std::string& role,
                          std::vector<std::string> words = {}, std::uint16_t origin = 0) {
    const auto port = free_port();
    std::vector<std::string> start{targets + name + "/start", std::to_string(port)};
    if (origin != 0) start.push_back(std::to_string(origin));
    Background target(start);
    ASSERT_TRUE(wait_for_port(port)) << name << " does not listen";
    const auto junit = (folder_ / "junit.xml").string();
    std::vector<std::string> command{CONNSPEC_PROGRAM,
                                     role,
                                     fmt::format("http://127.0.0.1:{}", port),
                                     "--target",
                                     targets + name + "/target.json",
                                     "--junit",
                                     junit};
    command.insert(command.end(), words.begin(), words.end());
    const auto finished = run(command);
    ASSERT_TRUE(finished.status == 0 || finished.status == 1)
        << "exit " << finished.status << "\n"
        << finished.output << finished.errors;
    EXPECT_TRUE(target.is_running()) << name << " died";
    const auto found = read_junit(junit);
    EXPECT_GE(found.size(), 50U);
    EXPECT_EQ(differences(read_expected(targets + name + "/expected.tsv"), found), "")
        << "Rows of " << name << "/expected.tsv that differ, with tabs as they have to be.\n"
        << finished.output;
  }

 private:
  fs::path folder_;
};

TEST_F(Target, NginxAsAServerIsAsExpected) { expect_as_recorded("nginx", "server"); }

TEST_F(Target, NginxAsAProxyIsAsExpected) {
  const auto origin = free_port();
  expect_as_recorded("nginx-proxy11", "proxy",
                     {"--origin", fmt::format("127.0.0.1:{}", origin)}, origin);
}

TEST(ExpectedRows, ADifferenceIsPrintedReadyToBeTakenOver) {
  const std::vector<Expected> rows{{"server/a/*", "fail", "end-by-RST", 3}};
  const std::vector<Found> as_expected{{"server/a/b/c", "fail", "end-by-RST"},
                                       {"server/b/b/c", "pass", ""}};
  EXPECT_EQ(differences(rows, as_expected), "");
  EXPECT_EQ(differences(rows, {{"server/a/b/c", "pass", ""}}),
            "server/a/b/c\tpass\t   (line 3: fail end-by-RST)\n");
  EXPECT_EQ(differences({}, {{"server/a/b/c", "departs", "no-close"}}),
            "server/a/b/c\tdeparts\tno-close   (no row: pass)\n");
}

TEST(ExpectedRows, ARowThatFitsNoCaseIsAMistake) {
  EXPECT_EQ(differences({{"server/gone/*", "fail", "*", 7}}, {}),
            "line 7: server/gone/* is the id of no case that was played\n");
}

TEST(TargetStart, LeavesNeitherProcessNorFolderBehind) {
  std::string folder = (fs::temp_directory_path() / "connspec-test.XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const auto port = free_port();
  {
    Background target(
        {"env", "TMPDIR=" + folder, targets + "nginx/start", std::to_string(port)});
    ASSERT_TRUE(wait_for_port(port));
    EXPECT_FALSE(fs::is_empty(folder));
  }
  EXPECT_FALSE(wait_for_port(port, std::chrono::seconds(0)));
  EXPECT_TRUE(fs::is_empty(folder));
  fs::remove_all(folder);
}

TEST(TargetStart, AProxyAsksForThePortOfItsOrigin) {
  const auto finished = run({targets + "nginx-proxy11/start", "1"});
  EXPECT_EQ(finished.status, 2);
  EXPECT_EQ(finished.errors, "usage: start PORT ORIGIN_PORT\n");
}

}  // namespace
}  // namespace connspec
