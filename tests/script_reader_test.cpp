#include "harness/script_reader.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

const std::string head =
    "requirement  A server ends the connection\n"
    "spec         RFC 9112 section 9.6\n"
    "level        MUST\n"
    "role         server\n"
    "covers       R9112-9.6-04\n"
    "\n";
const std::string proxy_head =
    "requirement  A proxy says what it got\n"
    "spec         RFC 9112 section 9.3\n"
    "level        MUST NOT\n"
    "role         proxy\n"
    "covers       R9112-9.3-11\n"
    "\n";

std::string errors_of(const Script& script) {
  std::string text;
  for (const ScriptError& error : script.errors) text += what(error) + "\n";
  return text;
}

/// The only case of a text that must be right.
Case read_one(const std::string& text) {
  Script script = read_script("server/close/option.convo", text);
  EXPECT_EQ(errors_of(script), "");
  EXPECT_EQ(script.cases.size(), 1U);
  return script.cases.empty() ? Case{} : std::move(script.cases.front());
}

Case read_steps_of(const std::string& steps, const std::string& file_head = head) {
  return read_one(file_head + "case ends\n  title  it ends\n" + steps);
}

template <typename T>
const T& step(const Case& script, std::size_t number) {
  return std::get<T>(script.steps.at(number).what);
}

TEST(ScriptReader, ReadsTheHead) {
  const Case script = read_one(head +
                               "case ends\n  title  it ends\n  kills  s-a s-b\n  needs  cache\n"
                               "  alone\n  slow\n  why    it hangs\n  level  SHOULD NOT\n"
                               "  client asks {a}\n");
  EXPECT_EQ(script.id, "server/close/option/ends");
  EXPECT_EQ(script.title, "it ends");
  EXPECT_EQ(script.requirement, "A server ends the connection");
  EXPECT_EQ(script.spec, "RFC 9112 section 9.6");
  EXPECT_EQ(script.level, Level::should_not);
  EXPECT_EQ(name_of(script.roles), "server");
  EXPECT_EQ(script.covers, (std::vector<std::string>{"R9112-9.6-04"}));
  EXPECT_EQ(script.kills, (std::vector<std::string>{"s-a", "s-b"}));
  EXPECT_EQ(script.needs, (std::vector<std::string>{"cache"}));
  EXPECT_EQ(script.why, "it hangs");
  EXPECT_TRUE(script.alone);
  EXPECT_TRUE(script.slow);
  EXPECT_EQ(script.place.line, 7);
}

TEST(ScriptReader, ACaseWithItsOwnRowsStandsInTheirSection) {
  const Case script = read_one(head +
                               "case ends\n  title  it ends\n  covers  R9110-7.8-01\n"
                               "  client asks {a}\n");
  EXPECT_EQ(script.covers, (std::vector<std::string>{"R9110-7.8-01"}));
  EXPECT_EQ(script.spec, "RFC 9110 section 7.8");
}

