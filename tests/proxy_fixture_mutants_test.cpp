// A sample of the proxy's mutants: each shows its fault.
#include "tests/proxy_fixture.hpp"

#include <thread>

namespace proxy_fixture {
namespace {

TEST(ProxyMutants, ChangeTheProxyOnly) {
  std::size_t of_proxy = 0;
  for (const auto& mutant : mutants()) of_proxy += mutant.part == Part::proxy ? 1 : 0;
  EXPECT_GE(of_proxy, 40U);
}

TEST_F(ProxyFixture, MutantDeliversAnUnsolicitedResponse) {
  start("p-late-unsolicited");
  auto one = client();
  auto origin = exchange(one, listening);
  origin.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
  std::this_thread::sleep_for(30ms);
  one.send(get);
  EXPECT_TRUE(has(one.until("evil"), "evil"));
}

TEST_F(ProxyFixture, MutantDeliversSurplusOctets) {
  start("p-surplus-delivered");
  auto one = client();
  one.send(get);
  auto origin = listening.accept();
  origin.head();
  origin.send(std::string(ok) + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
  one.until("\r\n\r\nok");
  one.send(get);
  EXPECT_TRUE(has(one.until("evil"), "evil"));
}

TEST_F(ProxyFixture, MutantGivesOneClientTheAnswerOfAnother) {
  start("p-crosstalk");
  auto one = client();
  one.send(get);
  auto origin = listening.accept();
  origin.head();
  one.reset();
  std::this_thread::sleep_for(30ms);
  auto two = client();
  two.send(get);
  EXPECT_TRUE(has(origin.head(), "GET /x"));
  origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst");
  EXPECT_TRUE(has(two.until("first"), "200 OK"));
}

TEST_F(ProxyFixture, MutantRepeatsAPost) {
  start("p-retry-post");
  auto one = client();
  auto origin = exchange(one, listening);
  one.send(post);
  origin.until("hello");
  origin.close();
  EXPECT_TRUE(has(listening.accept().until("hello"), "POST /x"));
}

TEST_F(ProxyFixture, MutantRepeatsAfterPartOfAHead) {
  start("p-retry-partial");
  auto one = client();
  auto origin = exchange(one, listening);
  one.send(get);
  origin.head();
  origin.send("HTTP/1.1 2");
  std::this_thread::sleep_for(30ms);
  origin.close();
  EXPECT_TRUE(has(listening.accept().head(), "GET /x"));
}

TEST_F(ProxyFixture, MutantRepeatsFourTimes) {
  start("p-retry-endless");
  auto one = client();
  one.send(get);
  listening.accept().head();
  listening.accept().head();
  listening.accept().head();
  listening.accept().head();
  EXPECT_TRUE(has(listening.accept().head(), "GET /x"));
  EXPECT_TRUE(has(one.head(), "HTTP/1.1 502"));
}

TEST_F(ProxyFixture, MutantCompletesACutChunkedResponse) {
  start("p-launder-chunked");
  auto one = client();
  one.send(get);
  auto origin = listening.accept();
  origin.head();
  origin.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
  one.until("hel");
  origin.close();
  EXPECT_EQ(one.until("0\r\n\r\n"), "\r\n0\r\n\r\n");
}

TEST_F(ProxyFixture, MutantCompletesAShortResponse) {
  start("p-launder-cl");
  auto one = client();
  one.send(get);
  auto origin = listening.accept();
  origin.head();
  origin.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
  one.until("hello");
  origin.close();
  EXPECT_EQ(one.until("0\r\n\r\n"), "\r\n0\r\n\r\n");
}

TEST_F(ProxyFixture, MutantTakesAResetForTheEnd) {
  start("p-rst-is-eof");
  auto one = client();
  one.send(get);
  auto origin = listening.accept();
  origin.head();
  origin.send("HTTP/1.1 200 OK\r\n\r\nhello");
  one.until("hello");
  origin.reset();
  EXPECT_EQ(one.until("0\r\n\r\n"), "\r\n0\r\n\r\n");
}

TEST_F(ProxyFixture, MutantFillsUpACutRequest) {
  start("p-request-completed");
  auto one = client();
  one.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhello");
  auto origin = listening.accept();
  origin.until("hello");
  one.half_close();
  EXPECT_EQ(origin.until("00000"), "00000");
}

TEST_F(ProxyFixture, MutantOvertakes) {
  start("p-reorder");
  auto one = client();
  one.send(std::string(get) + "GET /y HTTP/1.1\r\nHost: h\r\n\r\n");
  auto slow = listening.accept();
  slow.head();
  auto fast = listening.accept();
  fast.head();
  fast.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
  EXPECT_TRUE(has(one.until("second"), "200 OK"));
  slow.send(ok);
  EXPECT_TRUE(has(one.until("\r\n\r\nok"), "200 OK"));
}

TEST_F(ProxyFixture, MutantReadsTheBodyBeforeItForwardsAnExpectation) {
  start("p-expect-deadlock");
  auto one = client();
  one.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_FALSE(listening.is_called_soon());
  one.send("hello");
  EXPECT_TRUE(has(listening.accept().until("hello"), "POST /x"));
}

TEST_F(ProxyFixture, MutantKillsATunnelAtTheFirstFin) {
  start("p-tunnel-fin-kills", true);
  auto one = client();
  one.send("CONNECT " + authority() + " HTTP/1.1\r\nHost: h\r\n\r\n");
  auto origin = listening.accept();
  one.head();
  origin.send("last words");
  origin.close();
  EXPECT_FALSE(has(one.rest(), "last words"));
}

TEST_F(ProxyFixture, MutantRobsARequestOfItsHost) {
  start("p-strips-host");
  auto one = client();
  one.send("GET /x HTTP/1.1\r\nHost: h\r\nConnection: Host\r\n\r\n");
  EXPECT_FALSE(has(listening.accept().head(), "Host"));
}

}  // namespace
}  // namespace proxy_fixture
