// Expected deviations: what is refused, what is accepted, what fails, and how a file is
// updated.
#include "harness/baseline.hpp"

#include "tests/report_samples.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

using State = Deviation::State;

Baseline read(const std::string& text) {
  BaselineErrors errors;
  auto baseline = read_baseline("b", text, true, errors);
  EXPECT_EQ(errors, BaselineErrors{});
  return baseline;
}

std::string mistake_in(const std::string& text) {
  BaselineErrors errors;
  read_baseline("b", text, true, errors);
  return errors.size() == 1 ? errors.front() : std::to_string(errors.size()) + " mistakes";
}

Result result(std::string id, Verdict verdict, std::string reason = {}) {
  return {.id = std::move(id), .verdict = verdict, .reason = std::move(reason)};
}

/// One result under one line.
Result judged(const std::string& line, Verdict verdict, std::string reason = {}) {
  ReportedRun run{.results = {result("a/b", verdict, std::move(reason))}};
  apply(read(line), run, "2026-11-26");
  return run.results.front();
}

TEST(Baseline, KeepsWhatItReads) {
  const auto baseline =
      read("# why\n\na/b  fail:x-y  2026-12-31  because  of that \na/c unstable:z - race\n");
  ASSERT_EQ(baseline.deviations.size(), 2U);
  const auto& first = baseline.deviations.front();
  EXPECT_EQ(first.id, "a/b");
  EXPECT_EQ(first.verdict, "fail");
  EXPECT_EQ(first.reason, "x-y");
  EXPECT_EQ(first.until, "2026-12-31");
  EXPECT_EQ(first.why, "because  of that");
  EXPECT_EQ(first.line, 3);
  EXPECT_EQ(baseline.find("a/c")->until, "-");
  EXPECT_EQ(baseline.find("a"), nullptr);
}

TEST(Baseline, RefusesWithAnAddress) {
  EXPECT_EQ(mistake_in("a/b fail:x - \n"),
            "b:1:14: expected why this deviation is put up with");
  EXPECT_EQ(mistake_in("a/b pass:x - w\n"),
            "b:1:5: expected fail:REASON, departs:REASON or unstable:REASON, got 'pass:x'");
  EXPECT_EQ(mistake_in("\na/b fail - w\n"), "b:2:5: 'fail' lacks its reason");
  EXPECT_EQ(mistake_in("a/b fail:x soon w\n"),
            "b:1:12: expected a date such as 2026-12-31, or -, got 'soon'");
  EXPECT_EQ(mistake_in("a/b fail:x 2026-13-01 w\n"),
            "b:1:12: expected a date such as 2026-12-31, or -, got '2026-13-01'");
  EXPECT_EQ(mistake_in("a/b fail:x - w\na/b fail:y - w\n"),
            "b:2:1: 'a/b' stands in line 1 already");
}

TEST(Baseline, AcceptsTheExactOutcomeAlone) {
  const auto same = judged("a/b fail:x - why", Verdict::fail, "x");
  EXPECT_EQ(same.deviation->state, State::accepted);
  EXPECT_EQ(same.deviation->place, "b:1");
  EXPECT_FALSE(is_failure(same, false));
  EXPECT_TRUE(is_put_up_with(same, false));
  for (const auto& other : {judged("a/b fail:x - why", Verdict::fail, "y"),
                            judged("a/b fail:x - why", Verdict::departs, "x"),
                            judged("a/b departs:x - why", Verdict::fail, "x"),
                            judged("a/b unstable:x - why", Verdict::fail, "y")}) {
    EXPECT_EQ(other.deviation->state, State::changed);
    EXPECT_TRUE(is_failure(other, false));
  }
  EXPECT_EQ(judged("a/b fail:x 2026-12-31 why", Verdict::fail, "y").deviation->instead,
            "a/b  fail:y  2026-12-31  why");
}

TEST(Baseline, AnUnexpectedPassAndAnExpiredLineFail) {
  for (const auto verdict : {Verdict::pass, Verdict::observed}) {
    const auto passes = judged("a/b fail:x - why", verdict);
    EXPECT_EQ(passes.deviation->state, State::passes);
    EXPECT_TRUE(is_failure(passes, false));
  }
  EXPECT_EQ(judged("a/b unstable:x - why", Verdict::pass).deviation->state, State::accepted);
  EXPECT_EQ(judged("a/b fail:x 2026-11-26 why", Verdict::fail, "x").deviation->state,
            State::accepted);
  const auto expired = judged("a/b fail:x 2026-11-25 why", Verdict::fail, "x");
  EXPECT_EQ(expired.deviation->state, State::expired);
  EXPECT_TRUE(is_failure(expired, false));
  EXPECT_EQ(expired.deviation->instead, "a/b  fail:x  -  why");
}

TEST(Baseline, SaysNothingOfWhatCameToNoVerdict) {
  ReportedRun run{.results = {result("a/b", Verdict::skipped, "x"),
                              result("a/c", Verdict::inconclusive, "lagged")}};
  apply(read("a/b fail:x - w\na/c fail:lagged - w\na/d fail:x - w\n"), run, "2026-11-26");
  for (const auto& one : run.results) EXPECT_FALSE(one.deviation) << one.id;
  ASSERT_EQ(run.notes.size(), 1U);
  EXPECT_EQ(run.notes.front(), "b: 3 of 3 lines came to no verdict in this run");
}

TEST(Baseline, UpdateKeepsWhysDatesAndComments) {
  const auto old = read(
      "# ours\n"
      "a/same     fail:x  2026-12-31  why  one\n"
      "a/changed  fail:x  -  why two\n"
      "# about the next\n"
      "a/passes   fail:x  -  why three\n"
      "a/skipped  fail:x  -  why four\n"
      "a/absent   fail:x  -  why five\n");
  const ReportedRun run{
      .results = {result("a/new", Verdict::fail, "z"), result("a/same", Verdict::fail, "x"),
                  result("a/changed", Verdict::fail, "y"), result("a/passes", Verdict::pass),
                  result("a/soft", Verdict::departs, "s"),
                  result("a/skipped", Verdict::skipped, "x")}};
  const std::string text = updated(old, {run});
  EXPECT_EQ(text,
            "# ours\n"
            "a/same     fail:x  2026-12-31  why  one\n"
            "a/changed  fail:y  -  why two\n"
            "# about the next\n"
            "a/skipped  fail:x  -  why four\n"
            "a/absent   fail:x  -  why five\n"
            "a/new  fail:z  -\n");
  EXPECT_EQ(mistake_in(text), "b:7:17: expected why this deviation is put up with");
}

TEST(Baseline, UpdateOfNothingBeginsAFile) {
  ReportedRun run{.results = {result("a/soft", Verdict::departs, "s")}};
  run.strict = true;
  const auto text = updated({}, {run});
  EXPECT_TRUE(text.starts_with("# connspec baseline"));
  EXPECT_TRUE(text.ends_with("\na/soft  departs:s  -\n"));
}

}  // namespace
}  // namespace connspec
