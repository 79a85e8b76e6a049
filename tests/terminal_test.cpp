#include "reports/terminal.hpp"

#include "reports/progress.hpp"
#include "reports/tally.hpp"
#include "reports/text.hpp"
#include "tests/golden.hpp"
#include "tests/report_samples.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace connspec {
namespace {

std::string report(const Style& style, Detail detail) {
  std::vector<ReportedRun> runs = {samples::run(), samples::proxy_run()};
  return terminal_report(runs, {{"JUnit", "out/junit.xml"}, {"transcripts", "out/transcripts"}},
                         exit_of(runs), style, detail);
}

ReportedRun run_of(std::vector<Verdict> verdicts) {
  ReportedRun run{.role = "server"};
  for (Verdict verdict : verdicts)
    run.results.push_back(samples::result("server/a/b/c", verdict));
  return run;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Terminal, IsTheGoldenTextAt80Columns) {
  std::string text = report({.width = 80}, Detail::normal);
  EXPECT_EQ(text, golden("terminal-80.txt", text));
}

TEST(Terminal, IsTheGoldenTextAt100ColumnsInColour) {
  std::string text = report({.width = 100, .colour = true}, Detail::normal);
  EXPECT_EQ(text, golden("terminal-100-colour.txt", text));
}

TEST(Terminal, IsTheGoldenTextWhereVerbose) {
  std::string text = report({.width = 100, .ascii = true}, Detail::verbose);
  EXPECT_EQ(text, golden("terminal-100-verbose-ascii.txt", text));
}

TEST(Terminal, LetsNoByteOfTheTargetThroughRaw) {
  for (Detail detail : {Detail::quiet, Detail::normal, Detail::verbose}) {
    std::string text = report({.width = 80, .ascii = true}, detail);
    EXPECT_TRUE(std::ranges::all_of(
        text, [](char byte) { return byte == '\n' || (byte >= ' ' && byte <= '~'); }));
  }
}

TEST(Terminal, SaysTheSameWithoutColour) {
  std::string coloured = report({.width = 80, .colour = true}, Detail::normal);
  for (std::size_t at = 0; (at = coloured.find('\x1b', at)) != std::string::npos;)
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  std::string plain = report({.width = 80}, Detail::normal);
  auto without_blanks = [](std::string text) {
    std::erase(text, ' ');
    return text;
  };
  EXPECT_EQ(without_blanks(coloured), without_blanks(plain));
}

TEST(Terminal, QuietShowsFailuresAndTheLastLine) {
  std::string text = report({}, Detail::quiet);
  EXPECT_TRUE(has(text, "FAIL  server/close/option/leaves-later-requests-alone\n"));
  EXPECT_TRUE(has(text, "exit 5"));
  EXPECT_FALSE(has(text, "departs  ")) << text;
  EXPECT_FALSE(has(text, "out/junit.xml")) << text;
  EXPECT_FALSE(has(text, "topic")) << text;
}

TEST(Terminal, QuietWithoutFailuresIsOneLine) {
  std::vector<ReportedRun> runs = {run_of({Verdict::pass})};
  std::string text = terminal_report(runs, {}, exit_of(runs), {}, Detail::quiet);
  EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
  EXPECT_TRUE(text.starts_with("1 case in 0.00 s: 1 pass "));
  EXPECT_TRUE(text.ends_with("exit 0: as required\n"));
}

TEST(Terminal, ShowsADepartureAsAFailureWhereStrict) {
  ReportedRun run = samples::run();
  EXPECT_FALSE(has(failures(run, {}), "DEPARTS"));
  run.strict = true;
  EXPECT_TRUE(has(failures(run, {}), "DEPARTS  server/graceful/no-reset/after-upload\n"));
  EXPECT_FALSE(has(other_findings(run, {}, Detail::normal), "departs"));
}

TEST(Terminal, ShowsAnUnstablePassThoughNothingElseIsNamed) {
  EXPECT_TRUE(has(other_findings(samples::run(), {}, Detail::normal),
                  "unstable      server/pipeline/order/of-two\n"));
}

TEST(Terminal, NamesTheSkippedOnlyWhereVerbose) {
  std::string id = "server/expect/body-withheld/small";
  EXPECT_FALSE(has(other_findings(samples::run(), {}, Detail::normal), id));
  EXPECT_TRUE(has(other_findings(samples::run(), {}, Detail::verbose), id));
}

TEST(Terminal, SaysWhyTheTargetWasLost) {
  ReportedRun run = run_of({Verdict::inconclusive});
  run.target_lost = "connect refused since 12.733 s";
  EXPECT_TRUE(has(summary(run, {}), "target lost  connect refused since 12.733 s\n"));
}

TEST(Terminal, SaysThatNothingWasTested) {
  std::vector<ReportedRun> runs = {run_of({})};
  EXPECT_TRUE(has(terminal_report(runs, {}, exit_of(runs), {}, Detail::normal),
                  "exit 4: nothing was tested\n"));
}

TEST(Exit, IsGravestFirst) {
  EXPECT_EQ(exit_of(run_of({Verdict::pass, Verdict::observed, Verdict::departs})),
            Exit::as_required);
  EXPECT_EQ(exit_of(run_of({Verdict::pass, Verdict::fail})), Exit::failure);
  EXPECT_EQ(exit_of(run_of({Verdict::fail, Verdict::inconclusive})), Exit::inconclusive);
  ReportedRun lost = run_of({Verdict::fail, Verdict::inconclusive});
  lost.target_lost = "gone";
  EXPECT_EQ(exit_of(lost), Exit::unreachable);
  lost.interrupted = true;
  EXPECT_EQ(exit_of(lost), Exit::interrupted);
}

TEST(Exit, IsNeverGreenWhereNothingWasTested) {
  EXPECT_EQ(exit_of(run_of({})), Exit::nothing_tested);
  EXPECT_EQ(exit_of(run_of({Verdict::skipped, Verdict::skipped})), Exit::nothing_tested);
  EXPECT_EQ(exit_of(run_of({Verdict::skipped, Verdict::inconclusive})), Exit::inconclusive);
  EXPECT_EQ(exit_of(std::span<const ReportedRun>{}), Exit::nothing_tested);
}

TEST(Exit, CountsADepartureWhereStrict) {
  ReportedRun run = run_of({Verdict::departs});
  run.strict = true;
  EXPECT_EQ(exit_of(run), Exit::failure);
}

TEST(Exit, OfSeveralRunsIsTheGravest) {
  std::vector<ReportedRun> runs = {run_of({Verdict::pass}), run_of({Verdict::fail})};
  EXPECT_EQ(exit_of(runs), Exit::failure);
  runs.push_back(run_of({Verdict::skipped}));
  EXPECT_EQ(exit_of(runs), Exit::nothing_tested);
}

TEST(Tally, TakesTheFolderIntoTheTopicWhereThereAreTwo) {
  ReportedRun run{.role = "gateway"};
  run.results = {samples::result("server/close/x/y", Verdict::pass),
                 samples::result("proxy/close/x/y", Verdict::fail)};
  std::vector<Topic> topics = topics_of(run);
  ASSERT_EQ(topics.size(), 2U);
  EXPECT_EQ(topics[0].name, "server/close");
  EXPECT_EQ(topics[1].name, "proxy/close");
  EXPECT_EQ(topics[1].tally.failures, 1U);
}

/// What a Progress wrote.
class Screen {
 public:
  ~Screen() { std::fclose(file_); }
  std::FILE* file() { return file_; }
  std::string text() {
    std::fflush(file_);
    std::rewind(file_);
    std::string text(100'000, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file_));
    return text;
  }

 private:
  std::FILE* file_ = std::tmpfile();
};

TEST(Progress, WritesALineACaseWhereThereIsNoTerminal) {
  Screen screen;
  EXPECT_EQ(Progress::manner_for(screen.file(), Detail::normal), Progress::Manner::line_a_case);
  Progress progress(screen.file(), Progress::Manner::line_a_case, {});
  progress.expect(2);
  progress.phase("playing");
  progress.done(samples::result("server/a/b/c", Verdict::pass));
  progress.done(samples::launders());
  progress.clear();
  EXPECT_EQ(screen.text(),
            "pass          server/a/b/c\n"
            "FAIL          proxy/incomplete/origin-cut/shows-the-cut/in-chunk/close/http-1.1"
            "  launders\n");
}

TEST(Progress, WritesOneLineOverOnATerminal) {
  Screen screen;
  Progress progress(screen.file(), Progress::Manner::one_line, {.width = 60}, false,
                    std::chrono::milliseconds(0));
  progress.expect(148);
  progress.done(samples::launders());
  progress.phase("playing server/timeout/idle/closes-the-connection-after-a-while");
  progress.clear();
  EXPECT_EQ(screen.text(),
            "\r1 of 148, 1 FAIL\x1b[K"
            "\r1 of 148, 1 FAIL, playing server/timeout/idle/closes-the...\x1b[K"
            "\r\x1b[K");
}

TEST(Progress, GoesOnCountingInASecondRun) {
  Screen screen;
  Progress progress(screen.file(), Progress::Manner::one_line, {});
  progress.expect(1);
  progress.done(samples::result("server/a/b/c", Verdict::pass));
  progress.expect(2);
  progress.phase("calibrating");
  EXPECT_TRUE(has(screen.text(), "\r1 of 3, calibrating"));
}

TEST(Progress, SparesTheTerminalOfTooManyLines) {
  Screen screen;
  Progress progress(screen.file(), Progress::Manner::one_line, {}, false,
                    std::chrono::hours(1));
  for (int i = 0; i < 1000; ++i) progress.done(samples::launders());
  EXPECT_EQ(screen.text(), "\r1 FAIL\x1b[K");
}

TEST(Progress, IsSilentWhereQuiet) {
  Screen screen;
  EXPECT_EQ(Progress::manner_for(screen.file(), Detail::quiet), Progress::Manner::silent);
  Progress progress(screen.file(), Progress::Manner::silent, {});
  progress.done(samples::launders());
  progress.clear();
  EXPECT_EQ(screen.text(), "");
}

TEST(Style, ColoursByWishTerminalAndEnvironment) {
  EXPECT_TRUE(wants_colour(Colour::always, false));
  EXPECT_FALSE(wants_colour(Colour::never, true));
  EXPECT_FALSE(wants_colour(Colour::automatic, false));
}

TEST(Style, IsAsWideAsAReportMayBeWhereThereIsNoTerminal) {
  Screen no_terminal;
  EXPECT_EQ(width_of(fileno(no_terminal.file())), 100);
}

TEST(Style, HonoursNoColorOnATerminal) {
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  EXPECT_TRUE(wants_colour(Colour::automatic, true));
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(wants_colour(Colour::automatic, true));
  EXPECT_TRUE(wants_colour(Colour::always, true));
  ::unsetenv("NO_COLOR");
  ::setenv("TERM", "dumb", 1);
  EXPECT_FALSE(wants_colour(Colour::automatic, true));
}

TEST(Text, WrapsAtBlanksAndBreaksWhatIsTooLong) {
  EXPECT_EQ(text::wrapped("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(text::wrapped("abcdefghij", 4), (std::vector<std::string>{"abcd", "efgh", "ij"}));
  EXPECT_EQ(text::wrapped("", 4), (std::vector<std::string>{""}));
}

TEST(Text, ShortensToALimit) {
  EXPECT_EQ(text::shortened("abcdefgh", 6), "abc...");
  EXPECT_EQ(text::shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(text::shortened("\x1b\x1b", 8), "\\x1b\\x1b");
}

}  // namespace
}  // namespace connspec
