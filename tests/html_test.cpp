// The page in a browser, as a reader has it: Chromium without a window, led by Node over a
// pipe.
#include "reports/html.hpp"

#include "reports/run_json.hpp"
#include "reports/tally.hpp"
#include "tests/child_process.hpp"
#include "tests/report_samples.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace connspec {
namespace {

namespace fs = std::filesystem;
using samples::content;
using samples::event;
using samples::met;
using samples::unmet;
using Kind = Event::Kind;

bool is_there(const std::string& program) {
  return fs::exists("/usr/bin/" + program) || fs::exists("/usr/local/bin/" + program);
}

/// A conversation with one of everything.
std::vector<Event> conversation() {
  return {event(0, "client", Kind::note, "127.0.0.1:41022 to 127.0.0.1:8080"),
          event(0.1, "client", Kind::sent, "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"),
          event(0.3, "client", Kind::head, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n",
                {met("response {a}", 18)}),
          event(0.3, "client", Kind::content, "alpha\n"),
          event(0.4, "client", Kind::act, "half-close"),
          event(20.4, "client", Kind::head, "HTTP/1.1 404 Not Found\r\n\r\n",
                {unmet("end", 18, "expected end, got a response 404")}),
          event(20.5, "client", Kind::end, "end by FIN")};
}

Result played(const std::string& id, Verdict verdict) {
  auto result = samples::result(id, verdict);
  result.transcript = conversation();
  result.again = "connspec server http://127.0.0.1:8080 " + id;
  result.time = samples::ms(20.5);
  return result;
}

ReportedRun a_run(std::string label = "acme 3.1") {
  ReportedRun run;
  run.version = "0.1.0";
  run.edition = "2026.1";
  run.role = "server";
  run.target = "http://127.0.0.1:8080";
  run.label = std::move(label);
  run.started = "2026-11-26T03:38:18Z";
  run.environment = {{"response time", "0.12 ms"}};
  run.coverage = {{.id = "R9112-9.6-04",
                   .section = "RFC 9112 section 9.6",
                   .level = "MUST",
                   .requirement = "The connection ends.",
                   .cases = {"server/close/option/ends"},
                   .reason = ""},
                  {.id = "R9112-9.6-09",
                   .section = "RFC 9112 section 9.6",
                   .level = "MUST",
                   .requirement = "Nobody can see it.",
                   .cases = {},
                   .reason = "not to be seen from outside"}};
  return run;
}

/// All verdicts, some levels, sections and topics.
ReportedRun some_cases(std::string label = "acme 3.1") {
  auto run = a_run(std::move(label));
  for (const auto verdict : verdicts_in_order) {
    for (int number = 1; number <= 2; ++number) {
      const auto id = fmt::format("server/{}/option/{}-{}", number == 1 ? "close" : "pipeline",
                                  name_of(verdict), number);
      auto& result = run.results.emplace_back(played(id, verdict));
      if (verdict == Verdict::departs) result.level = "SHOULD";
      if (number == 2) result.spec = "RFC 9110 section 7.8";
      if (verdict == Verdict::fail) {
        result.reason = "expected-end-got-response";
        result.expected = "expected end";
        result.seen = "got a response 404";
        result.allowed = {{"closed", "response {a}"}, {"refused", "response 4xx"}};
      }
    }
  }
  run.results[1].gating = false;
  run.results[1].since = "2027.1";
  run.results[2].unstable = true;
  run.results[3].deviation = Deviation{.state = Deviation::State::accepted,
                                       .why = "ACME-481",
                                       .place = "acme.baseline:5",
                                       .line = "",
                                       .instead = ""};
  return run;
}

ReportedRun many_cases(std::size_t number, const std::string& label, std::size_t shift = 0) {
  auto run = a_run(label);
  for (std::size_t i = 0; i < number; ++i) {
    const bool fails = (i + shift) % 17 == 0;
    auto result = played(fmt::format("server/topic-{}/statement-{}/case-{}", i / 40, i / 8, i),
                         fails ? Verdict::fail : Verdict::pass);
    if (fails) result.reason = "expected-end-got-response";
    run.results.push_back(std::move(result));
  }
  return run;
}

/// What no page may take for its own.
ReportedRun hostile() {
  std::string evil =
      "<script>window.pwned=1</script></script><!--<script>\"'`><img src=x "
      "onerror=window.pwned=1><b id=evil>&lt;&#x3c; ]]> \\u003c";
  evil += std::string("\0\x01\x7f\x80\xff\xc3(\xe2\x80\xa8", 11);
  auto run = a_run("Server: " + evil);
  run.environment.emplace_back(evil, evil);
  run.notes = {evil};
  run.coverage.front().requirement = evil;
  run.coverage.back().reason = evil;
  auto& result = run.results.emplace_back(played("server/close/hostile/bytes", Verdict::fail));
  result.title = result.requirement = result.why = result.expected = result.seen = evil;
  result.reason = result.taken = result.first_reason = result.spec = evil;
  result.allowed = {{evil, evil}};
  result.again = result.transcript_file = result.graded = evil;
  result.kills = result.covers = {evil};
  result.unstable = true;
  for (const auto kind :
       {Kind::note, Kind::sent, Kind::head, Kind::content, Kind::act, Kind::end})
    result.transcript.push_back(
        event(30, "client " + evil, kind, evil, {unmet(evil, 7, evil)}));
  auto& large = run.results.emplace_back(played("server/close/hostile/line", Verdict::fail));
  large.transcript.push_back(
      event(30, "client", Kind::head, "X-Long: " + std::string(1 << 20, '<') + "\r\n"));
  return run;
}

class Html : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(is_there("chromium") && is_there("node")) << "./bootstrap test installs them";
    folder_ = fs::path(testing::TempDir()) / fmt::format("connspec-html-{}", ::getpid());
    fs::create_directories(folder_);
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  /// What `report.mjs` has to say of the page; empty if all is well.
  std::string wrong(const std::string& check, std::vector<ReportedRun> runs) {
    const auto file = (folder_ / "report.html").string();
    if (auto problem = save_html(file, runs)) return *problem;
    const auto done =
        run({"node", std::string(TESTS_DIR) + "/browser/report.mjs", check, file});
    if (done.status == 0) std::fputs(done.output.c_str(), stdout);
    return done.status == 0 ? ""
                            : fmt::format("{}{} ({})", done.output, done.errors, done.status);
  }