TEST(ScriptReader, OneWriteHasChunksOnlyWhereItRepeats) {
  const Case script = read_steps_of(
      "  client > GET {a} HTTP/1.1 | Host: {host} |\n"
      "         >> hel\\x00lo\n"
      "         >* 64k \"x{n}\"\n"
      "         > end\n"
      "  client >\n"
      "  client < response\n");
  ASSERT_EQ(script.steps.size(), 3U);
  const Write& write = step<Write>(script, 0);
  ASSERT_EQ(write.chunks.size(), 3U);
  EXPECT_EQ(shown(write.chunks[0].text),
            "GET {a} HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\nhel\\x00lo");
  EXPECT_EQ(write.chunks[1].times, 64'000U);
  EXPECT_EQ(shown(write.chunks[1].text), "x{n}");
  EXPECT_EQ(shown(write.chunks[2].text), "end\\r\\n");
  EXPECT_EQ(shown(step<Write>(script, 1).chunks[0].text), "\\r\\n");
  EXPECT_EQ(script.steps[0].row.text, "> GET {a} HTTP/1.1 | Host: {host} |");
  EXPECT_EQ(script.steps[1].row.line, 13);
}

TEST(ScriptReader, ABarBetweenBlanksJoinsLinesAndNoOther) {
  const Case script = read_steps_of(
      "  client > a|b | c \\| d |  e | | f\n"
      "  client < response\n");
  EXPECT_EQ(shown(step<Write>(script, 0).chunks[0].text),
            "a|b\\r\\nc | d\\r\\n e\\r\\n\\r\\nf\\r\\n");
}

TEST(ScriptReader, ReadsActs) {
  const Case script = read_steps_of(
      "  client ! connect window 4k late-acks\n"
      "  client2 ! connect from the port of client\n"
      "  client ! slice 2 every 5ms\n"
      "  client ! hold 40\n"
      "  client ! release\n"
      "  client ! stop-reading\n"
      "  client ! resume-reading\n"
      "  client ! pause 20ms\n"
      "  client ! gather\n"
      "  client >> last\n"
      "  client ! half-close\n"
      "  client < end\n"
      "  client ! close\n"
      "  client2 ! reset\n");
  EXPECT_EQ(std::get<Connect>(step<Act>(script, 0).action).window, 4'000U);
  EXPECT_TRUE(std::get<Connect>(step<Act>(script, 0).action).late_acks);
  EXPECT_EQ(std::get<Connect>(step<Act>(script, 1).action).from_port_of, Lane{});
  EXPECT_EQ(std::get<Slice>(step<Act>(script, 2).action).bytes, 2U);
  EXPECT_EQ(std::get<Slice>(step<Act>(script, 2).action).every.fixed,
            std::chrono::milliseconds(5));
  EXPECT_EQ(std::get<Hold>(step<Act>(script, 3).action).bytes, 40U);
  EXPECT_EQ(script.steps[10].row.text, "! half-close");
  EXPECT_TRUE(std::holds_alternative<Reset>(step<Act>(script, 13).action));
}

TEST(ScriptReader, ARowThatEndsInACommaOrThenGoesOn) {
  const Case script = read_steps_of(
      "  client > HEAD {a} HTTP/1.1 | Host: {host} |\n"
      "  client < interim 103, has Link then response 200|4xx to HEAD, says no Close,\n"
      "           lacks X with \"a, b\", within 500ms then\n"
      "           end by RST\n");
  const Sequence& sequence = step<Expect>(script, 1).sequence;
  ASSERT_EQ(sequence.size(), 3U);
  EXPECT_EQ(sequence[0].row.text, "interim 103, has Link");
  const Response& response = std::get<Response>(sequence[1].thing);
  EXPECT_TRUE(response.status->match(404));
  EXPECT_FALSE(response.status->match(201));
  EXPECT_EQ(response.to, To::head);
  ASSERT_EQ(sequence[1].facts.size(), 3U);
  EXPECT_EQ(std::get<Says>(sequence[1].facts[0]).option, "close");
  EXPECT_TRUE(std::get<Says>(sequence[1].facts[0]).no);
  EXPECT_EQ(shown(*std::get<Lacks>(sequence[1].facts[1]).member), "a, b");
  EXPECT_EQ(sequence[1].row.text,
            "response 200|4xx to HEAD, says no Close, lacks X with \"a, b\", within 500ms");
  EXPECT_EQ(std::get<End>(sequence[2].thing).by, Ending::rst);
  EXPECT_EQ(sequence[2].row.line, 12);
}

TEST(ScriptReader, ReadsEveryFact) {
  const Case script = read_steps_of(
      "  client > GET {u} HTTP/1.1 | Host: {host} |\n"
      "  origin < request {u}, has A, has B = 1, has C with {origin}, has D starting \"1.0 "
      "\",\n"
      "           lacks E, version 1.0, on a fresh connection, one Host, no bare CR, no fold,\n"
      "           no leading blank, chunked once, not before 5ms, head well formed,\n"
      "           trailers announced\n"
      "  origin answers\n"
      "  client < response 200, trailer has F, trailer lacks G, body \"x\\r\\n\", 3 bytes,\n"
      "           framed by chunks, no interim, no stall, at most 2 segments,\n"
      "           status line complete, same length, not before promised\n"
      "  client < response, cut short\n",
      proxy_head);
  const auto& facts = step<Expect>(script, 1).sequence[0].facts;
  ASSERT_EQ(facts.size(), 15U);
  EXPECT_EQ(std::get<Has>(facts[1]).how, Has::How::equals);
  EXPECT_EQ(std::get<Has>(facts[2]).value.front().hole, Binding::origin);
  EXPECT_EQ(std::get<Has>(facts[3]).value.front().literal, "1.0 ");
  EXPECT_EQ(std::get<OfForm>(facts[11]).form, Form::chunked_once);
  EXPECT_EQ(std::get<OfForm>(facts[13]).form, Form::head_well_formed);
  EXPECT_EQ(std::get<OfForm>(facts[14]).form, Form::trailers_announced);
  const auto& of_response = step<Expect>(script, 3).sequence[0].facts;
  EXPECT_TRUE(std::get<Trailer>(of_response[1]).lacks);
  EXPECT_EQ(std::get<Content>(of_response[2]).bytes.front().literal, "x\r\n");
  EXPECT_EQ(std::get<ContentSize>(of_response[3]).bytes, 3U);
  EXPECT_EQ(std::get<FramedBy>(of_response[4]).framing, Framing::chunks);
  EXPECT_FALSE(std::get<NotBefore>(of_response.back()).time);
}

TEST(ScriptReader, ReadsTheWaysOfAnEither) {
  const Case script = read_steps_of(
      "  client > GET {u} HTTP/1.1 | Host: {host} |\n"
      "  client2 > GET {u2} HTTP/1.1 | Host: {host} |\n"
      "  either\n"
      "    both                   origin < request {u}\n"
      "                           origin2 < request {u2}\n"
      "    refused  departs stop  client < response 4xx|5xx\n"
      "  origin answers\n"
      "  origin2 < either\n"
      "    dropped         end\n"
      "    kept  observed  silence 50ms\n"
      "  origin saw {u} at most twice\n",
      proxy_head);
  const Either& across = step<Either>(script, 2);
  EXPECT_FALSE(across.lane);
  ASSERT_EQ(across.ways.size(), 2U);
  EXPECT_EQ(across.ways[0].rows.size(), 2U);
  EXPECT_EQ(across.ways[1].mark, Way::Mark::departs);
  EXPECT_TRUE(across.ways[1].stop);
  EXPECT_EQ(across.ways[1].line, 14);
  EXPECT_EQ(step<Either>(script, 4).lane->number, 2);
  ASSERT_EQ(script.saws.size(), 1U);
  EXPECT_EQ(script.saws[0].count, Saw::Count::at_most_twice);
}

TEST(ScriptReader, ReadsAsksAnswersAndGivens) {
  const Case script = read_steps_of(
      "  client asks {u} of origin\n"
      "  client asks {a} 100 times\n"
      "  client > GET {u2} HTTP/1.1 | Host: {host} |\n"
      "  given origin2 < request GET {u2}, on the connection of origin\n"
      "  origin2 answers\n"
      "  client <* 1 response {u2}\n",
      proxy_head);
  EXPECT_EQ(step<Asks>(script, 0).of->side, Lane::Side::origin);
  EXPECT_EQ(step<Asks>(script, 1).times, 100U);
  EXPECT_TRUE(step<Expect>(script, 3).given);
  EXPECT_EQ(std::get<Request>(step<Expect>(script, 3).sequence[0].thing).method, "GET");
  EXPECT_EQ(step<Answers>(script, 4).lane.number, 2);
}

TEST(ScriptReader, ReadsRulesAboutAllMessages) {
  const Case script = read_steps_of("  every response 2xx when has Via, lacks A, no fold\n");
  ASSERT_EQ(script.everies.size(), 1U);
  EXPECT_TRUE(script.everies[0].status->match(204));
  EXPECT_TRUE(script.everies[0].when);
  EXPECT_EQ(script.everies[0].facts.size(), 2U);
}

TEST(ScriptReader, EachIsTextAndEveryCombinationIsACase) {
  const Script script =
      read_script("proxy/a/b.convo", head +
                                         "case ends\n  title  it ends by {how} in {version}\n"
                                         "  each how: close | reset\n"
                                         "  each version: HTTP/1.1 | HTTP/1.0\n"
                                         "  each field\n"
                                         "    list   \"Connection: a, b\"\n"
                                         "    lines  \"A: 1\\r\\nB: \\\"2\\\"\"\n"
                                         "  client > GET {a} {version} | {field} |\n"
                                         "  client < response {a}\n"
                                         "  client ! {how}\n");
  ASSERT_EQ(errors_of(script), "");
  ASSERT_EQ(script.cases.size(), 8U);
  EXPECT_EQ(script.cases[0].id, "proxy/a/b/ends/close/http-1.1/list");
  EXPECT_EQ(script.cases[7].id, "proxy/a/b/ends/reset/http-1.0/lines");
  EXPECT_EQ(script.cases[7].title, "it ends by reset in HTTP/1.0");
  EXPECT_FALSE(script.cases[0].uses_http10);
  EXPECT_TRUE(script.cases[7].uses_http10);
  EXPECT_EQ(shown(step<Write>(script.cases[7], 0).chunks[0].text),
            "GET {a} HTTP/1.0\\r\\nA: 1\\r\\nB: \"2\"\\r\\n\\r\\n");
  EXPECT_TRUE(std::holds_alternative<Reset>(step<Act>(script.cases[7], 2).action));
}

TEST(ScriptReader, KnowsWhichBindingsACaseUses) {
  const Case script = read_steps_of(
      "  client > GET {b} HTTP/1.1 | Host: {host} |\n"
      "  client < response {b}, has X = {protocol}\n");
  EXPECT_EQ(script.uses, (std::vector<Binding>{Binding::host, Binding::b, Binding::protocol}));
}

TEST(ScriptReader, PlannedTimeIsThatOfWaitsSlicesAndTheLongestWay) {
  const Case script = read_steps_of(
      "  client ! slice 10 every 5ms\n"
      "  client >* 100 \"x\"\n"
      "  client ! pause 100ms\n"
      "  client < either\n"
      "    soon  response 200, within 20ms\n"
      "    late  silence 300ms\n"
      "  client > GET {slow} HTTP/1.1 | Host: {host} |\n");
  ASSERT_EQ(script.planned.size(), 2U);
  // The last write, 10 + 21 bytes and two holes of about 16, is cut as well.
  EXPECT_GE(script.planned[0].fixed, std::chrono::milliseconds(50 + 100 + 300));
  EXPECT_LE(script.planned[0].fixed, std::chrono::milliseconds(50 + 100 + 300 + 40));
  EXPECT_EQ(script.planned[1].declared, Binding::slow);
}

TEST(ScriptReader, FindsAllMistakesOfAFileAndReadsItsSoundCases) {
  const Script script =
      read_script("server/a/b.convo", head +
                                          "case one\n  title  a.\n  client ! halfclose\n"
                                          "  client < respose\n\n"
                                          "case two\n  title  b\n  client asks {a}\n");
  EXPECT_EQ(script.errors.size(), 3U);
  ASSERT_EQ(script.cases.size(), 1U);
  EXPECT_EQ(script.cases[0].id, "server/a/b/two");
}

TEST(ScriptReader, AWayBelowAShorterBoundMayStillBeTaken) {
  const Case script = read_one(head +
                               "case ends\n  title  it ends\n  slow\n"
                               "  client asks {a}\n"
                               "  client < either\n"
                               "    soon  end\n"
                               "    late  departs  end, within {idle}\n");
  EXPECT_EQ(step<Either>(script, 1).ways.size(), 2U);
}

TEST(ScriptReader, TakesTheIdFromTheNameOfTheFile) {
  EXPECT_EQ(id_of_file("/home/me/cases/server/close/option.convo"), "server/close/option");
  EXPECT_EQ(id_of_file("./mine/option.convo"), "mine/option");
  EXPECT_EQ(id_of_file("showcases/a.convo"), "showcases/a");
}

}  // namespace
}  // namespace connspec
