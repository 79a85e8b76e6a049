// Our own reports, put through the rules by which others read JUnit XML.
#include "tests/junit_readers.hpp"

#include "reports/junit.hpp"
#include "reports/tally.hpp"
#include "tests/report_samples.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {
namespace {

using readers::Outcome;

/// What a baseline makes of results.
ReportedRun with_baseline() {
  using State = Deviation::State;
  auto out = samples::proxy_run();
  out.role = "server";
  out.target = "http://127.0.0.1:8081";
  const auto deviating = [](std::string name, Verdict verdict, State state) {
    auto result = samples::result("server/baseline/listed/" + name, verdict);
    if (verdict != Verdict::pass) {
      result.reason = "expected-end-got-response";
      result.expected = "expected end";
      result.seen = "got a response 404 of 153 bytes";
      result.transcript = samples::served_after_close().transcript;
      result.transcript_file = "transcripts/server/baseline/listed/" + name + ".txt";
    }
    result.deviation = Deviation{.state = state,
                                 .why = "ACME-481 \x1b[31m & <why>",
                                 .place = "acme.baseline:5",
                                 .line = "server/baseline/listed  fail  -  ACME-481"};
    return result;
  };
  out.results = {deviating("accepted", Verdict::fail, State::accepted),
                 deviating("changed", Verdict::fail, State::changed),
                 deviating("expired", Verdict::fail, State::expired),
                 deviating("passes", Verdict::pass, State::passes),
                 deviating("accepted-error", Verdict::inconclusive, State::accepted)};
  auto fresh = samples::result("server/baseline/new/fails", Verdict::fail);
  fresh.gating = false;
  fresh.since = "2026.2";
  fresh.reason = "nothing-came";
  out.results.push_back(fresh);
  return out;
}

/// Several runs in one file, and everything in them that a report can have.
std::vector<ReportedRun> runs() {
  auto all = std::vector{samples::run(), samples::proxy_run(), with_baseline()};
  for (auto& run : all)
    for (auto& result : run.results)
      if (result.verdict == Verdict::fail && result.transcript_file.empty())
        result.transcript_file = "transcripts/" + result.id + ".txt";
  return all;
}

/// What it is to a reader that knows four outcomes.
Outcome outcome_of(const Result& result) {
  if (is_failure(result, false)) return Outcome::failed;
  if (is_put_up_with(result, false) || result.verdict == Verdict::skipped)
    return Outcome::skipped;
  return result.verdict == Verdict::inconclusive ? Outcome::error : Outcome::passed;
}

class Readers : public testing::TestWithParam<JunitOptions::Flavour> {
 protected:
  void SetUp() override {
    runs_ = runs();
    xml_ = junit(runs_, {.flavour = GetParam(), .folder = "out"});
    for (const auto& run : runs_)
      for (const auto& result : run.results) results_.push_back(&result);
  }

  bool is_rich() const { return GetParam() == JunitOptions::Flavour::rich; }
  std::size_t count(Outcome outcome) const {
    return static_cast<std::size_t>(
        std::count_if(results_.begin(), results_.end(),
                      [&](const Result* result) { return outcome_of(*result) == outcome; }));
  }

  /// Results in the order of the report: topics stay together.
  template <class Cases>
  static std::size_t count(const Cases& cases, Outcome outcome) {
    return static_cast<std::size_t>(
        std::count_if(cases.begin(), cases.end(),
                      [&](const readers::Case& one) { return one.outcome == outcome; }));
  }

  std::vector<ReportedRun> runs_;
  std::string xml_;
  std::vector<const Result*> results_;
};

INSTANTIATE_TEST_SUITE_P(
    Flavours, Readers,
    testing::Values(JunitOptions::Flavour::rich, JunitOptions::Flavour::strict),
    [](const auto& flavour) {
      return std::string(flavour.param == JunitOptions::Flavour::rich ? "rich" : "strict");
    });

constexpr Outcome outcomes[] = {Outcome::passed, Outcome::skipped, Outcome::failed,
                                Outcome::error};

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\t'; });
}

