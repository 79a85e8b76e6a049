// TAP and Markdown, each read by rules that are not ours.
#include "reports/markdown.hpp"
#include "reports/tap.hpp"
#include "tests/child_process.hpp"
#include "tests/golden.hpp"
#include "tests/report_samples.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace connspec {
namespace {

namespace fs = std::filesystem;

std::vector<ReportedRun> both() { return {samples::run(), samples::proxy_run()}; }

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// What perl's TAP::Parser, which shares nothing with us, makes of a document: a row for each
/// test point, and a last one with plan, problems and the reason of a bail-out. The one of
/// Debian knows version 13, which differs in nothing that we use but the number.
std::string as_perl_reads(std::string document) {
  const std::string_view version = "TAP version 14";
  EXPECT_TRUE(document.starts_with(version));
  document.replace(0, version.size(), "TAP version 13");
  const fs::path path =
      fs::path(testing::TempDir()) / ("points-" + std::to_string(::getpid()) + ".tap");
  std::ofstream(path, std::ios::binary) << document;
  const auto finished = run({"/usr/bin/perl", "-MTAP::Parser", "-e", R"perl(
    my $parser = TAP::Parser->new({source => $ARGV[0]});
    my ($bail, $yaml, $unknown) = ('', 0, 0);
    while (my $row = $parser->next) {
      if ($row->is_test) {
        print $row->number, ' ', ($row->is_actual_ok ? 'ok' : 'not ok'), ' ',
              $row->directive || '-', ' [', $row->description, '] ', $row->explanation, "\n";
      }
      $yaml++ if $row->is_yaml && defined $row->data->{verdict};
      $unknown++ if $row->is_unknown;
      $bail = $row->explanation if $row->is_bailout;
    }
    print "plan ", $parser->plan, " problems ", scalar($parser->parse_errors), " unknown $unknown",
          " yaml $yaml failed ", scalar($parser->failed), " bail $bail\n";
  )perl",
                             path.string()});
  fs::remove(path);
  EXPECT_EQ(finished.errors, "");
  return finished.output;
}

TEST(Tap, IsTheGoldenFile) {
  const std::string text = tap(both());
  EXPECT_EQ(text, golden("run.tap", text));
}

TEST(Tap, BeginsWithItsVersionAndItsPlan) {
  EXPECT_TRUE(tap(both()).starts_with("TAP version 14\n1..14\n"));
}

TEST(Tap, IsReadByPerlAsItIsMeant) {
  const std::string read = as_perl_reads(tap(both()));
  EXPECT_TRUE(has(read, "1 ok - [- server server/persist/default/stays-open] \n")) << read;
  EXPECT_TRUE(has(read,
                  " ok SKIP [- server server/expect/body-withheld/large] needs-sink: the "
                  "target declares no {sink}\n"))
      << read;
  EXPECT_TRUE(has(read, "not ok - [- server server/timeout/idle/closes] \n")) << read;
  EXPECT_TRUE(has(read, "[- forward proxy/incomplete/origin-cut/shows-the-cut/")) << read;
  EXPECT_TRUE(has(read, "plan 1..14 problems 0 unknown 0 yaml 9 failed 6 bail \n")) << read;
}

TEST(Tap, GivesDetailsOfWhichNoByteIsLost) {
  ReportedRun run;
  run.role = "server";
  run.results = {samples::hostile()};
  const std::string text = tap(std::vector{run});
  EXPECT_TRUE(std::ranges::all_of(
      text, [](char byte) { return byte == '\n' || (byte >= ' ' && byte <= '~'); }));
  EXPECT_TRUE(has(text, "  seen: \"\\\"HTTP/1.1 200 \\\\x1b[2J")) << text;
  EXPECT_TRUE(has(as_perl_reads(text), "problems 0 unknown 0 yaml 1 failed 1"));
}

TEST(Tap, EscapesWhatWouldBeADirective) {
  ReportedRun run;
  run.role = "server";
  run.results = {samples::result("server/a/b/c # TODO not \\ yet", Verdict::fail)};
  const std::string text = tap(std::vector{run});
  EXPECT_TRUE(has(text, "not ok 1 - server server/a/b/c \\# TODO not \\\\ yet\n")) << text;
  EXPECT_TRUE(has(as_perl_reads(text), "1 not ok - [")) << text;
}

