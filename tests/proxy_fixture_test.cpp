// The conforming proxy where conforming is hardest; the test is client and origin.
#include "tests/proxy_fixture.hpp"

#include <thread>

namespace proxy_fixture {
namespace {

TEST_F(ProxyFixture, UsesAnUpstreamConnectionAgain) {
  start();
  auto one = client();
  auto origin = exchange(one, listening);
  auto two = client();
  two.send(get);
  EXPECT_TRUE(has(origin.head(), "GET /x HTTP/1.1\r\nHost: h\r\n"));
  origin.send(ok);
  EXPECT_TRUE(has(two.until("ok"), "200 OK"));
}

TEST_F(ProxyFixture, RemovesWhatAnyLineOfConnectionNames) {
  start();
  auto one = client();
  one.send(
      "GET /x HTTP/1.1\r\nHost: h\r\nConnection: X-A\r\nX-A: 1\r\nX-B: 2\r\nX-C: 3\r\n"
      "Connection: ,x-b,\r\n\r\n");
  auto origin = listening.accept();
  const auto head = origin.head();
  EXPECT_FALSE(has(head, "X-A"));
  EXPECT_FALSE(has(head, "X-B"));
  EXPECT_FALSE(has(head, "Connection"));
  EXPECT_TRUE(has(head, "X-C: 3"));
  EXPECT_TRUE(has(head, "Via: 1.1 connspec"));
}

TEST_F(ProxyFixture, KeepsFramingAndHostWhenTheyAreNominated) {
  start();
  auto one = client();
  one.send(
      "POST /x HTTP/1.1\r\nHost: h\r\nConnection: host, content-length\r\n"
      "Content-Length: 5\r\n\r\nhello");
  auto origin = listening.accept();
  const auto request = origin.until("hello");
  EXPECT_TRUE(has(request, "Host: h\r\n"));
  EXPECT_TRUE(has(request, "Content-Length: 5\r\n"));
}

TEST_F(ProxyFixture, DropsAnIdleConnectionAtAnUnsolicitedResponse) {
  start();
  auto one = client();
  auto origin = exchange(one, listening);
  origin.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 4\r\n\r\nevil");
  EXPECT_TRUE(has(origin.rest(), "<"));
  one.send(post);
  auto second = listening.accept();
  second.until("hello");
  second.send(ok);
  EXPECT_TRUE(has(one.until("ok"), "200 OK"));
}

TEST_F(ProxyFixture, RepeatsAGetWhoseUsedConnectionDied) {
  start();
  auto one = client();
  auto origin = exchange(one, listening);
  one.send(get);
  origin.head();
  origin.close();
  auto second = listening.accept();
  EXPECT_TRUE(has(second.head(), "GET /x"));
  second.send(ok);
  EXPECT_TRUE(has(one.until("ok"), "200 OK"));
}

TEST_F(ProxyFixture, NeverRepeatsAPost) {
  start();
  auto one = client();
  auto origin = exchange(one, listening);
  one.send(post);
  origin.until("hello");
  origin.reset();
  EXPECT_TRUE(has(one.head(), "HTTP/1.1 502"));
  EXPECT_FALSE(listening.is_called_soon());
}

TEST_F(ProxyFixture, NeverRepeatsWhatFailedOnAFreshConnection) {
  start();
  auto one = client();
  one.send(get);
  auto origin = listening.accept();
  origin.head();
  origin.close();
  EXPECT_TRUE(has(one.head(), "HTTP/1.1 502"));
  EXPECT_FALSE(listening.is_called_soon());
}

TEST_F(ProxyFixture, ShowsThatAChunkedResponseWasCut) {
  start();
  auto one = client();
  one.send(get);
  auto origin = listening.accept();
  origin.head();
  origin.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
  origin.close();
  one.head();
  EXPECT_EQ(one.rest(), "3\r\nhel\r\n<FIN>");
}

TEST_F(ProxyFixture, EndsWithAResetWhereNothingElseShowsTheCut) {
  start();
  auto one = client();
  one.send("GET /x HTTP/1.0\r\n\r\n");
  auto origin = listening.accept();
  origin.head();
  origin.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
  one.head();
  EXPECT_EQ(one.until("hel"), "hel");
  origin.close();
  EXPECT_EQ(one.rest(), "<RST>");
}

TEST_F(ProxyFixture, RefusesDifferentLengthsAndClosesTheirConnection) {
  start();
  auto one = client();
  one.send(get);
  auto origin = listening.accept();
  origin.head();
  origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!");
  EXPECT_TRUE(has(one.head(), "HTTP/1.1 502"));
  EXPECT_TRUE(has(origin.rest(), "<"));
}

TEST_F(ProxyFixture, NeverCompletesARequestThatItsClientCut) {
  start();
  auto one = client();
  one.send("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  auto origin = listening.accept();
  origin.until("hello\r\n");
  one.half_close();
  EXPECT_EQ(origin.rest(), "<FIN>");
  EXPECT_TRUE(has(one.head(), "HTTP/1.1 400"));
}

TEST_F(ProxyFixture, AnswersAClientThatHasHalfClosed) {
  start();
  auto one = client();
  one.send(get);
  one.half_close();
  auto origin = listening.accept();
  origin.head();
  std::this_thread::sleep_for(30ms);
  origin.send(ok);
  EXPECT_TRUE(has(one.rest(), "\r\n\r\nok<FIN>"));
}

TEST_F(ProxyFixture, LeavesAnUpstreamConnectionWhoseClientHasGone) {
  start();
  auto one = client();
  one.send(get);
  auto origin = listening.accept();
  origin.head();
  one.reset();
  EXPECT_EQ(origin.rest(), "<FIN>");
}

TEST_F(ProxyFixture, PassesAnExpectationOnAndItsAnswerBack) {
  start();
  auto one = client();
  one.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  auto origin = listening.accept();
  EXPECT_TRUE(has(origin.head(), "Expect: 100-continue"));
  origin.send("HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(has(one.head(), "HTTP/1.1 100"));
  one.send("hello");
  EXPECT_EQ(origin.until("hello"), "hello");
}

TEST_F(ProxyFixture, SendsNoInterimResponseToHttp10) {
  start();
  auto one = client();
  one.send("GET /x HTTP/1.0\r\n\r\n");
  auto origin = listening.accept();
  origin.head();
  origin.send("HTTP/1.1 103 Early Hints\r\n\r\n");
  origin.send(ok);
  EXPECT_TRUE(has(one.head(), "HTTP/1.1 200"));
}

TEST_F(ProxyFixture, EndsAnEarlyAnswerInOrder) {
  start();
  auto one = client();
  one.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nhello");
  auto origin = listening.accept();
  origin.until("hello");
  origin.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
  const auto head = one.head();
  EXPECT_TRUE(has(head, "HTTP/1.1 413"));
  EXPECT_TRUE(has(head, "Connection: close"));
  one.send(std::string(50000, 'x'));
  EXPECT_EQ(one.rest(), "<FIN>");
}

TEST_F(ProxyFixture, CarriesEarlyBytesOfBothSidesAfterAnUpgrade) {
  start();
  auto one = client();
  one.send(
      "GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: connspec\r\n\r\nping");
  auto origin = listening.accept();
  EXPECT_TRUE(has(origin.head(), "Connection: Upgrade"));
  origin.send(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
      "connspec\r\n\r\npong");
  EXPECT_EQ(origin.until("ping"), "ping");
  EXPECT_TRUE(has(one.head(), "Upgrade: connspec"));
  EXPECT_EQ(one.until("pong"), "pong");
}

TEST_F(ProxyFixture, RefusesASwitchThatNobodyAskedFor) {
  start();
  auto one = client();
  one.send(get);
  auto origin = listening.accept();
  origin.head();
  origin.send(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: connspec\r\n\r\n");
  EXPECT_TRUE(has(one.head(), "HTTP/1.1 502"));
}

TEST_F(ProxyFixture, RelaysTheHalfCloseOfATunnel) {
  start({}, true);
  auto one = client();
  one.send("CONNECT " + authority() + " HTTP/1.1\r\nHost: h\r\n\r\nearly");
  auto origin = listening.accept();
  EXPECT_FALSE(has(one.head(), "Content-Length"));
  one.half_close();
  EXPECT_EQ(origin.rest(), "early<FIN>");
  origin.send("answer");
  origin.close();
  EXPECT_EQ(one.rest(), "answer<FIN>");
}

TEST_F(ProxyFixture, StaysHttpAfterARefusedConnect) {
  start({}, true);
  auto one = client();
  one.send("CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(has(one.until("reached\n"), "HTTP/1.1 502"));
  one.send("GET http://" + authority() + "/y HTTP/1.1\r\nHost: wrong\r\n\r\n");
  auto origin = listening.accept();
  EXPECT_TRUE(has(origin.head(), "GET /y HTTP/1.1\r\nHost: " + authority() + "\r\n"));
}

}  // namespace
}  // namespace proxy_fixture
