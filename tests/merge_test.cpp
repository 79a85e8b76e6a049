#include "reports/merge.hpp"

#include "harness/deal.hpp"
#include "reports/junit.hpp"
#include "tests/report_samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace connspec {
namespace {

/// Cases with a time of their own, an `every` rule, and one that is played alone.
std::vector<Case> some_cases() {
  std::vector<Case> cases(40);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    cases[i].id = "server/a/b/" + std::to_string(i);
    if (i % 10 == 3) cases[i].planned = {{.fixed = std::chrono::milliseconds(500)}};
    if (i % 20 == 7) cases[i].alone = true;
  }
  cases[5].everies.emplace_back();
  return cases;
}

std::vector<const Case*> pointers(const std::vector<Case>& cases) {
  std::vector<const Case*> all;
  for (const Case& script : cases) all.push_back(&script);
  return all;
}

TEST(Deal, GivesEveryCaseToOnePartAndRulesToAll) {
  const auto cases = some_cases();
  for (std::size_t of : {1U, 2U, 3U, 7U, 39U}) {
    std::vector<std::size_t> times(cases.size(), 0);
    std::size_t least = cases.size(), most = 0, slow = 0;
    for (std::size_t part = 1; part <= of; ++part) {
      const auto dealt = deal(pointers(cases), part, of);
      EXPECT_EQ(dealt.shard.places.size(), dealt.cases.size());
      EXPECT_TRUE(std::ranges::is_sorted(dealt.shard.places));
      for (std::size_t i = 0; i < dealt.cases.size(); ++i)
        EXPECT_EQ(dealt.cases[i], &cases[dealt.shard.places[i]]);
      for (auto place : dealt.shard.places) ++times[place];
      least = std::min(least, dealt.cases.size());
      most = std::max(most, dealt.cases.size());
      const auto its = static_cast<std::size_t>(std::ranges::count_if(
          dealt.cases, [](const Case* script) { return !script->planned.empty(); }));
      slow = std::max(slow, its);
    }
    EXPECT_LE(most - least, 1U);
    EXPECT_LE(slow, (4 + of - 1) / of);
    for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(times[i], i == 5 ? of : 1U);
  }
}

TEST(Deal, IsTheSameForTheSameSelectionAndKnowsAnother) {
  auto cases = some_cases();
  const auto one = deal(pointers(cases), 2, 3);
  EXPECT_EQ(one.shard.places, deal(pointers(cases), 2, 3).shard.places);
  EXPECT_EQ(one.shard.selection, deal(pointers(cases), 1, 3).shard.selection);
  cases[8].id += "x";
  EXPECT_NE(one.shard.selection, deal(pointers(cases), 2, 3).shard.selection);
}

/// A run of nine cases of which every third goes to one of three parts; the last is a rule.
ReportedRun whole() {
  ReportedRun run{.version = "0.1.0",
                  .role = "server",
                  .target = "http://127.0.0.1:8080",
                  .label = "nginx",
                  .hostname = "h",
                  .started = "2026-06-04T09:12:33",
                  .time = std::chrono::seconds(3),
                  .longest_wait = std::chrono::seconds(1)};
  const Verdict verdicts[] = {Verdict::pass,    Verdict::fail,     Verdict::departs,
                              Verdict::skipped, Verdict::observed, Verdict::inconclusive,
                              Verdict::pass,    Verdict::pass};
  for (std::size_t i = 0; i < 8; ++i)
    run.results.push_back(samples::result("server/a/b/" + std::to_string(i), verdicts[i]));
  run.results.push_back(samples::result("server/a/rule/holds", Verdict::pass));
  run.results.back().seen = "held in 30 messages";
  run.results.back().time = {};
  return run;
}

std::vector<RunFile> parts_of(const ReportedRun& run) {
  std::vector<RunFile> files;
  for (std::size_t part = 1; part <= 3; ++part) {
    ReportedRun its = run;
    its.results.clear();
    its.time = std::chrono::seconds(1);
    its.shard = {.part = part, .of = 3, .cases = run.results.size(), .selection = "abc"};
    for (std::size_t i = 0; i < run.results.size(); ++i) {
      const bool rule = i + 1 == run.results.size();
      if (i % 3 != part - 1 && !rule) continue;
      its.results.push_back(run.results[i]);
      if (rule) its.results.back().seen = "held in 10 messages";
      its.shard->places.push_back(i);
    }
    files.push_back({"part" + std::to_string(part) + ".json", {its}});
  }
  return files;
}

std::string junit_of(const ReportedRun& run) { return junit({&run, 1}, {}); }

TEST(Merge, GivesTheRunThatWasDealtOut) {
  auto files = parts_of(whole());
  std::ranges::reverse(files);
  std::string error;
  const auto merged = merge(files, error);
  ASSERT_TRUE(merged) << error;
  ASSERT_EQ(merged->runs.size(), 1U);
  EXPECT_EQ(junit_of(merged->runs[0]), junit_of(whole()));
  EXPECT_EQ(merged->runs[0].time, whole().time);
  EXPECT_EQ(merged->runs[0].results.back().seen, "held in 30 messages");
  EXPECT_FALSE(merged->runs[0].shard);
}

