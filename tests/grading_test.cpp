// What a grade makes of verdicts, and verdicts of a profile: all on values, nothing is played.
#include "harness/grading.hpp"

#include "tests/report_samples.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace connspec {
namespace {

using State = RowResult::State;
using Outcome = ProfileResult::Outcome;

/// A result with what a grade looks at.
Result of(std::string id, Verdict verdict, std::string level, std::vector<std::string> covers,
          std::string reason = {}) {
  Result out{.id = std::move(id)};
  out.verdict = verdict;
  out.level = std::move(level);
  out.covers = std::move(covers);
  out.reason = std::move(reason);
  return out;
}

const Result must_fails = of("x", Verdict::fail, "MUST", {}, "expected-end-got-response");
const Result should_departs = of("x", Verdict::departs, "SHOULD", {}, "no-close");
const Result must_takes_departing_way = of("x", Verdict::departs, "MUST", {});
const Result should_takes_departing_way = of("x", Verdict::departs, "SHOULD", {});

TEST(Graded, SoftensToWhatTheRowSays) {
  for (const Grade grade : {Grade::core, Grade::strict}) {
    EXPECT_EQ(graded(must_fails, "FAIL", grade), Verdict::fail);
    EXPECT_EQ(graded(must_fails, "WARN", grade), Verdict::departs);
    EXPECT_EQ(graded(must_fails, "INFO", grade), Verdict::observed);
    EXPECT_EQ(graded(should_departs, "WARN", grade), Verdict::departs);
    EXPECT_EQ(graded(should_departs, "INFO", grade), Verdict::observed);
  }
}

TEST(Graded, NeverSharpensButAShouldOfAStrictGrade) {
  EXPECT_EQ(graded(should_departs, "FAIL", Grade::core), Verdict::departs);
  EXPECT_EQ(graded(should_departs, "FAIL", Grade::strict), Verdict::fail);
  EXPECT_EQ(graded(should_departs, "WARN", Grade::strict), Verdict::departs);
}

TEST(Graded, LeavesAWayThatDepartsADeparture) {
  for (const Grade grade : {Grade::core, Grade::strict}) {
    EXPECT_EQ(graded(must_takes_departing_way, "FAIL", grade), Verdict::departs);
    EXPECT_EQ(graded(should_takes_departing_way, "FAIL", grade), Verdict::departs);
    EXPECT_EQ(graded(must_takes_departing_way, "INFO", grade), Verdict::observed);
  }
}

TEST(Graded, LeavesAloneWhatIsNoBreach) {
  for (const Verdict verdict :
       {Verdict::pass, Verdict::observed, Verdict::skipped, Verdict::inconclusive})
    for (const auto* on_fail : {"FAIL", "WARN", "INFO"})
      EXPECT_EQ(graded(of("x", verdict, "MUST", {}), on_fail, Grade::strict), verdict);
}

constexpr std::string_view catalogue =
    "id\tsource\tsection\talso\trole\tlevel\ton_fail_core\ton_fail_strict\tsut\tprofiles\t"
    "requirement\ttestable\twhy_not_testable\n"
    "R1-1-01\tRFC1\t1\t-\tserver\tMUST\tFAIL\tFAIL\tserver\tp\tFirst.\tyes\t-\n"
    "R1-1-02\tRFC1\t1\t-\tserver\tSHOULD\tWARN\tFAIL\tserver\tp\tSecond.\tyes\t-\n"
    "R1-1-03\tRFC1\t1\t-\tserver\tMAY\tINFO\tWARN\tserver\tp\tThird.\tyes\t-\n"
    "R1-1-04\tRFC1\t1\t-\tserver\tMUST\tFAIL\tFAIL\tserver\tp\tFourth, apart.\tyes\t-\n"
    "R1-1-05\tRFC1\t1\t-\tserver\tMUST\tFAIL\tFAIL\tserver\tother\tOf another.\tyes\t-\n"
    "R1-1-06\tRFC1\t1\t-\tserver\tMUST\tFAIL\tFAIL\tserver\tp\tHidden.\tpartial\tinvisible\n"
    "R1-1-07\tRFC1\t1\t-\tserver\tMUST\tFAIL\tFAIL\tserver\tp\tOpen.\tyes\t-\n"
    "R1-1-08\tRFC1\t1\t-\tgateway\tMUST\tFAIL\tFAIL\tgateway\tp\tOf a gateway.\tyes\t-\n";

/// A library whose one profile is `p`, with a case for each row that a case is said to be for.
struct Fixture {
  explicit Fixture(Grade grade, int complete = 100) {
    library.catalogue = Catalogue(catalogue);
    for (const auto* id : {"R1-1-01", "R1-1-02", "R1-1-03", "R1-1-04", "R1-1-05"}) {
      Case script;
      script.id = std::string("server/a/b/") + id;
      script.roles.add(Role::server);
      script.covers = {id};
      script.place = {.file = id, .line = 1};
      library.cases.push_back(std::move(script));
    }
    Profile profile{.name = "p", .title = "t", .grade = grade, .apart = {"R1-1-04"}};
    profile.roles.add(Role::server);
    profile.complete = complete;
    library.profiles.push_back(std::move(profile));
  }

