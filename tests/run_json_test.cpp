#include "reports/run_json.hpp"

#include "reports/run_json_fields.hpp"
#include "reports/utf8.hpp"
#include "tests/report_samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace connspec {
namespace {

/// All 256 of them.
std::string every_byte() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

std::vector<ReportedRun> read(const std::string& text) {
  std::string error;
  auto runs = parse_run_json(text, "x.json", error);
  EXPECT_TRUE(runs) << error;
  return runs.value_or(std::vector<ReportedRun>{});
}

/// What is wrong with `text`.
std::string mistake_in(const std::string& text) {
  std::string error;
  EXPECT_FALSE(parse_run_json(text, "x.json", error));
  return error;
}

/// A run with something that is not what it is by itself in every field.
ReportedRun full() {
  ReportedRun run = samples::run();
  run.edition = "2026.1";
  run.label = "nginx/1.22.1 " + every_byte();
  run.strict = true;
  run.interrupted = true;
  run.target_lost = "it died\n";
  run.time = std::chrono::nanoseconds(1'234'567'891);
  run.notes.push_back(every_byte());
  run.environment.emplace_back(every_byte(), every_byte());
  run.coverage = {{.id = "R9112-9.6-04",
                   .section = "RFC 9112 section 9.6",
                   .level = "MUST",
                   .requirement = "x",
                   .cases = {"server/a/b/c", "server/a/b/d"}},
                  {.id = "R9112-9.6-05", .reason = "nobody can see it"}};
  ProfileResult profile{.name = "server-core",
                        .title = "t",
                        .grade = "core",
                        .complete = 95,
                        .outcome = ProfileResult::Outcome::not_certified};
  for (auto state : every<RowResult::State>)
    profile.rows.push_back({.id = "R1",
                            .level = "MUST",
                            .requirement = "r",
                            .state = state,
                            .apart = true,
                            .why = every_byte(),
                            .by = {"a", "b"}});
  run.profile = profile;
  for (Verdict verdict : every<Verdict>) {
    Result result =
        samples::result("server/every/verdict/" + std::string(name_of(verdict)), verdict);
    result.kills = {"s-one", "s-two"};
    result.why = "it hangs";
    result.since = "2026.1";
    result.graded = "SHOULD by server-core";
    result.gating = false;
    result.time = std::chrono::nanoseconds(1);
    result.transcript_file = "transcripts/x.txt";
    result.seen = every_byte();
    for (auto kind : every<Event::Kind>)
      for (auto outcome : every<Settled::Outcome>)
        result.transcript.push_back(
            {.at = std::chrono::nanoseconds(120'001),
             .lane = "client #17",
             .kind = kind,
             .text = every_byte(),
             .size = std::numeric_limits<std::uint64_t>::max(),
             .settled = {
                 {.row = every_byte(), .line = 7, .outcome = outcome, .why = every_byte()}}});
    run.results.push_back(std::move(result));
  }
  return run;
}

/// Compares by what is written: every field of a run is in it.
void expect_round_trip(const std::vector<ReportedRun>& runs) {
  const std::string text = run_json(runs);
  EXPECT_EQ(run_json(read(text)), text);
}

TEST(RunJson, GivesBackEveryFieldOfEveryRun) {
  const std::vector<ReportedRun> runs{full(), samples::proxy_run()};
  expect_round_trip(runs);
  const auto back = read(run_json(runs));
  ASSERT_EQ(back.size(), 2U);
  const auto& one = back[0];
  EXPECT_EQ(one.label, runs[0].label);
  EXPECT_EQ(one.started, "2026-06-04T09:12:33");
  EXPECT_EQ(one.time, runs[0].time);
  EXPECT_EQ(one.environment, runs[0].environment);
  EXPECT_EQ(one.notes, runs[0].notes);
  EXPECT_EQ(one.target_lost, runs[0].target_lost);
  EXPECT_TRUE(one.strict && one.interrupted);
  ASSERT_TRUE(one.profile);
  EXPECT_EQ(one.profile->outcome, ProfileResult::Outcome::not_certified);
  EXPECT_EQ(one.profile->rows.back().state, RowResult::State::not_playable);
  EXPECT_EQ(one.coverage[0].cases, runs[0].coverage[0].cases);
  ASSERT_EQ(one.results.size(), runs[0].results.size());
  for (std::size_t i = 0; i < one.results.size(); ++i) {
    const Result& was = runs[0].results[i];
    const Result& is = one.results[i];
    EXPECT_EQ(is.verdict, was.verdict);
    EXPECT_EQ(is.seen, was.seen);
    EXPECT_EQ(is.allowed, was.allowed);
    EXPECT_EQ(is.kills, was.kills);
    EXPECT_EQ(is.gating, was.gating);
    EXPECT_EQ(is.time, was.time);
    ASSERT_EQ(is.transcript.size(), was.transcript.size());
    for (std::size_t n = 0; n < is.transcript.size(); ++n) {
      EXPECT_EQ(is.transcript[n].text, was.transcript[n].text);
      EXPECT_EQ(is.transcript[n].at, was.transcript[n].at);
      EXPECT_EQ(is.transcript[n].size, was.transcript[n].size);
      EXPECT_EQ(is.transcript[n].kind, was.transcript[n].kind);
      EXPECT_EQ(is.transcript[n].settled.size(), was.transcript[n].settled.size());
    }
  }
}

TEST(RunJson, HoldsRunsThatAreEmpty) {
  expect_round_trip({});
  expect_round_trip({ReportedRun{}});
  expect_round_trip({ReportedRun{}, samples::run(), ReportedRun{}});
}

TEST(RunJson, IsAsciiWhateverTheTargetSends) {
  const std::string text = run_json(std::vector{full()});
  EXPECT_TRUE(std::ranges::all_of(
      text, [](char byte) { return byte == '\n' || (byte >= ' ' && byte <= '~'); }));
}

TEST(RunJson, KeepsTextsOfPeopleReadable) {
  ReportedRun run;
  run.label = "caf\xc3\xa9 \xe2\x9c\x93 \xf0\x9f\x90\x8d";
  EXPECT_NE(run_json(std::vector{run}).find("caf\\u00e9 \\u2713 \\ud83d\\udc0d"),
            std::string::npos);
  EXPECT_EQ(read(run_json(std::vector{run}))[0].label, run.label);
}

TEST(RunJson, KeepsTimesToTheNanosecond) {
  for (long long time : {0LL, 1LL, 999'999'999LL, 1'000'000'001LL, 8'999'999'123'456'789LL}) {
    ReportedRun run;
    run.time = std::chrono::nanoseconds(time);
    EXPECT_EQ(read(run_json(std::vector{run}))[0].time.count(), time);
  }
}

TEST(Utf8, GivesBackWhateverBytesThereWere) {
  for (std::string text : {every_byte(), std::string("\xee\xbe\x80 stands in"),
                           std::string("\xed\xa0\x80"), std::string("\xc0\x80\xf5\x80\x80\x80"),
                           std::string("\xe2\x82"), std::string("\xf0\x9f")})
    EXPECT_EQ(utf8::original(utf8::valid(text)), text);
  EXPECT_EQ(utf8::bytes_of(utf8::of_bytes(every_byte())), every_byte());
  EXPECT_FALSE(utf8::bytes_of("\xc4\x80"));
}

/// `text` with the first `from` replaced.
std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(RunJsonRefused, SaysWhatIsWrongAndWhere) {
  const std::string good = run_json(std::vector{samples::run()});
  const struct {
    const char* from;
    const char* to;
    const char* error;
  } mistakes[] = {
      {"\"connspec-run\"", "\"junit\"", "/format: is not \"connspec-run\""},
      {"\"format_version\": 1", "\"format_version\": 2",
       "/format_version: is 2, and this connspec reads 1"},
      {"\"verdict\": \"pass\"", "\"verdict\": \"passed\"",
       "/runs/0/results/0/verdict: 'passed' is none of: pass, observed, departs, skipped, "
       "fail, "
       "inconclusive"},
      {"\"pass\": 2", "\"pass\": 3", "/runs/0/totals/pass: says 3, and the results come to 2"},
      {"\"strict\": false", "\"strict\": 0", "/runs/0/strict: 0 is neither true nor false"},
      {"\"line\": 8", "\"line\": 8.5",
       "/runs/0/results/0/line: 8.5 is no whole number in range"},
      {"\"line\": 8", "\"line\": 99999999999",
       "/runs/0/results/0/line: 99999999999 is no whole number in range"},
      {"\"size\": ", "\"size\": -",
       "/runs/0/results/1/transcript/0/size: -19 is no whole number in range"},
      {"\"kind\": \"sent\"", "\"kind\": \"sent\", \"colour\": 1",
       "/runs/0/results/1/transcript/0/colour: is no key of this format"},
      {"\"role\": \"server\",", "", "/runs/0: the key \"role\" is missing"},
      {"\"role\": \"server\",", "\"role\": \"server\", \"role\": \"gateway\",",
       "the key \"role\" stands twice in one object"},
      {"\"seconds\": 0.421", "\"seconds\": 1e300",
       "/runs/0/seconds: is no time that a run can take"},
      {"33Z\"", "33\"", "/runs/0/started: is no time of UTC, which ends in Z"},
      {"\"text\": \"P", "\"text\": \"\\u0100P",
       "/runs/0/results/1/transcript/0/text: holds bytes, and a character beyond U+00FF is "
       "none"},
      {"\"covers\": [", "\"covers\": [7, ", "/runs/0/results/0/covers/0: 7 is no string"},
      {"\"coverage\": []", "\"coverage\": {}", "/runs/0/coverage: an object is no array"},
      {"\"profile\": null", "\"profile\": []", "/runs/0/profile: an array is no object"},
  };
  for (const auto& mistake : mistakes)
    EXPECT_EQ(mistake_in(with(good, mistake.from, mistake.to)),
              std::string("x.json: ") + mistake.error);
}

TEST(RunJsonRefused, IsWhateverElseAFileMayHold) {
  EXPECT_EQ(mistake_in("[]"), "x.json: an array is no object");
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("\0", 1), std::string("\xff\xfe"),
        std::string("{\"format\": \"\xff\"}"), std::string(200'000, '['), every_byte()})
    EXPECT_TRUE(mistake_in(text).starts_with("x.json: ")) << mistake_in(text);
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  EXPECT_NE(mistake_in(deep), "");
}

TEST(RunJsonRefused, IsAFileThatIsNotThere) {
  std::string error;
  EXPECT_FALSE(read_run_json("/nonexistent/run.json", error));
  EXPECT_EQ(error, "/nonexistent/run.json: cannot be read");
  EXPECT_FALSE(read_run_json("/tmp", error));
  EXPECT_EQ(error, "/tmp: cannot be read");
}

/// Cut or damaged at any place it is refused with a sentence, or read.
TEST(RunJsonRefused, NeverByACrash) {
  const std::string good = run_json(std::vector{samples::proxy_run()});
  std::string error;
  for (std::size_t i = 0; i < good.size(); i += 7) {
    EXPECT_FALSE(parse_run_json(good.substr(0, i), "x", error));
    std::string damaged = good;
    damaged[i] = static_cast<char>(damaged[i] ^ static_cast<char>(1U << (i % 8)));
    error.clear();
    const bool read = parse_run_json(damaged, "x", error).has_value();
    EXPECT_TRUE(read || !error.empty());
  }
}

}  // namespace
}  // namespace connspec
