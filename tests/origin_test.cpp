#include "harness/origin.hpp"

#include "tests/raw_server.hpp"

#include "harness/offer_of_origin.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

using namespace raw;

/// A guest that takes what it is told to take.
struct Visitor final : Guest {
  bool arrived(const Arrived& request) override {
    seen.push_back(request);
    return takes;
  }
  bool connected(const std::shared_ptr<OriginConnection>&) override { return false; }
  std::vector<Arrived> seen;
  bool takes = false;
};

/// Our origin, and connections to it that stand for a proxy's.
class AtOrigin : public testing::Test {
 protected:
  AtOrigin() { pulse_.start(); }

  std::shared_ptr<Connection> connect() {
    return Connection::open(io_, pulse_, origin_.address());
  }
  void run(int milliseconds) { io_.run_for(std::chrono::milliseconds(milliseconds)); }

  static std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }
  /// What the guest, who takes it, sees of a request that the proxy sends.
  const Arrived& taken(Visitor& guest, Connection& proxy) {
    guest.takes = true;
    origin_.enroll("k1", &guest);
    proxy.write(get("/k1/u"));
    run(20);
    return guest.seen.at(0);
  }
  /// The contents of the responses that came, in their order.
  static std::string contents(const Connection& connection) {
    std::string all;
    std::size_t at = 0;
    while (at < connection.wire().received.size()) {
      Message message(ReadAs::response, at);
      message.advance(connection.wire());
      if (message.state() != Message::State::whole) return all + "?";
      all += std::string(message.content()) + " ";
      at = message.end();
    }
    return all;
  }

  boost::asio::io_context io_{1};
  Pulse pulse_{io_};
  Origin origin_{io_, pulse_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
};

TEST_F(AtOrigin, AnswersPlainlyWhatNobodyTakes) {
  const auto proxy = connect();
  proxy->write(get("/k1/u") + get("/health"));
  run(20);
  EXPECT_EQ(contents(*proxy), "/k1/u /health ");
  EXPECT_EQ(origin_.strays().at("GET /health"), 1U);
  EXPECT_EQ(origin_.strays().size(), 1U);
}

TEST_F(AtOrigin, SaysContinueWhetherTheContentIsThereOrNot) {
  const std::string head =
      "POST /k1/u HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
  const auto at_once = connect();
  const auto later = connect();
  at_once->write(head + "hello");
  later->write(head);
  run(20);
  later->write("hello");
  run(20);
  EXPECT_EQ(at_once->wire().received.rfind("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200", 0), 0U);
  EXPECT_EQ(later->wire().received, at_once->wire().received);
}

TEST_F(AtOrigin, CountsStraysThatItKnowsThoughThereAreMany) {
  const auto proxy = connect();
  for (int i = 0; i < 25; ++i) proxy->write(get("/s" + std::to_string(i)));
  proxy->write(get("/s0"));
  run(50);
  EXPECT_EQ(origin_.strays().size(), 20U);
  EXPECT_EQ(origin_.strays().at("GET /s0"), 2U);
}

TEST_F(AtOrigin, HandsARequestToThePlayOfItsToken) {
  Visitor one;
  Visitor two;
  one.takes = two.takes = true;
  origin_.enroll("k1", &one);
  origin_.enroll("k2", &two);
  const auto proxy = connect();
  proxy->write("GET http://other/k2/u?x HTTP/1.1\r\nHost: h\r\n\r\n");
  run(20);
  EXPECT_TRUE(one.seen.empty());
  ASSERT_EQ(two.seen.size(), 1U);
  EXPECT_EQ(two.seen[0].path, "/k2/u?x");
  EXPECT_TRUE(two.seen[0].first);
  EXPECT_EQ(contents(*proxy), "");
  two.seen[0].on->answer_plainly(two.seen[0].begin);
  run(20);
  EXPECT_EQ(contents(*proxy), "/k2/u ");
}

