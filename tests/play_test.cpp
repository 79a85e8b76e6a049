#include "tests/raw_server.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

using namespace raw;

const std::string hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const std::string closing =
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
const std::string bad_request = "HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n";
const std::string get = "  client > GET {a} HTTP/1.1 | Host: {host} |\n";
const std::string get_and_close =
    "  client > GET {a} HTTP/1.1 | Host: {host} | Connection: close |\n";

/// Plays rows against a server of this conduct.
Played play(const Server::Conduct& conduct, const std::string& rows,
            const std::string& head = "  slow\n") {
  Server server(conduct);
  Theatre theatre(server.endpoint());
  return theatre.play(wires::case_of("server", rows, head));
}

/// Answers each request with `hello`, for as long as there are any.
void answer_all(Peer& peer) {
  while (!peer.read_until().empty()) peer.say(hello);
}

TEST(Play, PassesWhereAllIsMet) {
  const auto played = play(answer_all, "  client asks {a} 3 times\n" + get +
                                           "  client < response {a} then silence 20ms\n");
  EXPECT_EQ(came_to(played), "pass");
  EXPECT_FALSE(played.transcript.empty());
}

TEST(Play, TellsFinFromRst) {
  const auto fin = [](Peer& peer) {
    peer.read_until();
    peer.say(hello);
  };
  const auto rst = [](Peer& peer) {
    peer.read_until();
    peer.say(hello);
    peer.wait(20);
    peer.reset();
  };
  const auto rows = get_and_close + "  client < response {a} then end by FIN\n";
  EXPECT_EQ(came_to(play(fin, rows)), "pass");
  EXPECT_EQ(came_to(play(rst, rows)), "fail expected-fin-got-rst");
  EXPECT_EQ(came_to(play(answer_all, rows)), "fail still-open");
}

TEST(Play, TakesNoTimeOutOfTheTargetForTheEndThatIsAskedFor) {
  Server server([](Peer& peer) {
    peer.read_until();
    peer.say(hello);
    peer.wait(100);
  });
  Theatre theatre(server.endpoint());
  const auto asked =
      wires::case_of("server", get_and_close + "  client < response {a} then end\n");
  const auto about_it = wires::case_of(
      "server", get + "  client < response {a} then end, within {idle}\n", "  slow\n");
  EXPECT_EQ(came_to(theatre.play(asked)), "pass");
  theatre.offer.set(Binding::idle, Duration(std::chrono::milliseconds(100)));
  EXPECT_EQ(came_to(theatre.play(asked)), "fail still-open");
  EXPECT_EQ(came_to(theatre.play(about_it)), "pass");
}

TEST(Play, SeesAnRstBehindAFin) {
  const auto conduct = [](Peer& peer) {
    peer.read_until();
    peer.half_close();
    peer.wait(30);
    peer.reset();
  };
  EXPECT_EQ(came_to(play(conduct, get + "  client < end by FIN then end by RST\n")), "pass");
}

TEST(Play, SaysAtItsBoundThatNothingCame) {
  const auto played = play([](Peer& peer) { peer.drain(); }, get + "  client < response {a}\n");
  EXPECT_EQ(came_to(played), "fail nothing-came");
  EXPECT_TRUE(played.at_bound);
  EXPECT_GE(played.time, std::chrono::milliseconds(300));
}

TEST(Play, TakesAWayOnlyWhenThoseAboveAreOut) {
  const auto rows = get +
                    "  client < either\n"
                    "    closes         response 400 then end\n"
                    "    stays   wrong  response 400\n";
  const auto closes_late = [](Peer& peer) {
    peer.read_until();
    peer.say(bad_request);
    peer.wait(80);
  };
  const auto stays = [](Peer& peer) {
    peer.read_until();
    peer.say(bad_request);
    peer.drain();
  };
  EXPECT_EQ(came_to(play(closes_late, rows)), "pass");
  const auto played = play(stays, rows);
  EXPECT_EQ(came_to(played), "fail stays");
  EXPECT_TRUE(played.at_bound);  // With more time the upper way might have come true.
  ASSERT_EQ(played.allowed.size(), 1U);
  EXPECT_EQ(played.allowed[0].first, "closes");
}

