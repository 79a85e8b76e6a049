// The documents of a run as others read them: validated by a validator that is not ours, cut
// off by SIGKILL, dealt out and merged, replayed.
#include "tests/child_process.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <thread>

namespace connspec {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A folder of its own for each test, and the bundled server on a port.
class RunDocuments : public testing::Test {
 protected:
  RunDocuments() {
    fs::create_directories(folder_);
    server_.emplace(
        std::vector<std::string>{FIXTURE_PROGRAM, "server", "--port", std::to_string(port_)});
    EXPECT_TRUE(wait_for_port(port_));
  }
  ~RunDocuments() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  static Finished connspec(std::vector<std::string> words) {
    words.insert(words.begin(), CONNSPEC_PROGRAM);
    return run(std::move(words));
  }
  Finished play(std::vector<std::string> words) const {
    words.insert(words.begin(), {"server", url_, "-q"});
    return connspec(std::move(words));
  }

  std::string text_of(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  json document(const std::string& name) const { return json::parse(text_of(name)); }
  std::vector<json> events(const std::string& name) const {
    std::vector<json> events;
    std::istringstream lines(text_of(name));
    for (std::string line; std::getline(lines, line);) events.push_back(json::parse(line));
    return events;
  }

  /// What Debian's python3-jsonschema objects to; empty if nothing. Several documents are rows.
  std::string objections(const std::string& name, const std::string& definition) const {
    const auto finished =
        run({"/usr/bin/python3", "-c", R"python(
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
if sys.argv[3]:
    schema = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": sys.argv[3]}
validator = jsonschema.Draft202012Validator
validator.check_schema(schema)
text = open(sys.argv[2]).read()
for document in text.splitlines() if sys.argv[3] else [text]:
    for error in validator(schema).iter_errors(json.loads(document)):
        print("/".join(map(str, error.absolute_path)), error.message[:200])
)python",
             TESTS_DIR "/../reports/run.schema.json", path(name), definition});
    EXPECT_EQ(finished.status, 0) << finished.errors;
    return finished.output;
  }

  const std::uint16_t port_ = free_port();
  /// Sends the signal when the first result is known. How the program ended.
  int play_until(int signal) const {
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl(CONNSPEC_PROGRAM, "connspec", "server", url_.c_str(), "-q", "--jsonl",
              path("run.jsonl").c_str(), "--out", path("out").c_str(),
              static_cast<char*>(nullptr));
      ::_exit(127);
    }
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!has(text_of("run.jsonl"), "\"result\"") && std::chrono::steady_clock::now() < limit)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ::kill(child, signal);
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }

  const std::string url_ = "http://127.0.0.1:" + std::to_string(port_);

 private:
  fs::path folder_ = fs::path(testing::TempDir()) / ("documents-" + std::to_string(::getpid()));
  std::optional<Background> server_;
};

TEST_F(RunDocuments, AreAllThereInAFolderAndFitTheSchema) {
  const auto played = play({"server/close", "server/http10", "--out", path("out"), "--jsonl",
                            path("run.jsonl"), "--label", "the bundled one"});
  EXPECT_EQ(played.status, 0) << played.output << played.errors;
  for (const auto* name : {"junit.xml", "run.json", "run.tap", "summary.md", "report.html"})
    EXPECT_TRUE(fs::exists(path(std::string("out/") + name))) << name;
  EXPECT_FALSE(fs::exists(path("out/run.jsonl")));
  EXPECT_EQ(objections("out/run.json", ""), "");
  EXPECT_EQ(objections("run.jsonl", "#/$defs/line"), "");
  const json run = document("out/run.json")["runs"][0];
  EXPECT_EQ(run["label"], "the bundled one");
  for (const json& result : run["results"]) {
    EXPECT_TRUE(fs::exists(path("out/" + result["transcript_file"].get<std::string>())));
    // An `every` rule that holds has no conversation of its own.
    const bool is_rule = result["seen"].get<std::string>().starts_with("held in ");
    EXPECT_TRUE(is_rule || result["verdict"] == "skipped" || !result["transcript"].empty())
        << result["id"];
  }
}

