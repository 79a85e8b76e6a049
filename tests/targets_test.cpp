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
#include <set>
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
  bool included = false;  ///< From another file: it need not fit anything here.
  bool used = false;

  bool fits(const Found& found) const {
    return ::fnmatch(id.c_str(), found.id.c_str(), 0) == 0;
  }
  bool agrees(const Found& found) const {
    if (verdict == "unstable" && found.verdict == "pass") return true;
    return (verdict == found.verdict || verdict == "unstable") &&
           (reason == "*" || reason == found.reason);
  }
};

/// `partial`: what has no row has not been reviewed yet, and is not compared.
bool is_mark_of_a_part(const Expected& row) { return row.id == "partial"; }

/// The rows of a file, with those of the file that it includes.
std::vector<Expected> read_expected(const std::string& path) {
  std::vector<Expected> rows;
  std::ifstream file(targets + path);
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
    if (expected.id != "include") {
      rows.push_back(expected);
      continue;
    }
    for (auto& one : read_expected(expected.verdict)) {
      one.included = true;
      rows.push_back(one);
    }
  }
  return rows;
}

/// The versions for which the first line says that the rows were reviewed: numbers with dots.
std::set<std::string> versions_in(const std::string& line) {
  std::set<std::string> versions;
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    word.erase(word.find_last_not_of(".,:") + 1);
    if (word.find_first_not_of("0123456789.") == word.npos && word.find('.') != word.npos)
      versions.insert(word);
  }
  return versions;
}

/// What is expected of a version.
struct Book {
  std::string path;    ///< In the folder of targets.
  std::string review;  ///< What is to be thought of the rows, if they are of another version.
};

/// The file of the target that was reviewed for this version; without one, expected.tsv.
Book book_for(const std::string& target, const std::string& version) {
  for (const auto& entry : fs::directory_iterator(targets + target)) {
    const auto name = entry.path().filename().string();
    if (name.rfind("expected", 0) != 0) continue;
    std::ifstream file(entry.path());
    std::string first_line;
    std::getline(file, first_line);
    if (versions_in(first_line).count(version) != 0) return {target + "/" + name, ""};
  }
  return {target + "/expected.tsv",
          fmt::format("No file of {} was reviewed for its version {}, which is what is here: a "
                      "difference may be the version's.\n",
                      target, version)};
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
  const bool partial = std::erase_if(expected, is_mark_of_a_part) > 0;
  std::size_t not_reviewed = 0;
  for (const auto& one : found) {
    Expected* row = nullptr;
    for (auto& candidate : expected)
      if (!row && candidate.fits(one)) row = &candidate;
    if (row) row->used = true;
    if (!row && partial) {
      if (one.verdict != "pass") ++not_reviewed;
      continue;
    }
    const bool agrees = row ? row->agrees(one) : one.verdict == "pass";
    if (agrees) continue;
    const auto before =
        row ? fmt::format("   (line {}: {} {})", row->line, row->verdict, row->reason)
            : "   (no row: pass)";
    text += fmt::format("{}\t{}\t{}{}\n", one.id, one.verdict, one.reason, before);
  }
  for (const auto& row : expected)
    if (!row.used && !row.included && !partial)
      text +=
          fmt::format("line {}: {} is the id of no case that was played\n", row.line, row.id);
  if (not_reviewed > 0)
    fmt::print("{} verdicts other than pass have not been reviewed\n", not_reviewed);
  return text;
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream rows(text);
  for (std::string row; std::getline(rows, row);) lines.insert(row);
  return lines;
}

/// Of the lines of one text those that another has as well.
std::string in_both(const std::string& one, const std::string& other) {
  std::string both;
  const auto others = lines_of(other);
  for (const auto& line : lines_of(one))
    if (others.count(line) != 0) both += line + "\n";
  return both;
}

