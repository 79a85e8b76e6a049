// Who may know whom, read from the files themselves: what a file includes, directly or through
// the headers that it includes.
#include <fnmatch.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {
namespace {

namespace fs = std::filesystem;

/// Includes by file. Ours are paths from the top of the tree, others as they are written.
using Graph = std::map<std::string, std::vector<std::string>>;

std::string resolved(const fs::path& file, const std::string& included) {
  const fs::path top = SOURCE_DIR;
  if (fs::exists(top / included)) return included;
  const auto beside = file.parent_path() / included;
  return fs::exists(beside) ? fs::relative(beside, top).string() : included;
}

std::vector<std::string> includes_of(const fs::path& path) {
  std::vector<std::string> all;
  std::ifstream file(path);
  for (std::string row; std::getline(file, row);) {
    constexpr std::string_view mark = "#include ";
    if (!row.starts_with(mark)) continue;
    const auto end = row.find_first_of("\">", mark.size() + 1);
    all.push_back(resolved(path, row.substr(mark.size() + 1, end - mark.size() - 1)));
  }
  return all;
}

Graph read_graph() {
  Graph graph;
  for (const auto* room : {"harness", "reports", "fixtures"})
    for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / room))
      if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp")
        graph[std::string(room) + "/" + entry.path().filename().string()] =
            includes_of(entry.path());
  return graph;
}

const Graph& graph() {
  static const Graph read = read_graph();
  return read;
}

bool fits(const std::string& name, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
  });
}

/// The way from `file` to something that fits: `a.cpp > b.hpp > boost/asio/write.hpp`; empty if
/// there is none.
std::string way(const std::string& file, const std::vector<std::string>& to,
                std::vector<std::string>& seen) {
  seen.push_back(file);
  const auto node = graph().find(file);
  if (node == graph().end()) return {};
  for (const auto& next : node->second) {
    if (fits(next, to)) return file + " > " + next;
    if (std::find(seen.begin(), seen.end(), next) != seen.end()) continue;
    if (const auto rest = way(next, to, seen); !rest.empty()) return file + " > " + rest;
  }
  return {};
}

/// The ways, a row each, from all files that fit `from`, and not `but`, to `to`.
std::string ways(const std::vector<std::string>& from, const std::vector<std::string>& to,
                 const std::vector<std::string>& but = {}) {
  std::string rows;
  for (const auto& [file, ignored] : graph()) {
    if (!fits(file, from) || fits(file, but)) continue;
    std::vector<std::string> seen;
    if (const auto row = way(file, to, seen); !row.empty()) rows += row + "\n";
  }
  return rows;
}

const std::vector<std::string> asio{"boost/asio*", "boost/beast*"};
const std::vector<std::string> beast{"boost/beast*"};
const std::vector<std::string> language{
    "harness/script*",   "harness/words*",    "harness/checks*",  "harness/catalogue*",
    "harness/coverage*", "harness/bindings*", "harness/explain*", "harness/case_library*",
    "harness/embedded*", "harness/profile*"};
const std::vector<std::string> judgement{"harness/judge*", "harness/facts*",
                                         "harness/message_reader*"};
const std::vector<std::string> wire{"harness/connection*", "harness/pulse*",
                                    "harness/tcp_state*"};
/// Where harness, reports and fixtures meet.
const std::vector<std::string> program{"harness/main*", "harness/bundled*",
                                       "harness/commands*"};

TEST(Includes, AreReadFromTheFiles) {
  EXPECT_NE(ways({"harness/connection.cpp"}, {"boost/asio/*"}), "");
  EXPECT_NE(ways({"harness/judge.cpp"}, {"harness/evidence.hpp"}), "");
  EXPECT_NE(ways({"reports/*.cpp"}, {"harness/verdict.hpp"}), "");
  EXPECT_NE(ways({"fixtures/*.cpp"}, beast), "");
  for (const auto& [file, includes] : graph())
    EXPECT_TRUE(!includes.empty() || file.ends_with(".hpp")) << file;
}

TEST(Includes, EvidenceAndVerdictNeedTheStandardLibraryAlone) {
  EXPECT_EQ(ways({"harness/evidence.*", "harness/verdict*"},
                 {"harness/[!v]*", "reports/*", "[!hr]*/*", "*.h"}),
            "");
}

TEST(Includes, TheLanguageKnowsNoSocketAndNoJudge) {
  EXPECT_EQ(ways(language, asio), "");
  EXPECT_EQ(ways(language, wire), "");
  EXPECT_EQ(ways(language, judgement), "");
  EXPECT_EQ(ways(language, {"reports/*", "fixtures/*", "harness/verdict.hpp"}), "");
}

TEST(Includes, TheModelOfACaseKnowsEvidenceAlone) {
  EXPECT_EQ(ways({"harness/script.hpp"}, {"harness/*"}),
            "harness/script.hpp > harness/evidence.hpp\n");
}

TEST(Includes, TheJudgeKnowsNoSocketAndNoClockOfTheLoop) {
  EXPECT_EQ(ways(judgement, {"boost/asio*"}), "");
  EXPECT_EQ(ways(judgement, wire), "");
  EXPECT_EQ(ways(judgement, {"harness/play*", "harness/origin*", "harness/verdict.hpp"}), "");
}

TEST(Includes, TheWireKnowsNeitherScriptNorHttp) {
  EXPECT_EQ(ways(wire, language), "");
  EXPECT_EQ(ways(wire, judgement), "");
  EXPECT_EQ(ways(wire, beast), "");
}

TEST(Includes, OurOriginKnowsNoScriptAndNoJudge) {
  EXPECT_EQ(ways({"harness/origin*", "harness/plain_answer*"}, language), "");
  EXPECT_EQ(ways({"harness/origin*", "harness/plain_answer*"},
                 {"harness/judge*", "harness/play*", "harness/verdict.hpp"}),
            "");
}

TEST(Includes, BeastIsForTheMessageReaderAndTheFixturesAlone) {
  EXPECT_EQ(
      ways({"*"}, beast,
           {"harness/message_reader.cpp", "fixtures/*", "harness/main*", "harness/bundled*"}),
      "");
}

TEST(Includes, ThePlayerKnowsNoLibraryOfCasesAndNoSchedule) {
  EXPECT_EQ(ways({"harness/play*", "harness/settle*", "harness/claims*", "harness/actor*",
                  "harness/origin*"},
                 {"harness/case_library.hpp", "harness/scheduler.hpp", "harness/session.hpp",
                  "harness/calibration.hpp"}),
            "");
}

TEST(Includes, OnlyTheProgramBringsTheRoomsTogether) {
  EXPECT_EQ(ways({"harness/*"}, {"reports/*", "fixtures/*"}, program), "");
  EXPECT_EQ(ways({"fixtures/*"}, {"harness/*", "reports/*"}), "");
}

TEST(Includes, ReportsKnowVerdictsAndNoSockets) {
  EXPECT_EQ(ways({"reports/*"}, asio), "");
  EXPECT_EQ(ways({"reports/*"}, {"fixtures/*", "harness/[!v]*"}), "");
}

TEST(Includes, AsioIsTakenInPieces) {
  EXPECT_EQ(ways({"*"}, {"boost/asio.hpp", "boost/beast.hpp", "boost/beast/http.hpp"}), "");
}

TEST(Includes, HeadersGoRoundInNoCircle) {
  for (const auto& [file, includes] : graph()) EXPECT_EQ(ways({file}, {file}), "");
}

}  // namespace
}  // namespace connspec