/// Failures, observations, a profile, proxies: every part of the schema is of use.
TEST_F(RunDocuments, OfRunsOfEveryKindFitTheSchema) {
  connspec({"demo", "-q", "--mutant", "s-serve-after-close", "--json", path("mutant.json"),
            "--jsonl", path("mutant.jsonl")});
  EXPECT_EQ(objections("mutant.json", ""), "");
  EXPECT_EQ(objections("mutant.jsonl", "#/$defs/line"), "");
  EXPECT_GT(document("mutant.json")["runs"][0]["totals"]["fail"], 0);
  play({"--profile", "pipelining", "--shard", "1/2", "--json", path("profile.json")});
  EXPECT_EQ(objections("profile.json", ""), "");
  EXPECT_EQ(document("profile.json")["runs"][0]["profile"]["name"], "pipelining");
  connspec({"server", "http://127.0.0.1:1", "server/close", "-q", "--json", path("none.json")});
  EXPECT_EQ(objections("none.json", ""), "");
  EXPECT_EQ(document("none.json")["runs"][0]["exit"], 3);
  auto wrong = document("none.json");
  wrong["runs"][0]["colour"] = "green";
  wrong["runs"][0]["results"][0]["verdict"] = "passed";
  std::ofstream(path("wrong.json")) << wrong;
  const auto objected = objections("wrong.json", "");
  EXPECT_TRUE(has(objected, "colour") && has(objected, "passed")) << objected;
}

TEST_F(RunDocuments, HaveASchemaThatTheProgramPrints) {
  const auto printed = connspec({"explain", "schema"});
  EXPECT_EQ(printed.status, 0);
  std::ifstream file(TESTS_DIR "/../reports/run.schema.json");
  EXPECT_EQ(printed.output, std::string(std::istreambuf_iterator<char>(file), {}));
}

TEST_F(RunDocuments, TellEveryEventInItsOrder) {
  const auto played = connspec({"server", url_, "server/close", "--jsonl", "-", "-q"});
  EXPECT_EQ(played.status, 0);
  std::vector<std::string> kinds;
  std::istringstream lines(played.output);
  for (std::string line; std::getline(lines, line);) {
    const json event = json::parse(line);
    kinds.push_back(event["event"]);
    if (kinds.back() == "run-ends") { EXPECT_EQ(event["totals"]["fail"], 0); }
    if (kinds.back() == "run-begins") { EXPECT_GE(event["cases"].get<std::size_t>(), 10U); }
  }
  ASSERT_GT(kinds.size(), 4U);
  EXPECT_EQ(kinds[0], "run-begins");
  EXPECT_EQ(kinds[1], "calibrated");
  EXPECT_EQ(kinds.back(), "run-ends");
  for (std::size_t i = 2; i + 1 < kinds.size(); ++i) EXPECT_EQ(kinds[i], "result");
  EXPECT_TRUE(has(played.errors, "exit 0")) << played.errors;
}

TEST_F(RunDocuments, SurviveSigkillUpToTheLastLine) {
  play_until(SIGKILL);
  const std::string text = text_of("run.jsonl");
  ASSERT_TRUE(text.ends_with('\n'));
  EXPECT_GE(events("run.jsonl").size(), 3U);
  EXPECT_EQ(objections("run.jsonl", "#/$defs/line"), "");
  pugi::xml_document junit;
  ASSERT_TRUE(junit.load_file(path("out/junit.xml").c_str()));
  EXPECT_GT(junit.child("testsuites").attribute("errors").as_int(), 0);  // Never green.
  EXPECT_EQ(objections("out/run.json", ""), "");
  EXPECT_GT(document("out/run.json")["runs"][0]["totals"]["inconclusive"], 0);
}

TEST_F(RunDocuments, AreWrittenWhenTheRunIsInterrupted) {
  const int status = play_until(SIGTERM);
  EXPECT_EQ(WEXITSTATUS(status), 130);
  const json run = document("out/run.json")["runs"][0];
  EXPECT_EQ(run["interrupted"], true);
  EXPECT_EQ(run["exit"], 130);
  EXPECT_TRUE(text_of("out/run.tap").ends_with("Bail out! interrupted\n"));
  EXPECT_TRUE(has(text_of("out/summary.md"), "(exit 130)"));
  EXPECT_EQ(events("run.jsonl").back()["event"], "run-ends");
  EXPECT_EQ(objections("run.jsonl", "#/$defs/line"), "");
}

/// What of a run has to be the same however it was dealt out.
json gist_of(const json& run) {
  json gist = {{"totals", run["totals"]},
               {"profile", run["profile"]},
               {"exit", run["exit"]},
               {"shard", run["shard"]},
               {"coverage", run["coverage"]}};
  for (const json& result : run["results"])
    gist["results"].push_back({result["id"], result["verdict"], result["reason"],
                               result["graded"], result["covers"], result["taken"]});
  return gist;
}