  fs::path folder_;
};

TEST_F(Html, FiltersNarrowTheListAndAreInTheAddress) {
  EXPECT_EQ(wrong("filters", {some_cases()}), "");
}

TEST_F(Html, ALinkOpensItsCase) { EXPECT_EQ(wrong("links", {some_cases()}), ""); }

TEST_F(Html, KeysDoWhatAMouseDoes) { EXPECT_EQ(wrong("keyboard", {some_cases()}), ""); }

TEST_F(Html, TheConversationIsDrawn) { EXPECT_EQ(wrong("diagram", {some_cases()}), ""); }

TEST_F(Html, WhatATargetSendsIsText) { EXPECT_EQ(wrong("hostile", {hostile()}), ""); }

TEST_F(Html, CoverageSaysWhatHasNoCaseAndWhy) {
  EXPECT_EQ(wrong("coverage", {some_cases()}), "");
}

TEST_F(Html, SeveralRunsMakeAMatrix) {
  auto other = some_cases("acme 3.2");
  for (auto& result : other.results)
    if (result.verdict == Verdict::fail) result.verdict = Verdict::pass;
  EXPECT_EQ(wrong("matrix", {some_cases(), other, some_cases("acme 3.3")}), "");
}

TEST_F(Html, OnPaperFailuresAreInFull) { EXPECT_EQ(wrong("paper", {some_cases()}), ""); }

