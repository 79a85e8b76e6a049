// Editions and baselines as a run is judged by them.
#include "harness/terms.hpp"

#include "harness/script_edition.hpp"
#include "tests/report_samples.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace connspec {
namespace {

CaseLibrary library_of_two_editions() {
  constexpr std::string_view text = R"(requirement  A server answers
spec         RFC 9112 section 9.3
level        MUST
role         server
covers       X-1

case old
  title  it answers
  client asks {a}

case new
  title  it answers twice
  since  2026.2
  client asks {a}
  client asks {b}
)";
  CaseLibrary library;
  add_text(library, "server/t/r.convo", text, false);
  for (const auto& error : library.errors) ADD_FAILURE() << what(error);
  return library;
}

std::string path_of_baseline(const std::string& text) {
  const auto path = std::filesystem::path(testing::TempDir()) / "connspec-terms.baseline";
  std::ofstream(path) << text;
  return path.string();
}

std::vector<std::string> errors_with(const std::string& edition, const std::string& baseline) {
  std::vector<std::string> errors;
  const auto terms = read_terms(library_of_two_editions(), edition, baseline, errors);
  EXPECT_EQ(terms.has_value(), errors.empty());
  return errors;
}

TEST(Edition, IsAYearAndANumber) {
  for (const auto* text : {"2026.1", "2027.12"}) EXPECT_TRUE(is_edition(text)) << text;
  for (const auto* text : {"", "2026", "2026.", "2026.0", "2026.01", "26.1", "2026.1 ", "x.1",
                           "2026.1.2", "-026.1"})
    EXPECT_FALSE(is_edition(text)) << text;
  EXPECT_TRUE(is_later("2026.10", "2026.9"));
  EXPECT_TRUE(is_later("2027.1", "2026.10"));
  EXPECT_FALSE(is_later("2026.1", "2026.1"));
}

TEST(Edition, IsThatOfTheCaseOrTheFirst) {
  const auto library = library_of_two_editions();
  EXPECT_EQ(library.find("server/t/r/old")->since, "2026.1");
  EXPECT_EQ(library.find("server/t/r/new")->since, "2026.2");
  EXPECT_EQ(editions_of(library), (std::vector<std::string>{"2026.1", "2026.2"}));
}

TEST(Edition, MistakesHaveAnAddress) {
  CaseLibrary library;
  add_text(library, "server/t/r.convo",
           "requirement  r\nspec  RFC 9112 section 9\nlevel  MUST\nrole  server\ncovers  X\n"
           "since  next\n\ncase c\n  title  t\n  client asks {a}\n",
           false);
  ASSERT_EQ(library.errors.size(), 1U);
  EXPECT_EQ(library.errors.front().place.line, 6);
  EXPECT_EQ(library.errors.front().place.column, 8);
}

TEST(Terms, WhatIsNewerDoesNotGate) {
  std::vector<std::string> errors;
  const auto terms = read_terms(library_of_two_editions(), "2026.1", "", errors);
  ASSERT_TRUE(terms) << errors.front();
  ReportedRun run{
      .results = {{.id = "old", .since = "2026.1", .verdict = Verdict::pass},
                  {.id = "new", .since = "2026.2", .verdict = Verdict::fail, .reason = "x"}}};
  EXPECT_EQ(exit_of(run), Exit::failure);
  terms->apply_edition(run);
  EXPECT_EQ(run.edition, "2026.1");
  EXPECT_EQ(exit_of(run), Exit::as_required);
  run.results[1].verdict = Verdict::inconclusive;
  EXPECT_EQ(exit_of(run), Exit::as_required);
  run.results[0].verdict = Verdict::fail;
  EXPECT_EQ(exit_of(run), Exit::failure);
}

TEST(Terms, WithoutAWordTheNewestEditionIsMeant) {
  std::vector<std::string> errors;
  const auto terms = read_terms(library_of_two_editions(), "", "", errors);
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->edition, "2026.2");
  EXPECT_FALSE(terms->baseline);
  EXPECT_EQ(terms->today.size(), 10U);
}

TEST(Terms, RefuseWhatIsNotThere) {
  EXPECT_EQ(errors_with("2025.1", ""),
            (std::vector<std::string>{
                "there is no edition '2025.1'; the cases here are of 2026.1, 2026.2"}));
  EXPECT_EQ(errors_with("", "/nowhere/b"),
            (std::vector<std::string>{"cannot read /nowhere/b: No such file or directory"}));
  EXPECT_EQ(errors_with("", "/tmp"),
            (std::vector<std::string>{"cannot read /tmp: Is a directory"}));
  const auto path = path_of_baseline("server/t/r/olt  fail:x  -  why\n");
  EXPECT_EQ(errors_with("", path),
            (std::vector<std::string>{path + ":1:1: there is no case 'server/t/r/olt'; did you "
                                             "mean 'server/t/r/old'?"}));
}

}  // namespace
}  // namespace connspec
