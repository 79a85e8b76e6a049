// How the result by a profile looks, on a terminal and in JUnit.
#include "reports/profile.hpp"

#include "reports/junit.hpp"
#include "reports/terminal.hpp"
#include "tests/golden.hpp"
#include "tests/report_samples.hpp"

#include <gtest/gtest.h>

#include <pugixml.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace connspec {
namespace {

using State = RowResult::State;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

RowResult row(std::string id, State state, std::vector<std::string> by = {}) {
  return {.id = std::move(id),
          .level = "MUST",
          .requirement =
              "After the final response to a request carrying close, the server "
              "starts closing the connection.",
          .state = state,
          .by = std::move(by)};
}

/// One row of everything.
ReportedRun sample() {
  ReportedRun run = samples::run();
  const auto fails = samples::served_after_close().id;
  ProfileResult profile{.name = "server-core",
                        .title = "What every HTTP/1.1 server owes",
                        .grade = "core",
                        .complete = 95};
  profile.rows = {row("R9112-9.6-04", State::failed, {fails}),
                  row("R9112-9.6-05", State::departs, {run.results[1].id}),
                  row("R9112-9.6-06", State::met, {run.results[0].id, fails, fails}),
                  row("R9112-9.6-07", State::observed, {run.results[2].id}),
                  row("R9112-9.6-08", State::not_played),
                  row("R9112-9.6-09", State::not_played),
                  row("R9112-9.6-10", State::not_played),
                  row("R9112-9.6-11", State::not_playable),
                  row("R9110-7.6.3-01", State::failed, {fails}),
                  row("R9110-7.6.3-02", State::not_played)};
  profile.rows[4].why = "no case yet";
  profile.rows[5].why = profile.rows[6].why = "{sink} is not declared";
  profile.rows[7].why = "invisible";
  profile.rows[8].apart = profile.rows[9].apart = true;
  profile.rows[9].why = "no case yet";
  profile.outcome = outcome_of(profile);
  run.profile = std::move(profile);
  return run;
}

ReportedRun with_outcome(std::vector<State> states, int complete = 50) {
  ReportedRun run{.role = "server"};
  run.results = {samples::result("server/a/b/c", Verdict::pass)};
  ProfileResult profile{.name = "p", .title = "t", .grade = "core", .complete = complete};
  for (const State state : states) profile.rows.push_back(row("R1-1-01", state));
  profile.outcome = outcome_of(profile);
  run.profile = std::move(profile);
  return run;
}

TEST(ProfileReport, IsTheGoldenTextAt80Columns) {
  const std::string text = profile_report(sample(), {.width = 80}, Detail::normal);
  EXPECT_EQ(text, golden("profile-80.txt", text));
}

TEST(ProfileReport, NamesWhatIsMetAndNotPlayedWhereVerbose) {
  const std::string text = profile_report(sample(), {.width = 100}, Detail::verbose);
  EXPECT_TRUE(has(text, "met         R9112-9.6-06, MUST: ")) << text;
  EXPECT_TRUE(has(text, "R9112-9.6-09 R9112-9.6-10")) << text;
  EXPECT_FALSE(has(profile_report(sample(), {}, Detail::normal), "R9112-9.6-06"));
}

TEST(ProfileReport, NamesWhatWasObservedWhereItOnlyReports) {
  EXPECT_FALSE(has(profile_report(sample(), {}, Detail::normal), "observed "));
  ReportedRun run = sample();
  run.profile->grade = "none";
  run.profile->outcome = outcome_of(*run.profile);
  const std::string text = profile_report(run, {}, Detail::normal);
  EXPECT_TRUE(has(text, "observed    R9112-9.6-07, MUST: ")) << text;
  EXPECT_TRUE(has(text, "server-core: reported (4 of 7 rows played")) << text;
}

TEST(ProfileReport, FitsItsWidth) {
  for (const int width : {80, 100}) {
    std::istringstream rows(profile_report(sample(), {.width = width}, Detail::normal));
    for (std::string line; std::getline(rows, line);)
      EXPECT_LE(line.size(), static_cast<std::size_t>(width)) << line;
  }
}

TEST(ProfileReport, EndsWithTheResult) {
  const auto line = [](const ReportedRun& run) { return profile_line(*run.profile, {}); };
  EXPECT_EQ(line(sample()),
            "server-core: not certified (4 of 7 rows played, 1 not met, 1 departs)\n");
  EXPECT_EQ(line(with_outcome({State::met, State::met})),
            "p: certified (2 of 2 rows played)\n");
  EXPECT_EQ(line(with_outcome({State::met, State::not_played}, 95)),
            "p: incomplete (1 of 2 rows played; 95 % have to be)\n");
}

TEST(ProfileReport, IsTheEndOfTheSummary) {
  const std::vector<ReportedRun> runs = {sample()};
  const std::string text = terminal_report(runs, {}, exit_of(runs), {}, Detail::normal);
  const std::size_t at = text.find("\nserver-core: not certified (");
  ASSERT_NE(at, std::string::npos) << text;
  EXPECT_EQ(text.find("\n\n", at), text.find('\n', at + 1)) << text.substr(at);
  EXPECT_TRUE(has(text, "exit 1: not certified\n"));
}

TEST(ProfileReport, IsALineARunWhereQuiet) {
  const std::vector<ReportedRun> one = {with_outcome({State::met})};
  const std::string text = terminal_report(one, {}, exit_of(one), {}, Detail::quiet);
  EXPECT_TRUE(text.starts_with("p: certified (1 of 1 row played)\n1 case in ")) << text;
  const std::vector<ReportedRun> two = {with_outcome({State::met}), with_outcome({State::met})};
  EXPECT_TRUE(
      has(terminal_report(two, {}, exit_of(two), {}, Detail::quiet), "server, p: certified"));
}

TEST(ProfileReport, SaysWhatTheExitCodeMeans) {
  const std::vector<ReportedRun> runs = {with_outcome({State::not_played, State::met}, 95)};
  EXPECT_TRUE(has(last_line(runs, exit_of(runs), {}), "exit 5: the profile is incomplete"));
}

std::string property(const pugi::xml_document& document, const std::string& name) {
  return document
      .select_node(("//testsuite[1]/properties/property[@name='" + name + "']").c_str())
      .node()
      .attribute("value")
      .value();
}

TEST(ProfileInJunit, IsPropertiesOfTheSuites) {
  const std::vector<ReportedRun> runs = {sample()};
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(junit(runs, {}).c_str()));
  EXPECT_EQ(property(document, "profile"), "server-core");
  EXPECT_EQ(property(document, "profile-grade"), "core");
  EXPECT_EQ(property(document, "profile-result"), "not certified");
  EXPECT_EQ(property(document, "profile-rows"), "4 of 7 rows played");
  EXPECT_EQ(property(document, "profile-complete"), "95 %");
  EXPECT_EQ(property(document, "profile-not-met"), "R9112-9.6-04");
  EXPECT_EQ(property(document, "profile-apart-not-met"), "R9110-7.6.3-01");
  EXPECT_EQ(property(document, "profile-not-played"), "R9112-9.6-08 R9112-9.6-09 R9112-9.6-10");
}

TEST(ProfileInJunit, IsNotThereWithoutAProfile) {
  const std::vector<ReportedRun> runs = {samples::run()};
  EXPECT_FALSE(has(junit(runs, {}), "profile"));
}

TEST(ProfileInJunit, SaysOfACaseHowItWasGraded) {
  ReportedRun run{.role = "server"};
  run.results = {samples::result("server/a/b/c", Verdict::departs)};
  run.results[0].reason = "no-close";
  run.results[0].graded = "SHOULD by server-core";
  const std::vector<ReportedRun> runs = {run};
  const std::string text = junit(runs, {});
  EXPECT_TRUE(has(text, "name=\"graded\" value=\"SHOULD by server-core\"")) << text;
  EXPECT_TRUE(has(text, "MUST (SHOULD by server-core) RFC 9112 section 9.6: no-close")) << text;
}

}  // namespace
}  // namespace connspec