std::set<std::string> keys_of(const std::vector<readers::Case>& cases) {
  std::set<std::string> keys;
  for (const auto& one : cases) keys.insert(one.key);
  return keys;
}

// Jenkins' junit plugin

TEST_P(Readers, JenkinsHasEveryCaseWithItsOutcome) {
  const auto cases = readers::jenkins::read(xml_);
  ASSERT_EQ(cases.size(), results_.size());
  for (const auto outcome : outcomes) EXPECT_EQ(count(cases, outcome), count(outcome));
}

TEST_P(Readers, JenkinsKnowsACaseByNothingThatChanges) {
  const auto cases = readers::jenkins::read(xml_);
  EXPECT_EQ(keys_of(cases).size(), cases.size());
  for (const auto& one : cases) EXPECT_FALSE(one.key.ends_with("_2")) << one.key;
  // The same cases on another day, at another address, slower, with other findings and titles.
  for (auto& run : runs_) {
    run.started = "2027-01-02T03:04:05";
    run.target = "http://10.0.0.1:81";
    run.hostname = "ci-8";
    run.version = "0.2.0";
    for (auto& result : run.results) {
      result.time += std::chrono::seconds(1);
      result.title = "another title";
      result.verdict = Verdict::pass;
      result.line += 7;
    }
  }
  const auto later = readers::jenkins::read(junit(runs_, {.flavour = GetParam()}));
  EXPECT_EQ(keys_of(later), keys_of(cases));
}

TEST_P(Readers, JenkinsShowsMessageTraceAndSkipReason) {
  for (const auto& one : readers::jenkins::read(xml_)) {
    if (one.outcome == Outcome::passed) continue;
    EXPECT_FALSE(one.headline.empty()) << one.key;
    EXPECT_EQ(one.headline.find('\n'), std::string::npos) << one.key;
    EXPECT_LE(one.headline.size(), 200U) << one.key;
    if (one.outcome == Outcome::skipped) continue;
    EXPECT_TRUE(one.details.starts_with(one.headline + "\n")) << one.key;
  }
}

TEST_P(Readers, JenkinsCutsNoOutputOfAFailure) {
  for (const auto& one : readers::jenkins::read(xml_))
    EXPECT_TRUE(one.outcome != Outcome::failed ||
                one.output.find("[truncated") == one.output.npos)
        << one.key;
}

TEST_P(Readers, JenkinsSeesAnUnstablePassAsFlaky) {
  std::size_t flaky = 0;
  for (const auto& one : readers::jenkins::read(xml_)) flaky += one.flaky ? 1 : 0;
  EXPECT_EQ(flaky, is_rich() ? 1U : 0U);  // The strict flavour tells it in the output.
  EXPECT_NE(xml_.find("unstable: the first of 2 plays"), std::string::npos);
}

TEST_P(Readers, JenkinsDropsNoSuiteAndMisreadsNoTime) {
  const auto document = readers::parsed(xml_);
  EXPECT_TRUE(document.select_nodes("//testsuite[not(testcase)]").empty());
  double sum = 0;
  for (const auto& one : readers::jenkins::read(xml_)) sum += one.seconds;
  EXPECT_NEAR(sum, 0.020, 0.010);
}

// Jenkins' xUnit plugin

TEST_P(Readers, JenkinsXunitTakesTheStrictFlavourAndRefusesTheOther) {
  if (is_rich()) {
    EXPECT_THROW(readers::xunit::read(xml_), readers::GaveUp);
  } else {
    EXPECT_EQ(readers::xunit::read(xml_).size(), results_.size());
  }
}