class Target : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "connspec-test.XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// Starts the target and plays the suite of the role; `words` follow the URL. What differs is
  /// played once more: a race within the product differs once, and is told.
  void expect_as_recorded(const std::string& name, const std::string& role,
                          const std::vector<std::string>& words = {},
                          std::uint16_t origin = 0) {
    const auto version = run({targets + name + "/start", "--version"}).output;
    const auto book = book_for(name, version.substr(0, version.find('\n')));
    std::string output;
    const auto first = play(name, role, words, origin, book, output);
    if (first.empty() || HasFatalFailure()) return;
    fmt::print("Differs, and is played again:\n{}", first);
    const auto second = play(name, role, words, origin, book, output);
    EXPECT_EQ(in_both(first, second), "")
        << "Rows of " << book.path << " that differ, with tabs as they have to be.\n"
        << book.review << output;
  }

 private:
  /// What differs in one play of the suite.
  std::string play(const std::string& name, const std::string& role,
                   const std::vector<std::string>& words, std::uint16_t origin,
                   const Book& book, std::string& output) {
    const auto port = free_port();
    std::vector<std::string> start{targets + name + "/start", std::to_string(port)};
    if (origin != 0) start.push_back(std::to_string(origin));
    Background target(start);
    EXPECT_TRUE(wait_for_port(port)) << name << " does not listen";
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
    EXPECT_TRUE(finished.status == 0 || finished.status == 1)
        << "exit " << finished.status << "\n"
        << finished.output << finished.errors;
    EXPECT_TRUE(target.is_running()) << name << " died";
    const auto found = read_junit(junit);
    EXPECT_GE(found.size(), 50U);
    output = finished.output;
    return differences(read_expected(book.path), found);
  }

  fs::path folder_;
};

TEST_F(Target, NginxAsAServerIsAsExpected) { expect_as_recorded("nginx", "server"); }

TEST_F(Target, ApacheHttpdIsAsExpected) { expect_as_recorded("apache2", "server"); }

TEST_F(Target, LighttpdIsAsExpected) { expect_as_recorded("lighttpd", "server"); }

TEST_F(Target, NodeIsAsExpected) { expect_as_recorded("node", "server"); }

TEST_F(Target, PythonWithThreadsIsAsExpected) { expect_as_recorded("py-threaded", "server"); }

TEST_F(Target, PythonWithOneThreadIsAsExpected) { expect_as_recorded("py-single", "server"); }

TEST_F(Target, PythonAsItIsBornIsAsExpected) { expect_as_recorded("py-http10", "server"); }

class TargetProxy : public Target {
 protected:
  void expect_of_gateway(const std::string& name) {
    const auto origin = free_port();
    expect_as_recorded(name, "proxy", {"--origin", fmt::format("127.0.0.1:{}", origin)},
                       origin);
  }
};

TEST_F(TargetProxy, NginxIsAsExpected) { expect_of_gateway("nginx-proxy11"); }

TEST_F(TargetProxy, NginxAsItIsBornIsAsExpected) { expect_of_gateway("nginx-proxy"); }

TEST_F(TargetProxy, HaproxyIsAsExpected) { expect_of_gateway("haproxy"); }

TEST_F(TargetProxy, HaproxyThatAlwaysReusesIsAsExpected) {
  expect_of_gateway("haproxy-always");
}

TEST_F(TargetProxy, ApacheHttpdIsAsExpected) { expect_of_gateway("apache-proxy"); }

TEST_F(TargetProxy, ApacheHttpdForwardIsAsExpected) {
  expect_as_recorded("apache-fwd", "proxy");
}

TEST_F(TargetProxy, SquidIsAsExpected) { expect_of_gateway("squid-accel"); }

TEST_F(TargetProxy, SquidForwardIsAsExpected) { expect_as_recorded("squid-fwd", "proxy"); }

TEST_F(TargetProxy, VarnishIsAsExpected) { expect_of_gateway("varnish"); }

TEST_F(TargetProxy, LighttpdIsAsExpected) { expect_of_gateway("lighttpd-proxy"); }

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

