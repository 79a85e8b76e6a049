#include "tests/wires.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

using namespace wires;

std::string response_with(const std::string& fields) {
  return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 5\r\n\r\nhello";
}

/// How `response 200, FACT` comes out of a response with these fields.
std::string word(const std::string& fact, const std::string& fields) {
  ShownLane lane(wire_of(response_with(fields)));
  return word_of(lane.judge("response 200, " + fact));
}

TEST(Facts, ReadTheConnectionListOverAllLinesAndInAnyCase) {
  const std::string lines = "Connection: X, Close\r\nCONNECTION: upgrade\r\n";
  EXPECT_EQ(word("says close", lines), "met");
  EXPECT_EQ(word("says upgrade", lines), "met");
  EXPECT_EQ(word("says no close", lines), "says-close");
  EXPECT_EQ(word("says no keep-alive", lines), "met");
  EXPECT_EQ(word("says keep-alive", lines), "says-no-keep-alive");
  EXPECT_EQ(word("says close", ""), "says-no-close");
  EXPECT_EQ(word("says close", "Connection: closed\r\n"), "says-no-close");
}

TEST(Facts, ReadFields) {
  const std::string lines = "Via: 1.1 a\r\nvia: 1.0 b,1.1 c\r\nX-Empty:\r\n";
  EXPECT_EQ(word("has VIA", lines), "met");
  EXPECT_EQ(word("has X-Empty", lines), "met");
  EXPECT_EQ(word("has X-None", lines), "lacks-x-none");
  EXPECT_EQ(word("has Via = \"1.1 a\"", lines), "met");
  EXPECT_EQ(word("has Via = \"1.1 c\"", lines), "other-via");
  EXPECT_EQ(word("has Via with \"1.1 c\"", lines), "met");
  EXPECT_EQ(word("has Via with \"1.1\"", lines), "other-via");
  EXPECT_EQ(word("has Via starting \"1.1 a, 1.0\"", lines), "met");
  EXPECT_EQ(word("has Via starting \"1.0\"", lines), "other-via");
  EXPECT_EQ(word("lacks X-None", lines), "met");
  EXPECT_EQ(word("lacks via", lines), "has-via");
  EXPECT_EQ(word("lacks Via with \"1.1 b\"", lines), "met");
  EXPECT_EQ(word("lacks Via with \"1.1 c\"", lines), "has-via");
  EXPECT_EQ(word("one X-Empty", lines), "met");
  EXPECT_EQ(word("one Via", lines), "several-via");
  EXPECT_EQ(word("one X-None", lines), "lacks-x-none");
}

TEST(Facts, CompareValuesExactly) {
  EXPECT_EQ(word("has X = Abc", "X: Abc\r\n"), "met");
  EXPECT_EQ(word("has X = abc", "X: Abc\r\n"), "other-x");
  EXPECT_EQ(word("has X = 5", "X:\t5 \r\n"), "met");
}

TEST(Facts, ReadContent) {
  EXPECT_EQ(word("body \"hello\"", ""), "met");
  EXPECT_EQ(word("body \"hell\"", ""), "other-body");
  EXPECT_EQ(word("5 bytes", ""), "met");
  EXPECT_EQ(word("4 bytes", ""), "other-body");
}

TEST(Facts, ReadTheFramingAndNothingElse) {
  const auto judged = [](const std::string& fact, const std::string& bytes) {
    ShownLane lane(ended_wire("HTTP/1.1 200 OK\r\n" + bytes, Ending::fin));
    return word_of(lane.judge("response 200, " + fact));
  };
  const std::string chunks = "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
  EXPECT_EQ(judged("framed by length", "Content-Length: 1\r\n\r\nx"), "met");
  EXPECT_EQ(judged("framed by length", "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"),
            "framed-by-length");
  EXPECT_EQ(judged("framed by chunks", chunks), "met");
  EXPECT_EQ(judged("framed by chunks", "Content-Length: 1\r\n" + chunks), "framed-by-chunks");
  EXPECT_EQ(judged("framed by length", chunks), "framed-by-chunks");
  EXPECT_EQ(judged("framed by end", "\r\nx"), "met");
  EXPECT_EQ(judged("framed by end", "Content-Length: 1\r\n\r\nx"), "framed-by-length");
}