TEST(JenkinsXunit, IsMadeSmallRight) {
  const auto good = junit(runs(), {.flavour = JunitOptions::Flavour::strict});
  const auto with = [&](std::string_view from, std::string_view to) {
    auto text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  for (const auto& bad :
       {with("<testcase ", "<testcase file=\"a\" "),
        with("<testcase ", "<testcase line=\"1\" "),
        with("<skipped ", "<properties/><skipped "),
        with("<testsuites ", "<testsuites skipped=\"1\" "),
        with("<testsuites ", "<testsuites timestamp=\"2026-06-04T09:12:33\" "),
        with("time=\"0.001\"", "time=\"0.0012\"")})
    EXPECT_THROW(readers::xunit::read(bad), readers::GaveUp);
}

// GitLab

TEST_P(Readers, GitLabHasEveryCaseOnceWithItsOutcome) {
  const auto cases = readers::gitlab::read(xml_);
  ASSERT_EQ(cases.size(), results_.size()) << "a second case of one key would be lost";
  for (const auto outcome : outcomes) EXPECT_EQ(count(cases, outcome), count(outcome));
}

TEST_P(Readers, GitLabShowsTheTextAndNotTheType) {
  for (const auto& one : readers::gitlab::read(xml_)) {
    if (one.outcome == Outcome::passed) continue;
    EXPECT_GT(one.details.size(), 20U) << one.key;
    EXPECT_TRUE(is_printable(one.details)) << one.key;
    EXPECT_NE(one.details.front(), '(') << one.key;
  }
}

/// A word that Rails has a type for never stands there alone, whatever a reason is called.
TEST_P(Readers, GitLabStumblesOverNoReason) {
  for (const std::string reason : {"yaml", "symbol", "integer", "date", "file", "array", ""}) {
    auto run = samples::proxy_run();
    run.results = {samples::result("server/a/b/c", Verdict::fail),
                   samples::result("server/a/b/d", Verdict::inconclusive),
                   samples::result("server/a/b/e", Verdict::skipped)};
    for (auto& result : run.results) result.reason = result.seen = reason;
    const std::string xml = junit({&run, 1}, {.flavour = GetParam()});
    for (const auto& one : readers::gitlab::read(xml))
      EXPECT_FALSE(one.details.starts_with("(")) << reason << ": " << one.details;
  }
}

TEST_P(Readers, GitLabFindsTheTranscriptOfAFailureAndItsFile) {
  std::size_t attachments = 0;
  for (const auto& one : readers::gitlab::read(xml_)) {
    if (one.outcome == Outcome::failed && !one.attachment.empty()) {
      EXPECT_TRUE(one.attachment.starts_with("out/transcripts/")) << one.attachment;
      EXPECT_EQ(one.attachment.find_first_of("]|\n "), std::string::npos);
      ++attachments;
    }
    EXPECT_EQ(one.file.empty(), !is_rich()) << one.key;
  }
  EXPECT_GE(attachments, 4U);
}

// dorny/test-reporter

TEST_P(Readers, DornyFindsEveryCaseOnItsOneLevel) {
  const auto report = readers::dorny::read(xml_);
  ASSERT_EQ(report.cases.size(), results_.size());
  EXPECT_EQ(keys_of(report.cases).size(), report.cases.size());
  EXPECT_EQ(count(report.cases, Outcome::failed),
            count(Outcome::failed) + count(Outcome::error));
  EXPECT_EQ(count(report.cases, Outcome::skipped), count(Outcome::skipped));
  EXPECT_LT(report.annotations, readers::dorny::most_annotations);
}

TEST_P(Readers, DornyShowsTypeAndMessage) {
  for (const auto& one : readers::dorny::read(xml_).cases) {
    if (one.outcome != Outcome::failed) continue;
    EXPECT_GT(one.headline.find(": "), 3U) << one.headline;
    EXPECT_TRUE(is_printable(one.headline)) << one.headline;
  }
}

// mikepenz/action-junit-report

TEST_P(Readers, MikepenzHasEveryCaseWithItsOutcome) {
  const auto cases = readers::mikepenz::read(xml_);
  ASSERT_EQ(cases.size(), results_.size());
  EXPECT_EQ(keys_of(cases).size(), cases.size()) << "two of one key are taken for a retry";
  for (const auto outcome : outcomes) EXPECT_EQ(count(cases, outcome), count(outcome));
}

TEST_P(Readers, MikepenzPutsTheMessageOnTheRowOfTheCase) {
  for (const auto& one : readers::mikepenz::read(xml_)) {
    EXPECT_FALSE(one.file.empty()) << one.key;
    if (is_rich()) {
      EXPECT_TRUE(one.file.ends_with(".convo")) << one.file;
      EXPECT_GT(one.line, 1) << one.key;
    }
    if (one.outcome != Outcome::failed && one.outcome != Outcome::error) continue;
    EXPECT_TRUE(one.details.starts_with(one.headline)) << one.key;
  }
}

TEST_P(Readers, MikepenzMeetsNoCdataThatItWouldTearApart) {
  EXPECT_EQ(xml_.find("<![CDATA["), std::string::npos);
  EXPECT_NE(xml_.find("&lt;![CDATA["), std::string::npos) << "the hostile bytes are there";
  std::size_t flaky = 0;
  for (const auto& one : readers::mikepenz::read(xml_)) flaky += one.flaky ? 1 : 0;
  EXPECT_EQ(flaky, is_rich() ? 1U : 0U);
}

// EnricoMi/publish-unit-test-result-action

TEST_P(Readers, EnricoMiCountsWhatTheSuitesSay) {
  const auto report = readers::enricomi::read(xml_);
  EXPECT_EQ(report.cases.size(), results_.size()) << "two of one key become one";
  EXPECT_EQ(static_cast<std::size_t>(report.tests), results_.size());
  EXPECT_EQ(static_cast<std::size_t>(report.failures), count(Outcome::failed));
  EXPECT_EQ(static_cast<std::size_t>(report.errors), count(Outcome::error));
  EXPECT_EQ(static_cast<std::size_t>(report.skipped), count(Outcome::skipped));
  std::size_t failed = 0;
  for (const auto& [key, one] : report.cases) failed += one.outcome == Outcome::failed ? 1 : 0;
  EXPECT_EQ(failed, count(Outcome::failed));
}

TEST_P(Readers, EnricoMiFindsTheSameTotalsAtTheTop) {
  const auto document = readers::parsed(xml_);
  const auto root = document.document_element();
  const auto report = readers::enricomi::read(xml_);
  EXPECT_EQ(root.attribute("tests").as_int(), report.tests);
  EXPECT_EQ(root.attribute("failures").as_int(), report.failures);
  EXPECT_EQ(root.attribute("errors").as_int(), report.errors);
}

TEST_P(Readers, EnricoMiHasTheOutputOfADeparture) {
  std::size_t departures = 0;
  for (const auto& [key, one] : readers::enricomi::read(xml_).cases)
    departures += one.output.starts_with("departs\n") ? 1 : 0;
  EXPECT_EQ(departures, 1U);
}

// All of them

TEST_P(Readers, AreToldWhatABaselineAcceptsAndWhatItDoesNot) {
  for (const auto& cases : {readers::jenkins::read(xml_), readers::gitlab::read(xml_)}) {
    const auto find = [&](std::string_view name) {
      const auto found = std::find_if(cases.begin(), cases.end(), [&](const auto& one) {
        return one.key.ends_with("connspec.server.baseline.listed." + std::string(name)) ||
               one.key.ends_with("connspec.server.baseline.listed_" + std::string(name));
      });
      EXPECT_NE(found, cases.end()) << name;
      return found == cases.end() ? readers::Case{} : *found;
    };
    EXPECT_EQ(find("accepted").outcome, Outcome::skipped);
    EXPECT_EQ(find("accepted-error").outcome, Outcome::error) << "nothing was found out";
    EXPECT_EQ(find("changed").outcome, Outcome::failed);
    EXPECT_EQ(find("expired").outcome, Outcome::failed);
    EXPECT_EQ(find("passes").outcome, Outcome::failed);
  }
  for (const auto* type : {"unexpected-pass", "changed-deviation", "expired-deviation"})
    EXPECT_NE(xml_.find(std::string("<failure type=\"") + type + "\""), xml_.npos) << type;
  EXPECT_NE(
      xml_.find("message=\"accepted by acme.baseline:5: ACME-481 \\x1b[31m &amp; &lt;why>"),
      xml_.npos);
}

/// Nothing green where nothing was found out, and nothing red that does not count.
TEST_P(Readers, TakeNoErrorForAPass) {
  auto run = samples::run();
  for (auto& result : run.results) {
    result = samples::result(result.id, Verdict::inconclusive);
    result.reason = "not-finished";
  }
  const std::string xml = junit({&run, 1}, {.flavour = GetParam()});
  for (const auto& one : readers::jenkins::read(xml)) EXPECT_EQ(one.outcome, Outcome::error);
  for (const auto& one : readers::gitlab::read(xml)) EXPECT_EQ(one.outcome, Outcome::error);
  for (const auto& one : readers::dorny::read(xml).cases)
    EXPECT_EQ(one.outcome, Outcome::failed);
  EXPECT_EQ(static_cast<std::size_t>(readers::enricomi::read(xml).errors), run.results.size());
}

/// Every byte there is, at every place where a target or a user can put one.
TEST_P(Readers, ReadEveryByteThereIs) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  bytes += "]]> <![CDATA[ <!-- --> &amp; &#0; <?xml";
  auto run = samples::proxy_run();
  run.target = run.hostname = run.started = bytes;
  run.environment = {{"name", bytes}};
  run.results.clear();
  for (const auto verdict : {Verdict::pass, Verdict::observed, Verdict::departs,
                             Verdict::skipped, Verdict::fail, Verdict::inconclusive}) {
    auto result = samples::result("server/a/b/" + std::string(name_of(verdict)), verdict);
    result.reason = result.expected = result.seen = result.taken = result.title = bytes;
    result.requirement = result.again = result.file = result.first_reason = bytes;
    result.allowed = {{bytes, bytes}};
    result.unstable = true;
    result.transcript = {samples::event(0, bytes, Event::Kind::sent, bytes),
                         samples::event(0, "client", Event::Kind::head, bytes)};
    run.results.push_back(result);
  }
  const std::string xml = junit({&run, 1}, {.flavour = GetParam()});
  EXPECT_TRUE(is_printable(xml));
  EXPECT_EQ(readers::jenkins::read(xml).size(), 6U);
  EXPECT_EQ(readers::gitlab::read(xml).size(), 6U);
  EXPECT_EQ(readers::dorny::read(xml).cases.size(), 6U);
  EXPECT_EQ(readers::mikepenz::read(xml).size(), 6U);
  EXPECT_EQ(readers::enricomi::read(xml).cases.size(), 6U);
  if (!is_rich()) { EXPECT_EQ(readers::xunit::read(xml).size(), 6U); }
}