TEST(ExpectedRows, OfAPartOnlyTheRowsAreCompared) {
  const std::vector<Expected> rows{{"partial", "", ""}, {"server/a/*", "fail", "*", 3}};
  EXPECT_EQ(differences(rows, {{"server/a/b/c", "fail", "x"}, {"server/b/b/c", "fail", "y"}}),
            "");
  EXPECT_EQ(differences(rows, {{"server/a/b/c", "pass", ""}}),
            "server/a/b/c\tpass\t   (line 3: fail *)\n");
}

TEST(ExpectedRows, ARowThatFitsNoCaseIsAMistake) {
  EXPECT_EQ(differences({{"server/gone/*", "fail", "*", 7}}, {}),
            "line 7: server/gone/* is the id of no case that was played\n");
}

TEST(ExpectedRows, AnIncludedRowNeedNotFit) {
  const std::vector<Expected> rows{{"server/gone/*", "fail", "*", 7, true}};
  EXPECT_EQ(differences(rows, {}), "");
  const auto single = read_expected("py-single/expected.tsv");
  EXPECT_GT(single.size(), read_expected("py-threaded/expected.tsv").size());
  EXPECT_FALSE(single.front().included);
  EXPECT_TRUE(single.back().included);
}

TEST(ExpectedRows, AreThoseOfTheVersionThatIsThere) {
  EXPECT_EQ(book_for("node", "18.20.4").path, "node/expected.tsv");
  EXPECT_EQ(book_for("node", "20.20.2").path, "node/expected-20.tsv");
  EXPECT_EQ(book_for("node", "20.20.2").review, "");
  const auto other = book_for("node", "22.1.0");
  EXPECT_EQ(other.path, "node/expected.tsv");
  EXPECT_EQ(other.review,
            "No file of node was reviewed for its version 22.1.0, which is what is here: a "
            "difference may be the version's.\n");
}

TEST(ExpectedRows, TheFirstLineTellsTheVersions) {
  EXPECT_EQ(versions_in("# What the suite finds in nginx 1.22.1 as a server."),
            std::set<std::string>{"1.22.1"});
  EXPECT_EQ(versions_in("# Of Node 18.20.4, and of 20.20.2."),
            (std::set<std::string>{"18.20.4", "20.20.2"}));
  EXPECT_EQ(versions_in("# HTTP/1.1 since version 18."), std::set<std::string>{});
}

class TargetStart : public testing::TestWithParam<const char*> {};

TEST_P(TargetStart, LeavesNeitherProcessNorFolderBehind) {
  std::string folder = (fs::temp_directory_path() / "connspec-test.XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const auto port = free_port();
  {
    Background target({"env", "TMPDIR=" + folder, targets + GetParam() + "/start",
                       std::to_string(port), "1"});
    ASSERT_TRUE(wait_for_port(port));
    EXPECT_FALSE(fs::is_empty(folder));
  }
  EXPECT_FALSE(wait_for_port(port, std::chrono::seconds(0)));
  EXPECT_TRUE(fs::is_empty(folder));
  fs::remove_all(folder);
}

TEST_P(TargetStart, TellsTheVersionAndNothingElse) {
  const auto finished = run({targets + GetParam() + "/start", "--version"});
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_EQ(versions_in(finished.output).size(), 1U) << finished.output;
  EXPECT_EQ(finished.output.find_first_not_of("0123456789."), finished.output.size() - 1);
}

INSTANTIATE_TEST_SUITE_P(Each, TargetStart,
                         testing::Values("nginx", "nginx-proxy11", "apache2", "lighttpd",
                                         "node", "py-threaded", "nginx-proxy", "haproxy",
                                         "haproxy-always", "apache-proxy", "apache-fwd",
                                         "squid-accel", "squid-fwd", "varnish",
                                         "lighttpd-proxy"));

TEST(TargetStartOfAProxy, AsksForThePortOfItsOrigin) {
  const auto finished = run({targets + "nginx-proxy11/start", "1"});
  EXPECT_EQ(finished.status, 2);
  EXPECT_EQ(finished.errors, "usage: start PORT ORIGIN_PORT\n");
}

}  // namespace
}  // namespace connspec