TEST(Tap, BailsOutWhereTheTargetIsGoneOrNothingWasTested) {
  std::vector<ReportedRun> runs = both();
  runs[0].target_lost = "nothing listens on 127.0.0.1:1\n";
  EXPECT_TRUE(tap(runs).ends_with("\nBail out! nothing listens on 127.0.0.1:1\\n\n"));
  EXPECT_TRUE(has(as_perl_reads(tap(runs)), "bail nothing listens on 127.0.0.1:1"));
  runs = both();
  runs[1].interrupted = true;
  EXPECT_TRUE(tap(runs).ends_with("\nBail out! interrupted\n"));
  EXPECT_EQ(tap({}), "TAP version 14\n1..0\nBail out! nothing was tested\n");
  ReportedRun skipped;
  skipped.results = {samples::result("server/a/b/c", Verdict::skipped)};
  EXPECT_TRUE(tap(std::vector{skipped}).ends_with("Bail out! nothing was tested\n"));
}

TEST(Tap, HasAcceptedDeviationsToDo) {
  ReportedRun run;
  run.role = "server";
  run.results = {samples::result("server/a/b/c", Verdict::fail),
                 samples::result("server/a/b/d", Verdict::pass),
                 samples::result("server/a/b/e", Verdict::fail)};
  run.results[0].deviation = Deviation{.why = "ACME #481", .place = "acme.baseline:5"};
  run.results[1].deviation =
      Deviation{.state = Deviation::State::passes, .place = "acme.baseline:6"};
  run.results[2].gating = false;
  run.results[2].since = "2026.2";
  const std::string read = as_perl_reads(tap(std::vector{run}));
  EXPECT_TRUE(has(read,
                  "1 not ok TODO [- server server/a/b/c] accepted by acme.baseline:5: "
                  "ACME \\#481\n"))
      << read;
  EXPECT_TRUE(has(read, "2 not ok - [- server server/a/b/d] \n")) << read;
  EXPECT_TRUE(has(read,
                  "3 not ok TODO [- server server/a/b/e] new since edition 2026.2, not "
                  "gating\n"))
      << read;
  EXPECT_TRUE(has(read, "problems 0 unknown 0 yaml 3 failed 1 bail \n")) << read;
}

TEST(Tap, HasAPointForTheResultOfAProfile) {
  ReportedRun run;
  run.role = "server";
  run.results = {samples::result("server/a/b/c", Verdict::pass)};
  run.profile = ProfileResult{.name = "server-core",
                              .grade = "core",
                              .outcome = ProfileResult::Outcome::incomplete,
                              .rows = {{.id = "R1"}}};
  EXPECT_TRUE(has(tap(std::vector{run}), "not ok 2 - server profile server-core\n"));
  run.profile->outcome = ProfileResult::Outcome::certified;
  EXPECT_TRUE(has(tap(std::vector{run}), "\nok 2 - server profile server-core\n"));
  run.shard = Shard{};
  EXPECT_FALSE(has(tap(std::vector{run}), "profile"));
}

TEST(Tap, TellsRunsOfOneRoleApart) {
  std::vector<ReportedRun> runs = {samples::run(), samples::run()};
  runs[0].label = "nginx/1.22.1";
  runs[1].label = "Apache #2";
  const std::string text = tap(runs);
  EXPECT_TRUE(has(text, "ok 1 - server (nginx/1.22.1) server/persist/default/stays-open\n"));
  EXPECT_TRUE(has(text, " - server (Apache \\#2) server/persist/default/stays-open\n"));
}

TEST(Markdown, IsTheGoldenFile) {
  const std::string text = markdown(both());
  EXPECT_EQ(text, golden("summary.md", text));
}

TEST(Markdown, LinksTheSectionOfAnRfc) {
  EXPECT_EQ(markup::spec("RFC 9112 section 9.6"),
            "[RFC 9112 section 9.6](https://www.rfc-editor.org/rfc/rfc9112#section-9.6)");
  for (const char* odd : {"RFC 9112", "RFC 9112 section 9.6)](x", "RFC 1) section 2", ""})
    EXPECT_FALSE(has(markup::spec(odd), "https://")) << odd;
}