TEST_P(Readers, FindTheOrderOfMavensSchema) {
  const auto document = readers::parsed(xml_);
  EXPECT_TRUE(document.select_nodes("//testcase[not(@time)]").empty());
  EXPECT_TRUE(document.select_nodes("//system-out/following-sibling::*").empty());
  EXPECT_TRUE(document.select_nodes("//testcase/properties/preceding-sibling::*").empty());
  EXPECT_TRUE(document.select_nodes("//failure[not(@type)] | //error[not(@type)]").empty());
  for (pugi::xpath_node found : document.select_nodes("//*[@time]")) {
    std::string_view time = found.node().attribute("time").value();
    EXPECT_EQ(time.size() - time.find('.'), 4U) << time;
    EXPECT_EQ(time.find_first_not_of("0123456789."), std::string_view::npos) << time;
  }
}

/// A large suite on a bad day: what GitLab takes is not gone beyond.
TEST_P(Readers, GetNoMoreThanTheyTake) {
  ReportedRun run{.version = "0.1.0", .role = "server", .target = "http://127.0.0.1:8080"};
  for (int i = 0; i < 1'500; ++i) {
    auto result = samples::served_after_close();
    result.id += "/" + std::to_string(i);
    for (int k = 0; k < 200; ++k)
      result.transcript.push_back(
          samples::event(k, "client", Event::Kind::sent, std::string(500, 'a') + "\r\n"));
    run.results.push_back(std::move(result));
  }
  const std::string xml = junit({&run, 1}, {.flavour = GetParam()});
  EXPECT_LT(xml.size(), 20'000'000U);
  EXPECT_EQ(readers::gitlab::read(xml).size(), 1'500U);
  EXPECT_EQ(readers::dorny::read(xml).annotations, readers::dorny::most_annotations);
}

}  // namespace
}  // namespace connspec