TEST_F(AtOrigin, AnswersInTheOrderOfTheRequests) {
  Visitor guest;
  guest.takes = true;
  origin_.enroll("k1", &guest);
  const auto proxy = connect();
  proxy->write(get("/k1/u") + get("/health"));
  run(20);
  EXPECT_EQ(contents(*proxy), "");
  guest.seen[0].on->answer_plainly(guest.seen[0].begin);
  run(20);
  EXPECT_EQ(contents(*proxy), "/k1/u /health ");
}

TEST_F(AtOrigin, ASlowAnswerIsNotOvertaken) {
  const auto proxy = connect();
  proxy->write(get("/k1/slow") + get("/k1/u"));
  run(100);
  EXPECT_EQ(contents(*proxy), "");
  run(300);
  EXPECT_EQ(contents(*proxy), "/k1/slow /k1/u ");
}

TEST_F(AtOrigin, DoesNotKnowALengthWhenItBegins) {
  const auto proxy = connect();
  proxy->write(get("/k1/chunked") + get("/k1/u"));
  run(10);
  EXPECT_EQ(contents(*proxy), "?");
  run(50);
  EXPECT_EQ(contents(*proxy), "of unknown length /k1/u ");
}

TEST_F(AtOrigin, RefusesWhatItCannotReadBehindWhatItCould) {
  const auto proxy = connect();
  proxy->write(get("/k1/u") +
               "GET /k1/u2 HTTP/1.1\r\nX-Odd: a\x0c"
               "b\r\n\r\n");
  run(20);
  EXPECT_NE(proxy->wire().received.find("HTTP/1.1 400 "), std::string::npos);
  EXPECT_TRUE(proxy->wire().fin);
}

TEST_F(AtOrigin, LeavesToAPlayWhatItCannotReadOnItsConnection) {
  Visitor guest;
  const auto proxy = connect();
  const auto& seen = taken(guest, *proxy);
  seen.on->listen(&guest, [] {});
  seen.on->answer_plainly(seen.begin);
  proxy->write("\x01\r\n\r\n");
  run(20);
  EXPECT_EQ(contents(*proxy), "/k1/u ");
  EXPECT_FALSE(proxy->wire().ending());
}

TEST_F(AtOrigin, AnswersWhatItWouldAnswerLaterWhenNobodyWaitsForIt) {
  const auto proxy = connect();
  proxy->write(get("/k1/slow") + get("/k1/slow") + get("/k1/chunked"));
  run(20);
  EXPECT_EQ(contents(*proxy), "");
  origin_.stop_dawdling();
  run(20);
  EXPECT_EQ(contents(*proxy), "/k1/slow /k1/slow of unknown length ");
  origin_.begin_drain();
  run(20);
  EXPECT_TRUE(proxy->wire().fin);
}

TEST_F(AtOrigin, IsDrainedWhenTheProxyHasNoticed) {
  const auto idle = connect();
  const auto deaf = connect();
  run(20);
  origin_.begin_drain();
  run(20);
  EXPECT_TRUE(idle->wire().fin);
  idle->close();
  run(20);
  EXPECT_TRUE(origin_.is_draining());
  origin_.end_drain();
  EXPECT_FALSE(origin_.is_draining());
}