  ReportedRun run(std::vector<Result> results, bool strict = false) const {
    ReportedRun run{.role = "server"};
    run.results = std::move(results);
    run.strict = strict;
    Grading(library, library.profiles.front(), Role::server).apply(run);
    return run;
  }
  Result one(Result result) const {
    Grading(library, library.profiles.front(), Role::server).apply(result);
    return result;
  }

  CaseLibrary library;
};

State state_of(const ReportedRun& run, std::string_view id) {
  for (const auto& row : run.profile->rows)
    if (row.id == id) return row.state;
  ADD_FAILURE() << id << " is no row of it";
  return State::not_played;
}

std::string why_of(const ReportedRun& run, std::string_view id) {
  for (const auto& row : run.profile->rows)
    if (row.id == id) return row.why;
  return "no row";
}

/// A pass for each row that has a case.
std::vector<Result> all_pass() {
  return {of("a", Verdict::pass, "MUST", {"R1-1-01"}),
          of("b", Verdict::pass, "SHOULD", {"R1-1-02"}),
          of("c", Verdict::pass, "MUST", {"R1-1-03"})};
}

TEST(Grading, OfACaseIsTheGravestOfItsRowsInTheProfile) {
  const Fixture core(Grade::core);
  const std::vector<std::string> first_and_third = {"R1-1-03", "R1-1-01"};
  EXPECT_EQ(core.one(of("x", Verdict::fail, "MUST", first_and_third, "r")).verdict,
            Verdict::fail);
  const auto softened = core.one(of("x", Verdict::fail, "MUST", {"R1-1-03", "R1-1-02"}, "r"));
  EXPECT_EQ(softened.verdict, Verdict::departs);
  EXPECT_EQ(softened.graded, "SHOULD by p");
}

TEST(Grading, TakesNothingFromRowsOutsideTheProfile) {
  const Fixture core(Grade::core);
  EXPECT_EQ(core.one(of("x", Verdict::fail, "MUST", {"R1-1-05", "R1-1-02"}, "r")).verdict,
            Verdict::departs);
  const auto informs = core.one(of("x", Verdict::fail, "MUST", {"R1-1-05", "R1-1-03"}, "r"));
  EXPECT_EQ(informs.verdict, Verdict::observed);
  EXPECT_EQ(informs.graded, "OBSERVE by p");
}

TEST(Grading, TakesNothingFromRowsOfAnotherRole) {
  const Fixture core(Grade::core);
  EXPECT_EQ(core.one(of("x", Verdict::fail, "MUST", {"R1-1-08", "R1-1-02"}, "r")).verdict,
            Verdict::departs);
}

TEST(Grading, MakesACaseOfRowsApartFailNothing) {
  const Fixture core(Grade::core);
  const auto apart = core.one(of("x", Verdict::fail, "MUST", {"R1-1-04", "R1-1-05"}, "r"));
  EXPECT_EQ(apart.verdict, Verdict::observed);
  EXPECT_EQ(apart.graded, "apart in p");
  const auto gating = core.one(of("x", Verdict::fail, "MUST", {"R1-1-04", "R1-1-01"}, "r"));
  EXPECT_EQ(gating.verdict, Verdict::fail);
  EXPECT_EQ(gating.graded, "");
}

TEST(Grading, SaysThatAStrictGradeMadeAMustOfAShould) {
  const Fixture strict(Grade::strict);
  const auto result = strict.one(of("x", Verdict::departs, "SHOULD", {"R1-1-02"}, "r"));
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_EQ(result.graded, "MUST by p");
}

TEST(Grading, OfNoneFailsNothingAndReports) {
  const Fixture none(Grade::none);
  const auto run = none.run({of("a", Verdict::fail, "MUST", {"R1-1-01"}, "r")});
  EXPECT_EQ(run.results.front().verdict, Verdict::observed);
  EXPECT_EQ(run.profile->outcome, Outcome::reported);
  EXPECT_EQ(exit_of(run), Exit::as_required);
}

TEST(Grading, KnowsWhichCasesCoverARow) {
  const Fixture core(Grade::core);
  const Grading grading(core.library, core.library.profiles.front(), Role::server);
  std::vector<const Case*> all;
  for (const auto& script : core.library.cases) all.push_back(&script);
  EXPECT_EQ(grading.covering(all).size(), 4U);  // That of another profile is left out.
}

TEST(Rows, HaveEachTheirOwnGradeOfOneBreach) {
  const Fixture core(Grade::core);
  const auto run = core.run(
      {of("a", Verdict::fail, "MUST", {"R1-1-01", "R1-1-02", "R1-1-03", "R1-1-04"}, "r")});
  EXPECT_EQ(state_of(run, "R1-1-01"), State::failed);
  EXPECT_EQ(state_of(run, "R1-1-02"), State::departs);
  EXPECT_EQ(state_of(run, "R1-1-03"), State::observed);
  EXPECT_EQ(state_of(run, "R1-1-04"), State::failed);  // Shown as it is.
}

TEST(Rows, ArePlayedWhereOneCaseCameToAVerdict) {
  const Fixture core(Grade::core);
  const auto run = core.run({of("a", Verdict::skipped, "MUST", {"R1-1-01"}, "not-available"),
                             of("b", Verdict::pass, "MUST", {"R1-1-01"})});
  EXPECT_EQ(state_of(run, "R1-1-01"), State::met);
  EXPECT_EQ(run.profile->played(), 1U);
}

TEST(Rows, AreNotPlayedWhereACaseIsInconclusive) {
  const Fixture core(Grade::core);
  const auto run = core.run({of("a", Verdict::pass, "MUST", {"R1-1-01"}),
                             of("b", Verdict::inconclusive, "MUST", {"R1-1-01"}, "lagged")});
  EXPECT_EQ(state_of(run, "R1-1-01"), State::not_played);
  EXPECT_EQ(why_of(run, "R1-1-01"), "inconclusive: lagged");
}

TEST(Rows, FailWhateverElseIsInconclusive) {
  const Fixture core(Grade::core);
  const auto run = core.run({of("a", Verdict::fail, "MUST", {"R1-1-01"}, "r"),
                             of("b", Verdict::inconclusive, "MUST", {"R1-1-01"}, "lagged")});
  EXPECT_EQ(state_of(run, "R1-1-01"), State::failed);
  EXPECT_EQ(run.profile->outcome, Outcome::not_certified);
  EXPECT_EQ(exit_of(run), Exit::failure);
}

TEST(Rows, SayWhyTheyWereNotPlayed) {
  const Fixture core(Grade::core);
  auto skipped = of("a", Verdict::skipped, "MUST", {"R1-1-01"}, "not-available");
  skipped.seen = "{sink} is not declared";
  const auto run =
      core.run({skipped, of("b", Verdict::skipped, "SHOULD", {"R1-1-02"}, "says-close")});
  EXPECT_EQ(why_of(run, "R1-1-01"), "{sink} is not declared");
  EXPECT_EQ(why_of(run, "R1-1-02"), "says-close");
  EXPECT_EQ(why_of(run, "R1-1-03"), "no case of it was selected");
  EXPECT_EQ(why_of(run, "R1-1-07"), "no case yet");
}

TEST(Rows, WithAReasonForHavingNoCaseCountNowhere) {
  const Fixture core(Grade::core);
  const auto run = core.run(all_pass());
  EXPECT_EQ(state_of(run, "R1-1-06"), State::not_playable);
  EXPECT_EQ(why_of(run, "R1-1-06"), "invisible");
  EXPECT_EQ(run.profile->counted(), 4U);  // Nor does the one that is set apart.
  EXPECT_EQ(share_of(*run.profile), "3 of 4 rows played");
}

TEST(Outcome, IsCertifiedWhereEnoughWasPlayed) {
  EXPECT_EQ(Fixture(Grade::core, 75).run(all_pass()).profile->outcome, Outcome::certified);
  EXPECT_EQ(Fixture(Grade::core, 76).run(all_pass()).profile->outcome, Outcome::incomplete);
}

TEST(Outcome, IsIncompleteWhereNothingCounts) {
  EXPECT_EQ(outcome_of({.grade = "core", .complete = 1}), Outcome::incomplete);
}

TEST(Outcome, OfARowApartIsNone) {
  auto results = all_pass();
  results.push_back(of("d", Verdict::fail, "MUST", {"R1-1-04"}, "r"));
  const auto run = Fixture(Grade::core, 75).run(results);
  EXPECT_EQ(run.profile->outcome, Outcome::certified);
  EXPECT_EQ(exit_of(run), Exit::as_required);
  const auto strict = Fixture(Grade::core, 75).run(results, true);
  EXPECT_EQ(strict.profile->outcome, Outcome::certified);
  EXPECT_EQ(exit_of(strict), Exit::as_required);
}

TEST(Outcome, CountsADepartureWhereTheRunIsStrict) {
  auto results = all_pass();
  results[1] = of("b", Verdict::departs, "SHOULD", {"R1-1-02"}, "r");
  const auto run = Fixture(Grade::core, 75).run(results);
  EXPECT_EQ(run.profile->outcome, Outcome::certified);
  EXPECT_EQ(run.profile->in(State::departs), 1U);
  EXPECT_EQ(exit_of(run), Exit::as_required);
  const auto strict = Fixture(Grade::core, 75).run(results, true);
  EXPECT_EQ(strict.profile->outcome, Outcome::not_certified);
  EXPECT_EQ(exit_of(strict), Exit::failure);
}

/// The exit code and the word of the profile never say two things.
TEST(Outcome, IsThatOfTheExitCode) {
  auto failing = all_pass();
  failing[0] = of("a", Verdict::fail, "MUST", {"R1-1-01"}, "r");
  EXPECT_EQ(exit_of(Fixture(Grade::core, 75).run(all_pass())), Exit::as_required);
  EXPECT_EQ(exit_of(Fixture(Grade::core, 75).run(failing)), Exit::failure);
  EXPECT_EQ(exit_of(Fixture(Grade::core, 100).run(all_pass())), Exit::inconclusive);
  EXPECT_EQ(exit_of(Fixture(Grade::core, 100).run(failing)), Exit::failure);
}

TEST(Outcome, OfALostTargetIsThatItWasLost) {
  auto run = Fixture(Grade::core, 75).run(all_pass());
  run.target_lost = "gone";
  EXPECT_EQ(exit_of(run), Exit::unreachable);
}

TEST(Outcome, OfSeveralRunsIsNotCertifiedBeforeIncomplete) {
  auto failing = all_pass();
  failing[0] = of("a", Verdict::fail, "MUST", {"R1-1-01"}, "r");
  const std::vector<ReportedRun> runs = {Fixture(Grade::core, 100).run(all_pass()),
                                         Fixture(Grade::core, 75).run(failing)};
  EXPECT_EQ(exit_of(runs), Exit::failure);
}

}  // namespace
}  // namespace connspec