TEST_F(Html, AThousandCasesAreFluid) {
  EXPECT_EQ(wrong("fluid", {many_cases(1000, "acme 3.1")}), "");
}

TEST_F(Html, SevenTimesEightHundredAreFluid) {
  std::vector<ReportedRun> runs;
  for (std::size_t i = 0; i < 7; ++i)
    runs.push_back(many_cases(800, fmt::format("acme 3.{}", i), i % 3));
  EXPECT_EQ(wrong("fluid", runs), "");
}

/// The text between a script element's tags.
std::string element(const std::string& page, const std::string& id) {
  const auto begin = page.find('>', page.find("id=\"" + id + "\"")) + 1;
  return page.substr(begin, page.find("</script>", begin) - begin);
}

TEST(HtmlPage, HoldsTheRunDocument) {
  const std::vector<ReportedRun> runs{some_cases()};
  std::string error;
  const auto read = parse_run_json(element(html(runs), "document"), "page", error);
  ASSERT_TRUE(read) << error;
  EXPECT_EQ(run_json(*read), run_json(runs));
}

TEST(HtmlPage, HoldsNoTagOfATarget) {
  const auto page = html(std::vector{hostile()});
  EXPECT_EQ(element(page, "document").find('<'), std::string::npos);
  EXPECT_EQ(page.find("window.pwned=1</script>"), std::string::npos);
}

TEST(HtmlPage, CutsLongMessagesAndSaysSo) {
  const auto page = html(std::vector{hostile()});
  EXPECT_LT(page.size(), std::size_t{1} << 18);
  EXPECT_NE(element(page, "cut").find("\"messages\":1"), std::string::npos);
}

TEST(HtmlPage, LeavesOutWhatPassedFirst) {
  const std::vector<ReportedRun> runs{some_cases()};
  const auto page = html(runs, {.message = 16 << 10, .transcripts = 6000});
  std::string error;
  const auto read = parse_run_json(element(page, "document"), "page", error);
  ASSERT_TRUE(read) << error;
  for (const auto& result : read->front().results) {
    if (result.verdict != Verdict::fail && result.verdict != Verdict::pass) continue;
    EXPECT_EQ(result.transcript.empty(), result.verdict == Verdict::pass) << result.id;
  }
  EXPECT_EQ(element(page, "cut").find("\"transcripts\":0"), std::string::npos);
}

TEST(HtmlPage, OfTheProgramSaysOfEachRequirementWhatThereIs) {
  const auto file = (fs::path(testing::TempDir()) / "connspec-mutant.html").string();
  const auto done =
      run({CONNSPEC_PROGRAM, "demo", "--mutant", "s-serve-after-close", "--html", file, "-q"});
  EXPECT_EQ(done.status, 1) << done.output << done.errors;
  std::ifstream stream(file);
  const std::string page(std::istreambuf_iterator<char>(stream), {});
  fs::remove(file);
  std::string error;
  const auto read = parse_run_json(element(page, "document"), "page", error);
  ASSERT_TRUE(read) << error;
  ASSERT_EQ(read->size(), 1u);
  EXPECT_GT(read->front().coverage.size(), 100u);
  for (const auto& row : read->front().coverage) {
    EXPECT_NE(row.cases.empty(), row.reason.empty()) << row.id;
    EXPECT_TRUE(row.section.find(" section ") != std::string::npos ||
                row.section.find(" appendix ") != std::string::npos)
        << row.section;
  }
}

TEST(HtmlPage, LoadsNothingAndWritesNoMarkup) {
  for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / "reports/html")) {
    std::ifstream file(entry.path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    for (const auto* word :
         {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(",
          "XMLHttpRequest", "@import", "url(", " src=", "<link"})
      EXPECT_EQ(text.find(word), std::string::npos) << entry.path() << " has " << word;
  }
}

}  // namespace
}  // namespace connspec