TEST(Facts, ReadTrailers) {
  ShownLane lane(wire_of(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-H: 1\r\n\r\n0\r\nX-T: 1\r\n\r\n"));
  EXPECT_EQ(word_of(lane.judge("response 200, trailer has x-t, trailer lacks X-H")), "met");
  EXPECT_EQ(word_of(lane.judge("response 200, trailer has X-H")), "trailer-lacks-x-h");
  EXPECT_EQ(word_of(lane.judge("response 200, trailer lacks X-T")), "trailer-has-x-t");
}

TEST(Facts, ReadTheVersion) {
  EXPECT_EQ(word("version 1.1", ""), "met");
  EXPECT_EQ(word("version 1.0", ""), "version-1.1");
}

TEST(Facts, SayBothSides) {
  ShownLane lane(wire_of(response_with("Connection: close\r\n")));
  const auto finding = lane.judge("response 200, says no close");
  EXPECT_EQ(finding.complaint->expected,
            "expected not the Connection option close in response 200, says no close");
  EXPECT_EQ(finding.complaint->seen, "got Connection: \"close\"");
}

TEST(Facts, KnowTheConnectionOfALane) {
  const auto judged = [](const std::string& fact, std::uint64_t connection, bool fresh) {
    const auto script = case_of("proxy",
                                "  client asks {u} of origin\n"
                                "  client > GET {u2} HTTP/1.1 | Host: {host} |\n"
                                "  origin2 < request {u2}, " +
                                    fact + "\n");
    ShownLane lane(wire_of("GET /k1/u2 HTTP/1.1\r\nHost: a\r\n\r\n"));
    lane.sight.connection = connection;
    lane.sight.fresh = fresh;
    lane.setting.origin_connections[1] = 7;
    return word_of(lane.judge(std::get<Expect>(script.steps.back().what).sequence));
  };
  EXPECT_EQ(judged("on the connection of origin", 7, false), "met");
  EXPECT_EQ(judged("on the connection of origin", 8, false), "other-connection");
  EXPECT_EQ(judged("not on the connection of origin", 8, false), "met");
  EXPECT_EQ(judged("not on the connection of origin", 7, false), "same-connection");
  EXPECT_EQ(judged("on a fresh connection", 7, true), "met");
  EXPECT_EQ(judged("on a fresh connection", 7, false), "reused-connection");
}

// --- Form of the head, as `every` asks for it

std::optional<Finding> every(const std::string& rule, const std::string& bytes,
                             ReadAs as = ReadAs::response) {
  const auto script = case_of("server", "  every " + rule + "\n", "");
  Message message(as, 0);
  const auto wire = wire_of(bytes);
  message.advance(wire);
  const Offer offer;
  const Bindings bindings{&offer, "k1", ""};
  const Setting setting{.bindings = &bindings};
  return judge(script.everies.front(), message, setting);
}

std::string every_word(const std::string& rule, const std::string& bytes) {
  const auto finding = every(rule, bytes);
  return finding ? word_of(*finding) : "does not apply";
}

TEST(Facts, OfEveryMessageOfAKind) {
  const std::string interim = "HTTP/1.1 103 Hints\r\nLink: a\r\n\r\n";
  EXPECT_EQ(every_word("response, has Link", interim), "does not apply");
  EXPECT_EQ(every_word("interim, has Link", interim), "met");
  EXPECT_EQ(every_word("interim, lacks Link", interim), "has-link");
  EXPECT_EQ(every_word("response 204, lacks Content-Length", response_with("")),
            "does not apply");
  EXPECT_EQ(every_word("response 2xx, lacks Content-Length", response_with("")),
            "has-content-length");
  EXPECT_EQ(every_word("response when has X, has Y", response_with("")), "does not apply");
  EXPECT_EQ(every_word("response when has X, has Y", response_with("X: 1\r\n")), "lacks-y");
  EXPECT_EQ(every_word("response, has X", "HTTP/1.1 200 OK\r\n"), "does not apply");
  EXPECT_FALSE(every("response, has X", "GET / HTTP/1.1\r\n\r\n", ReadAs::request));
}

TEST(Facts, OfTheForm) {
  EXPECT_EQ(every_word("response, no bare CR", response_with("")), "met");
  EXPECT_EQ(every_word("response, no bare CR", response_with("X: a\rb\r\n")), "bare-cr");
  EXPECT_EQ(every_word("response, no fold", response_with("X: a\r\n b\r\n")), "folded-line");
  EXPECT_EQ(every_word("response, no fold", response_with("X: a  b\r\n")), "met");
  EXPECT_EQ(every_word("response, no fold", response_with(" X: a\r\nY: b\r\n")), "met");
  EXPECT_EQ(every_word("response, no leading blank", response_with("X: a\r\n b\r\n")), "met");
  EXPECT_EQ(every_word("response, no leading blank", response_with(" X: a\r\n")),
            "leading-blank");
  EXPECT_EQ(every_word("response, no leading blank", response_with("\tX: a\r\n")),
            "leading-blank");
  EXPECT_EQ(every_word("response, status line complete", response_with("")), "met");
  EXPECT_EQ(every_word("response, status line complete", "HTTP/1.1 200 \r\n\r\n"), "met");
  EXPECT_EQ(every_word("response, status line complete", "HTTP/1.1 200\r\n\r\n"),
            "status-line-incomplete");
  EXPECT_EQ(every_word("response, chunked once",
                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n"),
            "chunked-twice");
  EXPECT_EQ(every_word("response, chunked once",
                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: x-chunked, chunked\r\n\r\n"),
            "met");
}

TEST(Facts, OfTheGrammar) {
  const auto judged = [](const std::string& lines) {
    return every_word("response, head well formed", response_with(lines));
  };
  EXPECT_EQ(judged(""), "met");
  EXPECT_EQ(judged("X:\r\nY: \xff\t\"\r\nConnection: a, b ,\r\n"), "met");
  EXPECT_EQ(judged("Transfer-Encoding: gzip;q=\"1\", chunked\r\n"), "met");
  EXPECT_EQ(judged("X : 1\r\n"), "line-not-well-formed");
  EXPECT_EQ(judged("X Y: 1\r\n"), "line-not-well-formed");
  EXPECT_EQ(judged(": 1\r\n"), "line-not-well-formed");
  EXPECT_EQ(judged("no colon\r\n"), "line-not-well-formed");
  EXPECT_EQ(judged("X: \x01\r\n"), "line-not-well-formed");
  EXPECT_EQ(judged("X: a\r\n b\r\n"), "line-not-well-formed");
  EXPECT_EQ(judged("Content-Length: +5\r\n"), "line-not-well-formed");
  EXPECT_EQ(judged("Connection: keep alive\r\n"), "line-not-well-formed");
  EXPECT_EQ(judged("Connection: close;q=1\r\n"), "line-not-well-formed");
  EXPECT_EQ(every_word("response, head well formed", "HTTP/1.1 200\r\n\r\n"),
            "line-not-well-formed");
  EXPECT_EQ(every_word("response, head well formed", "HTTP/1.1 200 \r\n\r\n"), "met");
}

TEST(Facts, OfAnnouncedTrailers) {
  const auto judged = [](const std::string& announced) {
    return every_word("response, trailers announced",
                      "HTTP/1.1 200 OK\r\n" + announced +
                          "Transfer-Encoding: chunked\r\n\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n");
  };
  EXPECT_EQ(judged("Trailer: x-b, X-A\r\n"), "met");
  EXPECT_EQ(judged("Trailer: X-B\r\n"), "trailer-unannounced");
  EXPECT_EQ(judged(""), "trailer-unannounced");
  EXPECT_EQ(every_word("response, trailers announced", response_with("")), "met");
}

TEST(Facts, CompareALengthWithTheContentBefore) {
  const auto judged = [](const std::string& first, const std::string& head) {
    ShownLane lane(wire_of(first + "HTTP/1.1 200 OK\r\n" + head + "\r\n"));
    return word_of(lane.judge("response 200 then response 200 to HEAD, same length"));
  };
  const std::string chunks =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  EXPECT_EQ(judged(response_with(""), "Content-Length: 5\r\n"), "met");
  EXPECT_EQ(judged(response_with(""), "Content-Length: 0005\r\n"), "met");
  EXPECT_EQ(judged(response_with(""), ""), "met");
  EXPECT_EQ(judged(response_with(""), "Content-Length: 0\r\n"), "other-length");
  EXPECT_EQ(judged(chunks, "Content-Length: 5\r\n"), "met");
  EXPECT_EQ(judged(chunks, "Content-Length: 15\r\n"), "other-length");
  const std::string interim = "HTTP/1.1 103 Hints\r\n\r\n";
  EXPECT_EQ(judged(response_with("") + interim, "Content-Length: 5\r\n"), "met");
}

TEST(Facts, CompareTheLengthsOfTwoContents) {
  const auto judged = [](const std::string& bytes) {
    ShownLane lane(wire_of(bytes));
    return word_of(lane.judge("response 200 then response 200, same length"));
  };
  const std::string longer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello!";
  EXPECT_EQ(judged(response_with("") + response_with("X: 1\r\n")), "met");
  EXPECT_EQ(judged(response_with("") + longer), "other-length");
  ShownLane lane(wire_of(longer));
  EXPECT_EQ(word_of(lane.judge("response 200, same length")), "nothing-to-compare");
}

// --- Time

/// A response that came whole at `at`, on a lane whose last write was at 100 ms.
Finding timed(const std::string& items, Moment at, double seen_until = 0) {
  ShownLane lane(wire_of(""));
  receive(lane.wire, response_with(""), at);
  lane.sight.last_write = ms(100);
  lane.sight.seen_until = ms(seen_until);
  lane.setting.late_tolerance = std::chrono::milliseconds(50);
  return lane.judge(items);
}

TEST(Facts, WithinCountsToTheBorder) {
  EXPECT_EQ(word_of(timed("response 200, within 100ms", exactly(200))), "met");
  EXPECT_EQ(word_of(timed("response 200, within 100ms", exactly(200.001))), "too-late");
  EXPECT_EQ(word_of(timed("response 200, within {idle}", exactly(650))), "met");
  EXPECT_EQ(word_of(timed("response 200, within {idle}", exactly(650.001))), "too-late");
}

TEST(Facts, NotBeforeAllowsTenMillisecondsEarly) {
  EXPECT_EQ(word_of(timed("response 200, not before 100ms", exactly(190))), "met");
  EXPECT_EQ(word_of(timed("response 200, not before 100ms", exactly(189.999))), "too-early");
}

TEST(Facts, AMomentOnTheBorderIsUndecided) {
  EXPECT_TRUE(timed("response 200, within 100ms", between(199, 201)).undecided);
  EXPECT_FALSE(timed("response 200, within 100ms", between(201, 202)).undecided);
  EXPECT_FALSE(timed("response 200, within 100ms", between(198, 199)).undecided);
  EXPECT_TRUE(timed("response 200, not before 100ms", between(189, 191)).undecided);
  EXPECT_FALSE(timed("response 200, not before 100ms", between(188, 189)).undecided);
}

TEST(Facts, WithinRunsOutOnlyWhenAllUntilThenHasBeenSeen) {
  ShownLane lane(wire_of(""));
  lane.sight.last_write = ms(100);
  lane.sight.seen_until = ms(200);
  const auto waiting = lane.judge("response 200, within 100ms");
  EXPECT_EQ(word_of(waiting), "pending");
  EXPECT_EQ(waiting.again, ms(200));
  lane.sight.seen_until = ms(200.001);
  EXPECT_EQ(word_of(lane.judge("response 200, within 100ms")), "too-late");
}

TEST(Facts, TimeCountsFromTheLastByteTakenOrTheLastWrite) {
  ShownLane lane(wire_of(""));
  receive(lane.wire, response_with(""), exactly(300));
  end(lane.wire, Ending::fin, exactly(380));
  lane.sight.last_write = ms(100);
  EXPECT_EQ(word_of(lane.judge("response 200 then end, within 80ms")), "met");
  EXPECT_EQ(word_of(lane.judge("response 200 then end, within 79ms")), "too-late");
  lane.sight.last_write = ms(350);
  EXPECT_EQ(word_of(lane.judge("response 200 then end, within 30ms")), "met");
}

TEST(Facts, AnEndFramedResponseIsCompleteAtTheEnd) {
  auto wire = wire_of("HTTP/1.1 200 OK\r\n\r\nhello", 110);
  end(wire, Ending::fin, exactly(900));
  ShownLane lane(wire);
  lane.sight.last_write = ms(100);
  EXPECT_EQ(word_of(lane.judge("response 200, within 500ms")), "too-late");
  EXPECT_EQ(lane.judge("response 200").at, ms(900));
}

TEST(Facts, ACutIsTimedByTheEndThatMadeIt) {
  auto wire = wire_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", 110);
  end(wire, Ending::rst, exactly(900));
  ShownLane lane(wire);
  lane.sight.last_write = ms(100);
  EXPECT_EQ(word_of(lane.judge("response, cut short, within 500ms")), "too-late");
  EXPECT_EQ(lane.judge("response, cut short").at, ms(900));
}

TEST(Facts, APromiseIsThatOfTheLastKeepAlive) {
  const auto judged = [](const std::string& fields, double end_at) {
    auto wire = wire_of(response_with(fields), 100);
    end(wire, Ending::fin, exactly(end_at));
    ShownLane lane(wire);
    return word_of(lane.judge("response 200 then end, not before promised"));
  };
  EXPECT_EQ(judged("Keep-Alive: max=9, Timeout=2\r\n", 2095), "met");
  EXPECT_EQ(judged("Keep-Alive: max=9, Timeout=2\r\n", 2085), "too-early");
  EXPECT_EQ(judged("", 5000), "no-promise");
}

TEST(Facts, AStallIsAGapInsideAMessage) {
  const auto judged = [](const std::string& items, double second) {
    const auto bytes = response_with("");
    ShownLane lane(wire_of(""));
    receive(lane.wire, bytes.substr(0, 10), exactly(100));
    receive(lane.wire, bytes.substr(10, 30), exactly(second));
    receive(lane.wire, bytes.substr(40), exactly(second + 1));
    return word_of(lane.judge(items));
  };
  EXPECT_EQ(judged("response 200, no stall", 129), "met");
  EXPECT_EQ(judged("response 200, no stall", 130), "stalled");
}

TEST(Facts, SegmentsAreCounted) {
  ShownLane lane(wire_of(response_with("")));
  lane.sight.segments = 2;
  EXPECT_EQ(word_of(lane.judge("response 200, at most 2 segments")), "met");
  EXPECT_EQ(word_of(lane.judge("response 200, at most 1 segments")), "more-segments");
}

// --- Silence

Finding silent(Wire wire, double seen_until) {
  ShownLane lane(std::move(wire));
  lane.sight.since = ms(100);
  lane.sight.seen_until = ms(seen_until);
  return lane.judge("silence 100ms");
}

TEST(Facts, SilenceIsMetAtItsTime) {
  EXPECT_EQ(word_of(silent(wire_of(""), 199)), "pending");
  EXPECT_EQ(word_of(silent(wire_of(""), 200)), "met");
  EXPECT_EQ(silent(wire_of(""), 199).again, ms(200));
}

TEST(Facts, SilenceIsBrokenByBytesAndByTheEnd) {
  EXPECT_EQ(word_of(silent(wire_of(response_with(""), 150), 160)),
            "expected-silence-got-response");
  EXPECT_EQ(word_of(silent(wire_of("x", 150), 160)), "expected-silence-got-bytes");
  EXPECT_EQ(word_of(silent(ended_wire("", Ending::fin, 150), 160)), "expected-silence-got-end");
  EXPECT_EQ(word_of(silent(wire_of("x", 200), 201)), "met");
  EXPECT_EQ(word_of(silent(wire_of("x", 199.9), 201)), "expected-silence-got-bytes");
}

TEST(Facts, SilenceBrokenOnTheBorderIsUndecided) {
  Wire wire = wire_of("");
  end(wire, Ending::fin, between(199, 201));
  EXPECT_TRUE(silent(wire, 202).undecided);
  end(wire, Ending::fin, between(197, 199));
  EXPECT_FALSE(silent(wire, 202).undecided);
}

}  // namespace
}  // namespace connspec
