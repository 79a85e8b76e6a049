// Two runs side by side: which change is which, in which order, and what the terminal shows.
#include "reports/comparison.hpp"

#include "tests/report_samples.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

using Kind = Change::Kind;

Result result(std::string id, Verdict verdict, std::string reason = {}) {
  return {.id = std::move(id),
          .requirement = "A server does",
          .spec = "RFC 9112 section 9.6",
          .level = "MUST",
          .verdict = verdict,
          .reason = std::move(reason),
          .expected = verdict == Verdict::fail ? "expected end" : "",
          .seen = verdict == Verdict::fail ? "got a response 404" : ""};
}

/// The change of one case, if there is one.
std::optional<Kind> change(Result before, Result after, bool strict = false) {
  const ReportedRun one{.results = {std::move(before)}};
  const ReportedRun other{.results = {std::move(after)}, .strict = strict};
  const auto comparison = compare(one, other);
  if (comparison.changes.empty()) return std::nullopt;
  return comparison.changes.front().kind;
}

TEST(Comparison, KnowsWhatIsWorse) {
  const auto of = [](Verdict verdict, std::string reason = {}) {
    return result("a", verdict, std::move(reason));
  };
  EXPECT_EQ(change(of(Verdict::pass), of(Verdict::fail, "x")), Kind::regression);
  EXPECT_EQ(change(of(Verdict::pass), of(Verdict::departs, "x")), Kind::regression);
  EXPECT_EQ(change(of(Verdict::departs, "x"), of(Verdict::fail, "x")), Kind::regression);
  EXPECT_EQ(change(of(Verdict::fail, "x"), of(Verdict::departs, "x")), Kind::fixed);
  EXPECT_EQ(change(of(Verdict::fail, "x"), of(Verdict::fail, "y")), Kind::changed);
  EXPECT_EQ(change(of(Verdict::fail, "x"), of(Verdict::fail, "x")), std::nullopt);
  EXPECT_EQ(change(of(Verdict::pass), of(Verdict::observed)), Kind::changed);
  EXPECT_EQ(change(of(Verdict::pass), of(Verdict::inconclusive, "lagged")), Kind::undecided);
  EXPECT_EQ(change(of(Verdict::skipped), of(Verdict::fail, "x")), Kind::added);
  EXPECT_EQ(change(of(Verdict::skipped), of(Verdict::inconclusive)), std::nullopt);
  EXPECT_EQ(change(of(Verdict::fail, "x"), of(Verdict::departs, "x"), true), Kind::changed);
}

TEST(Comparison, ExitCodes) {
  const auto exit = [](std::vector<Result> before, std::vector<Result> after) {
    const ReportedRun one{.results = std::move(before)};
    const ReportedRun other{.results = std::move(after)};
    const std::vector<Comparison> comparisons{compare(one, other)};
    return exit_of(comparisons);
  };
  const auto pass = result("a", Verdict::pass);
  EXPECT_EQ(exit({pass}, {pass}), Exit::as_required);
  EXPECT_EQ(exit({pass}, {result("a", Verdict::fail, "x")}), Exit::failure);
  EXPECT_EQ(
      exit({pass, result("b", Verdict::pass)}, {pass, result("b", Verdict::inconclusive, "x")}),
      Exit::inconclusive);
  EXPECT_EQ(exit({pass}, {result("b", Verdict::pass)}), Exit::nothing_tested);
  EXPECT_EQ(exit_of(std::span<const Comparison>{}), Exit::nothing_tested);
}

TEST(Comparison, PairsRunsByRole) {
  const auto run = [](std::string role, std::string label) {
    return ReportedRun{.role = std::move(role), .label = std::move(label)};
  };
  const std::vector<RunFile> files{
      {"old", {run("server", "s1"), run("gateway", "g1"), run("gateway", "g2")}},
      {"new", {run("gateway", "G1"), run("gateway", "G2"), run("forward", "F")}}};
  const auto comparisons = compare(files);
  ASSERT_EQ(comparisons.size(), 2U);
  EXPECT_EQ(comparisons[0].before->label, "g1");
  EXPECT_EQ(comparisons[0].after->label, "G1");
  EXPECT_EQ(comparisons[1].before->label, "g2");
  EXPECT_EQ(comparisons[1].file, "new");
}

TEST(Comparison, TheTerminalShowsRegressionsFirstAndInFull) {
  const ReportedRun before{
      .version = "0.1.0",
      .edition = "2026.1",
      .role = "server",
      .target = "http://127.0.0.1:8080",
      .label = "acme 3.0",
      .started = "2026-11-26T03:38:18",
      .results = {result("server/a", Verdict::fail, "x-y"), result("server/b", Verdict::pass),
                  result("server/c", Verdict::pass), result("server/d", Verdict::pass)}};
  ReportedRun after = before;
  after.label = "acme 3.1";
  after.results = {result("server/a", Verdict::pass),
                   result("server/b", Verdict::fail, "expected-end-got-response"),
                   result("server/c", Verdict::inconclusive, "lagged"),
                   result("server/e", Verdict::pass)};
  after.results[1].transcript.push_back({});
  auto comparison = compare(before, after);
  comparison.file = "new.json";
  const std::vector<Comparison> comparisons{comparison};
  EXPECT_EQ(comparison_report(comparisons, {.width = 80, .ascii = true}),
            R"(server
  before  acme 3.0, http://127.0.0.1:8080, 2026-11-26T03:38:18, connspec 0.1.0
          edition 2026.1
  after   acme 3.1, http://127.0.0.1:8080, 2026-11-26T03:38:18, connspec 0.1.0
          edition 2026.1

REGRESSION  server/b
            MUST, RFC 9112 section 9.6: A server does.
            before  pass
            after   fail expected-end-got-response: expected end, got a response
                    404
            connspec replay new.json server/b

undecided   server/c
            pass -> inconclusive lagged
fixed       server/a
            fail x-y -> pass
new         server/e
            not in the run -> pass
gone        server/d
            pass -> not in the run

2 cases in both: 1 worse, 1 no longer decided, 1 better, 1 new, 1 gone
exit 1: a regression
)");
}

}  // namespace
}  // namespace connspec
