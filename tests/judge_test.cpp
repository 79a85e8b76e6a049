#include "harness/judge.hpp"

#include "tests/wires.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

using namespace wires;

const std::string hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const std::string closing =
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
const std::string bad_request =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

std::string word(const std::string& items, const Wire& wire) {
  ShownLane lane(wire);
  return word_of(lane.judge(items));
}

// --- Every response, cut anywhere, however it comes

struct Conversation {
  const char* name = "";
  std::string bytes = {};
  std::string items = "response 200";
};

const Conversation conversations[] = {
    {"Length", hello},
    {"Chunks",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\n"
     "X-A: 1\r\n\r\n"},
    {"Empty", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"Head", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "response 200 to HEAD"},
    {"NoContent", "HTTP/1.1 204 No Content\r\n\r\n", "response 204"},
    {"NotModified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "response 304"},
    {"Switching", "HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
     "response 101"},
    {"Interims", "HTTP/1.1 100 Continue\r\n\r\n" + hints + hints + hello},
    {"Connect", "HTTP/1.1 200 OK\r\n\r\n", "response 200 to CONNECT"},
    {"BothFramings",
     "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
     "5\r\nhello\r\n0\r\n\r\n"},
    {"Http10", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"},
    {"Two", hello + hello, "response {a} then response {a}"},
};

class Cut : public testing::TestWithParam<Conversation> {
 protected:
  /// How the first `size` bytes are judged, when they come in pieces of `step`, and then `end`.
  Finding judged(std::size_t size, std::size_t step, std::optional<Ending> how) const {
    ShownLane lane(wire_of(""));
    const auto sequence = sequence_of(GetParam().items);
    Finding finding = lane.judge(sequence);
    for (std::size_t i = 0; i < size; i += step) {
      receive(lane.wire, GetParam().bytes.substr(i, std::min(step, size - i)), exactly(1));
      finding = lane.judge(sequence);
    }
    if (how) end(lane.wire, *how, exactly(2));
    return lane.judge(sequence);
  }
  static std::string shown(const Finding& finding) {
    return word_of(finding) + " at " + std::to_string(finding.cursor) + " item " +
           std::to_string(finding.item) + " " +
           (finding.complaint ? finding.complaint->seen : "");
  }
};

TEST_P(Cut, IsPendingWhileTheConnectionIsOpen) {
  for (std::size_t size = 0; size < GetParam().bytes.size(); ++size)
    EXPECT_EQ(word_of(judged(size, 1, std::nullopt)), "pending") << size;
  EXPECT_EQ(word_of(judged(GetParam().bytes.size(), 1, std::nullopt)), "met");
}

TEST_P(Cut, GivesTheSameFindingInOnePieceAndByteByByte) {
  for (std::size_t size = 1; size <= GetParam().bytes.size(); ++size)
    for (const auto how : {Ending::fin, Ending::rst})
      EXPECT_EQ(shown(judged(size, size, how)), shown(judged(size, 1, how))) << size;
}

TEST_P(Cut, IsNeverMetBeforeItsLastByte) {
  for (std::size_t size = 0; size < GetParam().bytes.size(); ++size)
    for (const auto how : {Ending::fin, Ending::rst}) {
      const auto finding = judged(size, 1, how);
      ASSERT_TRUE(finding.complaint) << word_of(finding);
      const bool between_messages = finding.complaint->reason == "expected-response-got-end";
      EXPECT_TRUE(between_messages || finding.complaint->reason == "response-cut-short")
          << shown(finding);
    }
}

INSTANTIATE_TEST_SUITE_P(Judge, Cut, testing::ValuesIn(conversations),
                         [](const auto& conversation) { return conversation.param.name; });

// --- Things

TEST(Judge, TellsFourEndsApart) {
  EXPECT_EQ(word("end", wire_of("")), "pending");
  EXPECT_EQ(word("end", ended_wire("", Ending::fin)), "met");
  EXPECT_EQ(word("end", ended_wire("", Ending::rst)), "met");
  EXPECT_EQ(word("end by FIN", ended_wire("", Ending::fin)), "met");
  EXPECT_EQ(word("end by FIN", ended_wire("", Ending::rst)), "expected-fin-got-rst");
  EXPECT_EQ(word("end by RST", ended_wire("", Ending::rst)), "met");
  EXPECT_EQ(word("end by RST", ended_wire("", Ending::fin)), "expected-rst-got-fin");
}

TEST(Judge, AnRstBehindAFinIsAFifthResult) {
  auto wire = ended_wire("", Ending::fin);
  EXPECT_EQ(word("end by FIN then end by RST", wire), "pending");
  end(wire, Ending::rst, exactly(3));
  EXPECT_EQ(word("end by FIN", wire), "met");
  EXPECT_EQ(word("end by RST", wire), "expected-rst-got-fin");
  EXPECT_EQ(word("end by FIN then end by RST", wire), "met");
}

TEST(Judge, EndIsNotMetByALateResponse) {
  EXPECT_EQ(word("end", wire_of(hello)), "expected-end-got-response");
  EXPECT_EQ(word("end", ended_wire(hello, Ending::fin)), "expected-end-got-response");
  EXPECT_EQ(word("end", ended_wire("x", Ending::fin)), "expected-end-got-bytes");
  EXPECT_EQ(word("response 200 then end", ended_wire(hello + "\r\n", Ending::fin)),
            "expected-end-got-bytes");
}

TEST(Judge, EndStaysWhereItIs) {
  EXPECT_EQ(word("end then end", ended_wire("", Ending::fin)), "met");
  EXPECT_EQ(word("end then silence 1ms", ended_wire("", Ending::fin)), "pending");
}

TEST(Judge, ARefusedConnectionHasEndedByRst) {
  Wire wire;
  wire.opening = Opening::refused;
  wire.opened = ms(1);
  wire.rst = exactly(1);
  EXPECT_EQ(word("end", wire), "met");
  EXPECT_EQ(word("end by FIN", wire), "expected-fin-got-rst");
  ShownLane lane(wire);
  EXPECT_EQ(lane.judge("response 200").complaint->seen, "got no connection");
}

TEST(Judge, NothingIsSkippedButInterimsBeforeAFinalResponse) {
  EXPECT_EQ(word("response 200", wire_of(hints + hello)), "met");
  EXPECT_EQ(word("response 200, no interim", wire_of(hints + hello)), "got-interim");
  EXPECT_EQ(word("interim 103", wire_of(hints)), "met");
  EXPECT_EQ(word("interim 100", wire_of(hints)), "expected-100-got-103");
  EXPECT_EQ(word("interim", wire_of(hello)), "expected-interim-got-response");
  EXPECT_EQ(word("interim 103 then end", ended_wire(hints + hints, Ending::fin)),
            "expected-end-got-response");
  EXPECT_EQ(word("end", ended_wire(hints, Ending::fin)), "expected-end-got-response");
  EXPECT_EQ(word("response 200", wire_of("\r\n" + hello)), "malformed-response");
}

TEST(Judge, SwitchingProtocolsIsFinal) {
  const std::string switching = "HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
  EXPECT_EQ(word("interim", wire_of(switching)), "expected-interim-got-response");
  EXPECT_EQ(word("response 101 then bytes \"echo\"", wire_of(switching + "echo")), "met");
  EXPECT_EQ(word("response 200", wire_of(switching + hello)), "expected-200-got-101");
}

TEST(Judge, AThousandInterimsAreEnough) {
  std::string interims;
  for (int i = 0; i < 1000; ++i) interims += "HTTP/1.1 102 P\r\n\r\n";
  EXPECT_EQ(word("response 200", wire_of(interims + hello)), "met");
  EXPECT_EQ(word("response 200", wire_of(interims + hints + hello)), "endless-interim");
}

TEST(Judge, AnEndlessHeadIsUnmet) {
  ShownLane lane(wire_of("HTTP/1.1 200 OK\r\nX: " + std::string(260'000, 'x')));
  EXPECT_EQ(word_of(lane.judge("response 200")), "endless-head");
}

TEST(Judge, ContentBeyondWhatIsKeptIsEndless) {
  auto wire = wire_of("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nhello");
  wire.received_total += Wire::keep;
  EXPECT_EQ(word("response 200", wire), "endless-body");
}

TEST(Judge, QuotesTheFirstBytesOfWhatItCannotRead) {
  ShownLane lane(wire_of("\x15\x03 hello\r\n"));
  const auto finding = lane.judge("response 200");
  EXPECT_EQ(finding.complaint->expected, "expected response 200");
  EXPECT_EQ(finding.complaint->seen,
            "got 10 bytes \"\\x15\\x03 hello\\r\\n\" (this does not begin as a message does)");
}

TEST(Judge, AStatusIsJudgedAsSoonAsTheHeadIsThere) {
  EXPECT_EQ(word("response 400", wire_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")),
            "expected-400-got-200");
  EXPECT_EQ(word("response 4xx|500", wire_of(bad_request)), "met");
  EXPECT_EQ(word("head 200", wire_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")), "met");
  EXPECT_EQ(word("head 200", wire_of("HTTP/1.1 200 OK\r\n")), "pending");
  EXPECT_EQ(word("head 200 then response 200", wire_of(hello)), "met");
}

TEST(Judge, TheRightAnswerIsStatusAndContent) {
  EXPECT_EQ(word("response {a}", wire_of(hello)), "met");
  EXPECT_EQ(word("response {a}", wire_of(bad_request)), "expected-200-got-400");
  EXPECT_EQ(word("response {a}", wire_of("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhell")),
            "wrong-answer");
  EXPECT_EQ(
      word("response {a} to HEAD", wire_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")),
      "met");
  EXPECT_EQ(word("response {b}", wire_of("HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nany")),
            "met");
}

TEST(Judge, CutShortIsMetByACutAndByNothingElse) {
  const auto cut = hello.substr(0, hello.size() - 1);
  EXPECT_EQ(word("response, cut short", wire_of(cut)), "pending");
  EXPECT_EQ(word("response, cut short", ended_wire(cut, Ending::fin)), "met");
  EXPECT_EQ(word("response, cut short", ended_wire(cut, Ending::rst)), "met");
  EXPECT_EQ(word("response, cut short", ended_wire("HTTP/1.1 2", Ending::fin)), "met");
  EXPECT_EQ(word("response 200, cut short", ended_wire("HTTP/1.1 2", Ending::fin)),
            "response-cut-short");
  EXPECT_EQ(word("response 400, cut short", ended_wire(cut, Ending::fin)),
            "expected-400-got-200");
  EXPECT_EQ(word("response, cut short", ended_wire(hello, Ending::fin)), "response-whole");
  EXPECT_EQ(word("response, cut short", ended_wire("", Ending::fin)),
            "expected-response-got-end");
}

TEST(Judge, WhatTheEndFramesIsWholeAtFinAndCutAtRst) {
  const std::string endless = "HTTP/1.1 200 OK\r\n\r\nhello";
  EXPECT_EQ(word("response {a}", wire_of(endless)), "pending");
  EXPECT_EQ(word("response {a}, framed by end then end", ended_wire(endless, Ending::fin)),
            "met");
  EXPECT_EQ(word("response {a}", ended_wire(endless, Ending::rst)), "response-cut-short");
  EXPECT_EQ(word("response, cut short", ended_wire(endless, Ending::rst)), "met");
}

TEST(Judge, BytesAreExactlyTheseOrSoMany) {
  EXPECT_EQ(word("bytes \"echo\"", wire_of("ec")), "pending");
  EXPECT_EQ(word("bytes \"echo\"", wire_of("eh")), "other-bytes");
  EXPECT_EQ(word("bytes \"echo\" then bytes 2 then end", ended_wire("echo!!", Ending::fin)),
            "met");
  EXPECT_EQ(word("bytes 3", ended_wire("ab", Ending::fin)), "expected-bytes-got-end");
}

TEST(Judge, ARequestIsTheOneItsRowNames) {
  const auto request = [](const std::string& line) {
    return wire_of(line + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
  };
  const auto judged = [&](const std::string& items, const std::string& line) {
    ShownLane lane(request(line));
    return word_of(lane.judge(origin_sequence_of(items)));
  };
  EXPECT_EQ(judged("request {u}", "POST /k1/u"), "met");
  EXPECT_EQ(judged("request {u}", "POST http://h:1/k1/u?q"), "met");
  EXPECT_EQ(judged("request POST {u}", "POST /k1/u"), "met");
  EXPECT_EQ(judged("request GET {u}", "POST /k1/u"), "expected-GET-got-POST");
  EXPECT_EQ(judged("request {u}", "POST /k2/u"), "other-target");
  EXPECT_EQ(judged("head {u}", "POST /k2/u"), "other-target");
  EXPECT_EQ(judged("head {u} then request {u}", "POST /k1/u"), "met");
}

TEST(Judge, ASecondRequestOfASequenceHasItsOwnTarget) {
  const std::string first = "GET /k1/u HTTP/1.1\r\nHost: a\r\n\r\n";
  ShownLane other(wire_of(first + "GET /k7/u2 HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(word_of(other.judge(origin_sequence_of("request {u} then request {u2}"))),
            "other-target");
  ShownLane own(wire_of(first + "GET /k1/u2 HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(word_of(own.judge(origin_sequence_of("request {u} then request {u2}"))), "met");
}

TEST(Judge, TakenNeedsEveryByteAcknowledged) {
  ShownLane lane(wire_of(""));
  EXPECT_EQ(word_of(lane.judge("taken")), "pending");
  lane.wire.tcp = TcpState{};
  EXPECT_EQ(word_of(lane.judge("taken")), "met");
  lane.sight.writing = true;
  EXPECT_EQ(word_of(lane.judge("taken")), "pending");
  lane.sight.writing = false;
  lane.wire.tcp->unacked = 1;
  EXPECT_EQ(word_of(lane.judge("taken")), "pending");
  end(lane.wire, Ending::rst, exactly(2));
  EXPECT_EQ(word_of(lane.judge("taken")), "expected-taken-got-rst");
}

TEST(Judge, WithoutAConnectionAllIsPending) {
  ShownLane lane(wire_of(""));
  lane.sight.wire = nullptr;
  lane.sight.readings = nullptr;
  for (const auto* items : {"response 200", "interim 103", "head 200", "bytes 1", "end"})
    EXPECT_EQ(word_of(lane.judge(items)), "pending") << items;
  EXPECT_EQ(lane.at_bound("response 200").complaint->reason, "nothing-came");
}

// --- Bounds

TEST(Judge, SaysWhatABoundFound) {
  ShownLane nothing(wire_of(""));
  EXPECT_EQ(nothing.at_bound("response 200").complaint->reason, "nothing-came");
  EXPECT_EQ(nothing.at_bound("end").complaint->reason, "still-open");
  ShownLane part(wire_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"));
  const auto finding = part.at_bound("response 200");
  EXPECT_EQ(finding.complaint->reason, "incomplete");
  EXPECT_EQ(finding.complaint->seen, "got only a response 200 with 3 bytes");
  ShownLane second(wire_of(hello));
  EXPECT_EQ(second.at_bound("response 200 then response 200").complaint->reason,
            "nothing-came");
}

// --- Ends between messages

ClosedBetween closed(const std::string& items, const Wire& wire) {
  ShownLane lane(wire);
  return lane.judge(items).closed;
}

TEST(Judge, TellsHowTheConnectionEndedBetweenMessages) {
  const std::string both = "response 200 then response 200";
  EXPECT_EQ(closed(both, ended_wire(hello, Ending::fin)), ClosedBetween::unannounced);
  EXPECT_EQ(closed(both, ended_wire(hello, Ending::rst)), ClosedBetween::unannounced);
  EXPECT_EQ(closed(both, ended_wire(closing, Ending::fin)), ClosedBetween::announced);
  EXPECT_EQ(
      closed(both, ended_wire("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", Ending::fin)),
      ClosedBetween::announced);
  EXPECT_EQ(closed(both, ended_wire("HTTP/1.1 200 OK\r\n\r\nhello", Ending::fin)),
            ClosedBetween::announced);
}

TEST(Judge, AnEndBehindA400IsARefusal) {
  const std::string refusal =
      "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(closed("response then response 200", ended_wire(refusal, Ending::fin)),
            ClosedBetween::no);
}

TEST(Judge, AnEndInsteadOfTheFirstOrTheFinalResponseIsNotBetweenMessages) {
  EXPECT_EQ(closed("response 200", ended_wire("", Ending::fin)), ClosedBetween::no);
  EXPECT_EQ(closed("response 200", ended_wire(hints, Ending::fin)), ClosedBetween::no);
  EXPECT_EQ(closed("response 200 then response 200", ended_wire(hello + hints, Ending::fin)),
            ClosedBetween::no);
  EXPECT_EQ(
      closed("response 200 then response 200", ended_wire(hello + "HTTP/1.1 2", Ending::fin)),
      ClosedBetween::no);
}

}  // namespace
}  // namespace connspec