TEST_F(AtOrigin, HasNothingToDrainOfWhatAPlayClosedItself) {
  Visitor guest;
  const auto proxy = connect();
  const auto& seen = taken(guest, *proxy);
  seen.on->write_by_hand(seen.begin, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  seen.on->connection().close();
  seen.on->part(seen.begin);
  origin_.begin_drain();
  EXPECT_FALSE(origin_.is_draining());
}

TEST_F(AtOrigin, AReleasedRequestIsAnsweredInItsTurn) {
  Visitor guest;
  guest.takes = true;
  origin_.enroll("k1", &guest);
  const auto proxy = connect();
  proxy->write(get("/k1/u") + get("/k1/u2"));
  run(20);
  guest.seen.at(1).on->release(guest.seen.at(1).begin);
  run(20);
  EXPECT_EQ(contents(*proxy), "");
  guest.seen[0].on->release(guest.seen[0].begin);
  run(20);
  EXPECT_EQ(contents(*proxy), "/k1/u /k1/u2 ");
}

TEST_F(AtOrigin, CountsExecutionsOfWholeRequests) {
  const auto proxy = connect();
  proxy->write(get("/k1/hit") + "POST /k1/hit HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel");
  run(20);
  EXPECT_EQ(origin_.hits("k1"), 1U);
  proxy->write("lo");
  run(20);
  EXPECT_EQ(origin_.hits("k1"), 2U);
}

TEST_F(AtOrigin, ClosesAConnectionThatAPlayLeftUnanswered) {
  Visitor guest;
  guest.takes = true;
  origin_.enroll("k1", &guest);
  const auto proxy = connect();
  proxy->write(get("/k1/u"));
  run(20);
  guest.seen.at(0).on->part(guest.seen[0].begin);
  run(20);
  EXPECT_TRUE(proxy->wire().fin);
  EXPECT_FALSE(proxy->wire().rst);
}

TEST_F(AtOrigin, KeepsAConnectionWhoseExchangeIsOver) {
  Visitor guest;
  guest.takes = true;
  origin_.enroll("k1", &guest);
  const auto proxy = connect();
  proxy->write(get("/k1/u"));
  run(20);
  guest.seen.at(0).on->answer_plainly(guest.seen[0].begin);
  guest.seen[0].on->part(guest.seen[0].begin);
  proxy->write(get("/health"));
  run(20);
  EXPECT_EQ(contents(*proxy), "/k1/u /health ");
  EXPECT_FALSE(proxy->wire().ending());
}

TEST_F(AtOrigin, AnswersTheNextPlayAtNoPaceOfTheOneBefore) {
  Visitor guest;
  guest.takes = true;
  origin_.enroll("k1", &guest);
  const auto proxy = connect();
  proxy->write(get("/k1/u"));
  run(20);
  auto& on = *guest.seen.at(0).on;
  on.connection().slice(40, std::chrono::milliseconds(1));
  on.answer_plainly(guest.seen[0].begin);
  run(30);
  const auto pieces = proxy->wire().arrivals.size();
  EXPECT_GT(pieces, 1U);
  on.part(guest.seen[0].begin);
  proxy->write(get("/health"));
  run(20);
  EXPECT_EQ(contents(*proxy), "/k1/u /health ");
  EXPECT_EQ(proxy->wire().arrivals.size(), pieces + 1);
}

/// The proxy may use a connection again as soon as it has the last byte of an answer: nothing
/// lies between that and our end of it.
TEST_F(AtOrigin, ClosesBehindTheLastByteAtNoPaceOfThePlayBefore) {
  Visitor guest;
  guest.takes = true;
  origin_.enroll("k1", &guest);
  const auto proxy = connect();
  proxy->write(get("/k1/u") + get("/health"));
  run(20);
  auto& on = *guest.seen.at(0).on;
  on.connection().slice(1, std::chrono::milliseconds(50));
  on.write_by_hand(guest.seen[0].begin, "HTTP/1.1 200 OK\r\n");
  run(10);
  on.part(guest.seen[0].begin);
  run(30);
  EXPECT_TRUE(proxy->wire().fin);
  EXPECT_FALSE(proxy->wire().rst);
  EXPECT_EQ(proxy->wire().received, "HTTP/1.1 200 OK\r\n");
}

TEST_F(AtOrigin, LeavesToThePlaysOnAConnectionWhatALookAtItFinds) {
  Visitor guest;
  guest.takes = true;
  origin_.enroll("k1", &guest);
  const auto proxy = connect();
  proxy->write(get("/k1/u"));
  run(20);
  ASSERT_EQ(guest.seen.size(), 1U);
  guest.seen[0].on->answer_plainly(guest.seen[0].begin);
  run(20);
  proxy->write(get("/k1/u2"));  // Has come, and no event of it has been handled.
  guest.seen[0].on->connection().look();
  EXPECT_EQ(guest.seen.size(), 2U);
}

TEST_F(AtOrigin, RefusesAndListensAgain) {
  Visitor guest;
  const auto idle = connect();
  idle->write(get("/health"));
  run(20);
  origin_.refuse(&guest);
  const auto refused = connect();
  run(20);
  EXPECT_TRUE(idle->wire().fin);
  EXPECT_EQ(refused->wire().opening, Opening::refused);
  origin_.restore(&guest);
  const auto again = connect();
  run(20);
  EXPECT_EQ(again->wire().opening, Opening::open);
}

// --- Plays through a proxy of a few lines

/// Hands on each request over one connection, and the answer back: one thread, one client at a
/// time.
void pass_on(Peer& client, const tcp::endpoint& origin) {
  boost::asio::io_context io;
  tcp::socket socket(io);
  socket.connect(origin);
  Peer upstream(std::move(socket));
  for (auto head = client.read_until(); !head.empty(); head = client.read_until()) {
    upstream.say(head);
    const auto answer = upstream.read_until();
    if (answer.empty()) return;
    const auto length = answer.find("Content-Length: ");
    client.say(answer);
    const auto size = length == answer.npos ? 0 : std::stoul(answer.substr(length + 16));
    if (size > 0) client.say(upstream.read_exactly(size));
  }
}

Played play_through_proxy(const std::string& rows, int times = 1) {
  boost::asio::io_context io;
  tcp::endpoint at;
  Server proxy([&at](Peer& client) { pass_on(client, at); });
  Theatre theatre(proxy.endpoint());
  Origin origin(theatre.io, theatre.pulse,
                tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  at = origin.address();
  offer_of_origin(theatre.offer, "");
  theatre.origin = &origin;
  Played played;
  for (int i = 0; i < times; ++i) played = theatre.play(wires::case_of("proxy", rows));
  return played;
}

TEST(PlayThroughProxy, AsksAndAnswers) {
  EXPECT_EQ(came_to(play_through_proxy("  client asks {u} of origin\n  client asks {u2}\n"
                                       "  origin saw {u2} once\n")),
            "pass");
}

TEST(PlayThroughProxy, ReadsRequestsAndWritesAnswersByHand) {
  EXPECT_EQ(came_to(play_through_proxy("  client > GET {u} HTTP/1.1 | Host: {host} | X-A: 1 |\n"
                                       "  origin < head {u}, has X-A = 1\n"
                                       "  origin < request GET {u}, on a fresh connection\n"
                                       "  origin > HTTP/1.1 200 OK | Content-Length: 2 |\n"
                                       "         >> hi\n"
                                       "  client < response 200, body \"hi\"\n"
                                       "  client asks {u2} of origin2\n"
                                       "  origin saw {u} once\n")),
            "pass");
}

TEST(PlayThroughProxy, SeesWhatReachedTheOrigin) {
  const std::string twice =
      "  client asks {u} 2 times\n"
      "  origin saw {u} ";
  EXPECT_EQ(came_to(play_through_proxy(twice + "once\n")), "fail repeated");
  EXPECT_EQ(came_to(play_through_proxy(twice + "never\n")), "fail reached-the-origin");
  EXPECT_EQ(came_to(play_through_proxy(twice + "at most twice\n")), "pass");
}

TEST(PlayThroughProxy, TheLaneThatWasFirstDecides) {
  EXPECT_EQ(came_to(play_through_proxy("  client > GET {u} HTTP/1.1 | Host: {host} |\n"
                                       "  either\n"
                                       "    refused   wrong  client < response\n"
                                       "    reaches          origin < request {u}\n"
                                       "  origin answers\n"
                                       "  client < response {u}\n")),
            "pass");
}

TEST(PlayThroughProxy, WhatTheWayTakenDoesNotWantIsAnsweredPlainly) {
  EXPECT_EQ(came_to(play_through_proxy("  client > GET {u} HTTP/1.1 | Host: {host} |\n"
                                       "  either\n"
                                       "    marked  origin < request {u}, has X-Mark\n"
                                       "    quiet   client < silence 50ms\n"
                                       "  client < response {u}\n")),
            "pass");
}

TEST(PlayThroughProxy, LeavesNothingBehindForTheNextPlay) {
  EXPECT_EQ(came_to(play_through_proxy("  client > GET {u} HTTP/1.1 | Host: {host} |\n"
                                       "  origin < request {u}\n"
                                       "  origin ! reset\n"
                                       "  client < end\n",
                                       3)),
            "pass");
}

}  // namespace
}  // namespace connspec