/// By the rule of CommonMark: as many backticks as opened it close it, and no other number.
TEST(Markdown, SpansOfCodeCannotBeLeft) {
  const struct {
    const char* bytes;
    const char* span;
  } spans[] = {
      {"plain", "`plain`"},       {"a`b", "``a`b``"}, {"``", "``` `` ```"},
      {" x ", "`  x  `"},         {"   ", "`   `"},   {"a\n`\r", "``a\\n`\\r``"},
      {"<b>&amp;", "`<b>&amp;`"}, {"", ""},
  };
  for (const auto& one : spans) EXPECT_EQ(markup::code(one.bytes), one.span);
}

TEST(Markdown, BlocksCannotBeLeft) {
  EXPECT_EQ(markup::block("</pre></details>\n\n# x ```\n&lt;"),
            "<pre>\n&lt;/pre&gt;&lt;/details&gt;\n\n# x ```\n&amp;lt;\n</pre>\n");
}

TEST(Markdown, SentencesShowAsTheyAre) {
  EXPECT_EQ(markup::sentence("a *b* <i> [x](y) `c` #1 @all a|b_c"),
            "a \\*b\\* \\<i\\> \\[x\\](y) \\`c\\` \\#1 \\@all a\\|b\\_c");
  EXPECT_EQ(markup::sentence("- x"), "\\- x");
}

/// Whatever a target sends: outside of code and of `<pre>`, the page is the same as without it.
TEST(Markdown, NoByteOfATargetIsTakenForMarkup) {
  std::string nasty =
      "`` ``` </pre> </details> <img src=x onerror=y> [a](b) | # \r\n\r\n* x @all";
  for (int i = 0; i < 256; ++i) nasty += static_cast<char>(i);
  ReportedRun run = samples::run();
  run.label = nasty;
  run.target_lost = nasty;
  run.results = {samples::hostile()};
  run.results[0].seen = nasty;
  run.results[0].reason = nasty;
  run.results[0].transcript.push_back(
      samples::event(9, "client", Event::Kind::head, nasty, {samples::unmet("x", 1, nasty)}));
  const std::string text = markdown(std::vector{run});
  EXPECT_TRUE(std::ranges::all_of(text, [](char byte) {
    return byte == '\n' || byte == '\t' || (byte >= ' ' && byte <= '~');
  }));
  std::string rest;
  bool in_block = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line == "<pre>") {
      EXPECT_FALSE(in_block);
      in_block = true;
    } else if (line == "</pre>") {
      EXPECT_TRUE(in_block);
      in_block = false;
    } else if (in_block) {
      EXPECT_FALSE(has(line, "<")) << line;
    } else {
      // Spans of code, by the rule of CommonMark.
      for (std::size_t at = 0; at < line.size();) {
        if (line[at] != '`') {
          rest += line[at++];
          continue;
        }
        const auto width = std::min(line.find_first_not_of('`', at), line.size()) - at;
        std::size_t end = at + width;
        for (;;) {
          end = line.find('`', end);
          ASSERT_NE(end, std::string::npos) << line;
          const auto closing = std::min(line.find_first_not_of('`', end), line.size()) - end;
          if (closing == width) break;
          end += closing;
        }
        at = end + width;
      }
      rest += '\n';
    }
  }
  EXPECT_FALSE(in_block);
  for (const char* mark : {"img", "onerror", "@all", "[a]", "</pre>", "0123"})
    EXPECT_FALSE(has(rest, mark)) << mark << "\n" << rest;
}

TEST(Markdown, StaysBelowTheBoundOfGitHubAndCountsTheRest) {
  ReportedRun run = samples::run();
  const Result failure = samples::served_after_close();
  for (int i = 0; i < 3000; ++i) {
    run.results.push_back(failure);
    run.results.back().id += "/" + std::to_string(i);
    run.results.back().transcript[0].text = std::string(5000, '<');
  }
  const std::string text = markdown(std::vector{run});
  EXPECT_LT(text.size(), 1'000'000U);
  EXPECT_TRUE(has(text, "more failures, for which there is no room here."));
  const std::vector<ReportedRun> many(2000, samples::run());
  const std::string page = markdown(many);
  EXPECT_LT(page.size(), 1'000'000U);
  EXPECT_TRUE(has(page, "more runs, for which there is no room here."));
}

TEST(Markdown, FoldsAndCountsWhatIsNoFailure) {
  const std::string text = markdown(both());
  EXPECT_TRUE(has(text, "<details><summary>1 case departed from a SHOULD</summary>")) << text;
  EXPECT_TRUE(has(text, "<details><summary>3 cases skipped</summary>")) << text;
}

}  // namespace
}  // namespace connspec