TEST_F(RunDocuments, OfPartsMergeIntoTheRunThatWasDealtOut) {
  const std::vector<std::string> selection = {"server/close", "server/http10", "server/framing",
                                              "--profile", "server-core"};
  const auto with = [&](std::vector<std::string> words) {
    words.insert(words.begin(), selection.begin(), selection.end());
    return words;
  };
  const auto whole = play(with({"--json", path("whole.json")}));
  std::vector<std::string> merge = {"merge"};
  for (const std::string part : {"1", "2", "3"}) {
    const auto played = play(with({"--shard", part + "/3", "--json", path(part + ".json")}));
    EXPECT_EQ(played.status, 0) << played.output << played.errors;
    merge.insert(merge.begin() + 1, path(part + ".json"));
    EXPECT_LT(document(part + ".json")["runs"][0]["results"].size(),
              document("whole.json")["runs"][0]["results"].size() / 2);
  }
  for (const auto* option : {"--json", "--junit", "--md", "--tap"})
    merge.insert(merge.end(), {option, path(std::string("merged") + option)});
  const auto merged = connspec(merge);
  EXPECT_EQ(merged.status, whole.status) << merged.output << merged.errors;
  EXPECT_EQ(gist_of(document("merged--json")["runs"][0]),
            gist_of(document("whole.json")["runs"][0]));
  EXPECT_EQ(objections("merged--json", ""), "");
  pugi::xml_document junit;
  ASSERT_TRUE(junit.load_file(path("merged--junit").c_str()));
  EXPECT_EQ(static_cast<std::size_t>(junit.child("testsuites").attribute("tests").as_int()),
            document("whole.json")["runs"][0]["results"].size());
  const auto missing = connspec({"merge", path("1.json"), path("3.json")});
  EXPECT_EQ(missing.status, 2);
  EXPECT_TRUE(has(missing.errors, "part 2 of 3 of server " + url_)) << missing.errors;
}

TEST_F(RunDocuments, RefuseWhatIsNoRunAndPartsThatCannotBe) {
  std::ofstream(path("x.json")) << "{\"format\": 7}";
  const struct {
    std::vector<std::string> words;
    std::string sentence;
  } mistakes[] = {
      {{"merge"}, "merge takes the run.json of each part"},
      {{"merge", path("x.json")}, "x.json: /format: 7 is no string"},
      {{"merge", path("none.json")}, "none.json: cannot be read"},
      {{"replay", path("x.json"), "a"}, "x.json: /format: 7 is no string"},
      {{"replay", path("x.json")},
       "replay takes a run.json, a folder of reports or a certificate, and a case"},
      {{"server", url_, "server/segments/anywhere/pair/1", "--shard", "2/3"},
       "--shard 2/3: 1 case selected, which cannot be dealt out to so many parts"},
      {{"server", url_, "--shard", "4/3"}, "--shard takes I/N with I from 1 to N, not '4/3'"},
      {{"server", url_, "--shard", "x"}, "--shard takes I/N"},
  };
  for (const auto& [words, sentence] : mistakes) {
    const auto finished = connspec(words);
    EXPECT_EQ(finished.status, 2) << sentence;
    EXPECT_TRUE(has(finished.errors, sentence)) << sentence << "\n" << finished.errors;
  }
}

TEST_F(RunDocuments, ReplayAStoredConversation) {
  const std::string id = "server/segments/anywhere/pair/1";
  EXPECT_EQ(play({id, "--out", path("out")}).status, 0);
  const auto from_folder = connspec({"replay", path("out"), id});
  EXPECT_EQ(from_folder.status, 0) << from_folder.errors;
  EXPECT_EQ(from_folder.output, connspec({"replay", path("out/run.json"), id}).output);
  EXPECT_TRUE(from_folder.output.starts_with("server " + url_)) << from_folder.output;
  // The page that stands in the folder, below the line about the run.
  const auto page = text_of("out/transcripts/" + id + ".txt");
  EXPECT_TRUE(from_folder.output.ends_with("\n\n" + page)) << from_folder.output << page;
  EXPECT_EQ(connspec({"replay", path("out"), "server/segments"}).output, from_folder.output);
  const auto none = connspec({"replay", path("out"), "server/nosuch"});
  EXPECT_EQ(none.status, 2);
  EXPECT_TRUE(has(none.errors, "run.json holds no case 'server/nosuch'")) << none.errors;
}

}  // namespace
}  // namespace connspec