TEST(Play, TheMarkOfTheWayTakenIsTheVerdict) {
  const auto verdict_of = [](const std::string& mark, const std::string& head) {
    return came_to(play(answer_all,
                        get +
                            "  client < either\n"
                            "    other           response 400\n"
                            "    this    " +
                            mark + "  response 200\n",
                        head));
  };
  EXPECT_EQ(verdict_of("        ", ""), "pass");
  EXPECT_EQ(verdict_of("departs ", ""), "departs");
  EXPECT_EQ(verdict_of("observed", ""), "observed");
  EXPECT_EQ(verdict_of("wrong   ", ""), "fail this");
  EXPECT_EQ(verdict_of("wrong   ", "  level SHOULD\n"), "departs this");
  EXPECT_EQ(verdict_of("        ", "  level OBSERVE\n"), "observed");
}

TEST(Play, AWayThatStopsEndsTheCase) {
  const auto rows = [](const std::string& stop) {
    return get + "  client < either\n    other  response 400\n    this " + stop +
           " response 200\n" + "  client < response 500\n";
  };
  EXPECT_EQ(came_to(play(answer_all, rows("stop"))), "pass");
  EXPECT_EQ(came_to(play(answer_all, rows(""))), "fail nothing-came");
}

TEST(Play, AGivenThatIsUnmetSkips) {
  const auto played = play(answer_all, get + "  given client < response 400\n  client < end\n");
  EXPECT_EQ(came_to(played), "skipped expected-400-got-200");
  EXPECT_TRUE(played.given_unmet);
  EXPECT_EQ(played.expected, "given response 400");
}

// --- Early closes

ClosedBetween closed(const std::string& response, const std::string& rows) {
  return play(
             [response](Peer& peer) {
               peer.read_until();
               peer.say(response);
               peer.half_close();
               peer.drain();
             },
             rows)
      .closed;
}

TEST(Play, AnEarlyCloseIsNoFailureYet) {
  const auto rows = "  client asks {a}\n" + get + "  client < response {a}\n";
  EXPECT_EQ(closed(closing, rows), ClosedBetween::announced);
  EXPECT_EQ(closed(hello, rows), ClosedBetween::unannounced);
  EXPECT_EQ(closed("HTTP/1.1 200 OK\r\n\r\nhello", rows), ClosedBetween::announced);
}

TEST(Play, ACloseThatWeAskedForIsNotEarly) {
  EXPECT_EQ(closed(closing, get_and_close + "  client < response {a} then response {a}\n"),
            ClosedBetween::no);
  EXPECT_EQ(closed("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                   "  client > GET {a} HTTP/1.0 | Host: {host} |\n"
                   "  client < response {a} then response {a}\n"),
            ClosedBetween::no);
}

TEST(Play, ACloseBeforeTheRequestThatAsksForItIsEarly) {
  const std::string pipelined =
      "  client > GET {a} HTTP/1.1 | Host: {host} |\n"
      "         > GET {a} HTTP/1.1 | Host: {host} | Connection: close |\n"
      "  client < response {a} then response {a}\n";
  EXPECT_EQ(closed(closing, pipelined), ClosedBetween::announced);
}

TEST(Play, AnEndInsteadOfAnAnswerToAMalformedRequestIsNotEarly) {
  EXPECT_EQ(closed(hello,
                   "  client asks {a}\n  client > GET {a} HTTP/1.1 | : |\n"
                   "  client < response 400\n"),
            ClosedBetween::unannounced);
}

// --- Time