TEST(Merge, FindsTheBreachOfARuleInOnePart) {
  auto files = parts_of(whole());
  auto& rule = files[1].runs[0].results.back();
  rule.verdict = Verdict::fail;
  rule.seen = "two Content-Length, in server/a/b/4";
  auto& unseen = files[2].runs[0].results.back();
  unseen.verdict = Verdict::skipped;
  unseen.seen = "no message that the rule speaks of was seen";
  std::string error;
  auto merged = merge(files, error);
  ASSERT_TRUE(merged) << error;
  EXPECT_EQ(merged->runs[0].results.back().verdict, Verdict::fail);
  EXPECT_EQ(merged->runs[0].results.back().seen, "two Content-Length, in server/a/b/4");
  rule = files[0].runs[0].results.back();
  merged = merge(files, error);
  ASSERT_TRUE(merged) << error;
  EXPECT_EQ(merged->runs[0].results.back().seen, "held in 20 messages");
}

TEST(Merge, TakesBackWhatAProfileMadeOfAPart) {
  auto files = parts_of(whole());
  for (auto& file : files) file.runs[0].profile = ProfileResult{.name = "server-core"};
  auto& result = files[1].runs[0].results[0];
  result.ungraded = Verdict::fail;
  result.verdict = Verdict::departs;
  result.graded = "SHOULD by server-core";
  std::string error;
  const auto merged = merge(files, error);
  ASSERT_TRUE(merged) << error;
  EXPECT_EQ(merged->to_be_graded, std::vector<std::size_t>{0});
  EXPECT_EQ(merged->runs[0].results[1].verdict, Verdict::fail);
  EXPECT_EQ(merged->runs[0].results[1].graded, "");
}

TEST(Merge, KeepsWholeRunsSideBySide) {
  ReportedRun other = whole();
  other.label = "apache";
  std::string error;
  const auto merged = merge({{"a.json", {whole()}}, {"b.json", {other}}}, error);
  ASSERT_TRUE(merged) << error;
  ASSERT_EQ(merged->runs.size(), 2U);
  const std::string text = junit(merged->runs, {});
  EXPECT_NE(text.find("name=\"0 (nginx)\""), std::string::npos);
  EXPECT_NE(text.find("name=\"0 (apache)\""), std::string::npos);
}

TEST(Merge, RefusesWhatDoesNotFitTogether) {
  const auto error_of = [](std::vector<RunFile> files) {
    std::string error;
    EXPECT_FALSE(merge(std::move(files), error));
    return error;
  };
  const auto with = [](auto change) {
    auto files = parts_of(whole());
    change(files);
    return files;
  };
  EXPECT_EQ(error_of(with([](auto& files) { files.pop_back(); })),
            "part 3 of 3 of server http://127.0.0.1:8080 (nginx) is missing");
  EXPECT_EQ(error_of(with([](auto& files) { files[2] = files[1]; })),
            "part2.json and part2.json are both part 2 of 3 of server http://127.0.0.1:8080 "
            "(nginx)");
  EXPECT_EQ(
      error_of(with([](auto& files) { files[1].runs[0].version = "0.2.0"; })),
      "part2.json was written by connspec 0.2.0, and part1.json by 0.1.0: what they asked "
      "is not the same");
  EXPECT_EQ(error_of(with([](auto& files) { files[1].runs[0].role = "gateway"; })),
            "part 2 of 3 of server http://127.0.0.1:8080 (nginx) is missing");
  EXPECT_EQ(error_of(with([](auto& files) { files[1].runs[0].target = "http://h:1"; })),
            "part 2 of 3 of server http://127.0.0.1:8080 (nginx) is missing");
  EXPECT_EQ(error_of(with([](auto& files) { files[1].runs[0].strict = true; })),
            "part2.json does not fit to part1.json: it is strict, and others are not");
  EXPECT_EQ(error_of(with([](auto& files) { files[2].runs[0].label = "apache"; })),
            "part3.json does not fit to part1.json: it is of 'apache', not 'nginx'");
  EXPECT_EQ(
      error_of(with([](auto& files) {
        files[1].runs[0].profile = ProfileResult{.name = "server-core"};
      })),
      "part2.json does not fit to part1.json: it has profile server-core, not no profile");
  EXPECT_EQ(error_of(with([](auto& files) { files[1].runs[0].results.back().id = "x"; })),
            "part2.json does not fit: x stands where other parts have server/a/rule/holds");
  EXPECT_EQ(error_of({{"a.json", {whole()}}, {"b.json", {whole()}}}),
            "a.json and b.json both hold a run of server http://127.0.0.1:8080 (nginx): give "
            "them a --label each, or see connspec compare");
  EXPECT_EQ(error_of({{"a.json", {}}}), "a.json holds no run");
}

}  // namespace
}  // namespace connspec