TEST(Play, SilenceCostsItsTimeAndIsBrokenByALateByte) {
  const auto rows = get + "  client < response {a} then silence 100ms\n";
  const auto late = [](Peer& peer) {
    peer.read_until();
    peer.say(hello);
    peer.wait(50);
    peer.say("x");
    peer.drain();
  };
  const auto played = play(answer_all, rows);
  EXPECT_EQ(came_to(played), "pass");
  EXPECT_GE(played.time, std::chrono::milliseconds(100));
  EXPECT_EQ(came_to(play(late, rows)), "fail expected-silence-got-bytes");
}

TEST(Play, WithinIsJudgedByStamps) {
  const auto after = [](int milliseconds) {
    return [milliseconds](Peer& peer) {
      peer.read_until();
      peer.wait(milliseconds);
      peer.say(hello);
      peer.drain();
    };
  };
  const auto rows = get + "  client < response {a}, within 100ms\n";
  EXPECT_EQ(came_to(play(after(10), rows)), "pass");
  EXPECT_EQ(came_to(play(after(200), rows)), "fail too-late");
}

TEST(Play, PausesOnceForAGroup) {
  const auto played = play(answer_all,
                           "  clients > GET {a} HTTP/1.1 | Host: {host} |\n"
                           "  clients ! pause 60ms\n"
                           "  clients < response {a} then silence 60ms\n",
                           "  clients 8\n");
  EXPECT_EQ(came_to(played), "pass");
  EXPECT_LT(played.time, std::chrono::milliseconds(300));
}

// --- Acts

TEST(Play, HalfClosesBehindABigWrite) {
  const auto takes_all = [](Peer& peer) {
    peer.wait(30);
    peer.drain();
    peer.say(hello);
  };
  EXPECT_EQ(came_to(play(takes_all,
                         "  client >* 300000 \"0123456789\"\n"
                         "  client ! half-close\n"
                         "  client < response {a} then end\n")),
            "pass");
}

TEST(Play, HoldsAndReleases) {
  const auto conduct = [](Peer& peer) {
    peer.read_until("GET");
    peer.say("HTTP/1.1 100 Continue\r\n\r\n");
    if (!peer.read_until().empty()) peer.say(hello);
    peer.drain();
  };
  EXPECT_EQ(
      came_to(play(conduct, "  client ! hold 3\n" + get +
                                "  client < interim 100 then silence 30ms\n  client ! release\n"
                                "  client < response {a}\n")),
      "pass");
}

TEST(Play, TakenIsWhatThePeersKernelHas) {
  const auto reads_nothing = [](Peer& peer) {
    peer.wait(60);
    peer.drain();
  };
  EXPECT_EQ(came_to(play(reads_nothing, get + "  client < taken\n")), "pass");
  const auto never = [](Peer& peer) { peer.wait(1500); };
  EXPECT_EQ(came_to(play(never, "  client >* 2000000 \"0123456789\"\n  client < taken\n")),
            "fail nothing-came");
}

TEST(Play, LeavesBytesInTheKernelWhileItDoesNotRead) {
  EXPECT_EQ(came_to(play(answer_all, "  client ! connect\n  client ! stop-reading\n" + get +
                                         "  client < silence 30ms\n  client ! resume-reading\n"
                                         "  client < response {a}\n")),
            "pass");
}

TEST(Play, ARefusedConnectIsAnEnd) {
  boost::asio::io_context io;
  tcp::acceptor acceptor(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  const auto nobody = acceptor.local_endpoint();
  acceptor.close();
  Theatre theatre(nobody);
  const auto ends = theatre.play(wires::case_of("server", get + "  client < end by RST\n"));
  EXPECT_EQ(came_to(ends), "pass");
  EXPECT_TRUE(ends.refused);
  const auto asks = theatre.play(wires::case_of("server", "  client asks {a}\n"));
  EXPECT_EQ(came_to(asks), "fail expected-response-got-end");
  EXPECT_EQ(asks.seen, "got no connection");
}

}  // namespace
}  // namespace connspec
