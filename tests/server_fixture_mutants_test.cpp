// The catalogue of mutants, and a sample of the server's: each shows its fault.
#include "tests/server_fixture.hpp"

#include <chrono>
#include <set>
#include <thread>
#include <vector>

namespace fixtures {
namespace {

using Clock = std::chrono::steady_clock;

TEST(Mutants, HaveNamesOfTheirOwnAndChangeSomething) {
  std::set<std::string_view> names;
  std::size_t of_server = 0;
  for (auto& mutant : mutants()) {
    EXPECT_TRUE(names.insert(mutant.name).second) << mutant.name;
    EXPECT_EQ(mutant.name.substr(0, 2), mutant.part == Part::server ? "s-" : "p-");
    EXPECT_FALSE(mutant.sentence.empty()) << mutant.name;
    EXPECT_EQ(find_mutant(mutant.name), &mutant);
    of_server += mutant.part == Part::server ? 1 : 0;
  }
  EXPECT_GE(of_server, 55U);
  EXPECT_EQ(find_mutant("s-none"), nullptr);
}

TEST_F(ServerFixture, MutantServesAfterClose) {
  start("s-serve-after-close");
  EXPECT_TRUE(has(talk(get("/a", "Connection: close\r\n") + get("/b")), "beta"));
}

TEST_F(ServerFixture, MutantLeavesAnUnreadBody) {
  start("s-unread-body-left");
  std::string hidden = get("/b");
  auto length = "Content-Length: " + std::to_string(hidden.size()) + "\r\n";
  auto all =
      talk(request("POST /a HTTP/1.1", length) + hidden + get("/c", "Connection: close\r\n"));
  EXPECT_TRUE(has(all, "beta"));
}

TEST_F(ServerFixture, MutantResetsAnEarlyAnswer) {
  start("s-early-413-rst");
  Client client(port_);
  client.write(request("POST /early HTTP/1.1", "Content-Length: 100000\r\n") +
               std::string(1'000, 'x'));
  client.rest();
  EXPECT_EQ(client.end(), End::rst);
}

TEST_F(ServerFixture, MutantDoesNotLinger) {
  start("s-no-linger");
  Client client(port_);
  std::string followers;
  for (int i = 0; i < 200; ++i) followers += get("/b");
  client.write(get("/a", "Connection: close\r\n") + followers);
  client.rest();
  EXPECT_EQ(client.end(), End::rst);
}

TEST_F(ServerFixture, MutantReordersAnswers) {
  start("s-reorder");
  auto all = talk(get("/slow") + get("/b") + get("/a", "Connection: close\r\n"));
  EXPECT_LT(all.find("beta"), all.find("slow but sure"));
}

TEST_F(ServerFixture, MutantGivesUpHalfClosedClients) {
  start("s-half-close-abort");
  Client client(port_);
  EXPECT_EQ(client.write(get("/a")).half_close().rest(), "");
}

TEST_F(ServerFixture, MutantExecutesCutRequests) {
  start("s-truncated-executed");
  Client client(port_);
  client.write(request("POST /hit/cut HTTP/1.1", "Content-Length: 5\r\n") + "hel");
  client.half_close().rest();
  EXPECT_TRUE(hits("cut").ends_with("\r\n\r\n1"));
}

TEST_F(ServerFixture, MutantNeverNoticesFin) {
  start("s-fin-leak");
  Client client(port_);
  client.write(get("/a")).half_close().until("alpha\n");
  EXPECT_TRUE(client.silent_for(Milliseconds(200)));
}

TEST_F(ServerFixture, MutantLosesACarriageReturn) {
  start("s-split-crlf");
  Client client(port_);
  client.write("GET /a HTTP/1.1\r");
  std::this_thread::sleep_for(Milliseconds(20));
  EXPECT_TRUE(client.write("\nHost: x\r\n\r\n").rest().starts_with("HTTP/1.1 400"));
}

TEST_F(ServerFixture, MutantTakesALateCrlfForARequest) {
  start("s-last-crlf-left");
  Client client(port_);
  client.write(request("POST /sink HTTP/1.1", "Transfer-Encoding: chunked\r\n") +
               "5\r\nhello\r\n0\r\n");
  EXPECT_TRUE(client.until("hello").ends_with("hello"));
  EXPECT_TRUE(has(client.write("\r\n" + get("/b")).rest(), "HTTP/1.1 400"));
}

TEST_F(ServerFixture, MutantAnnouncesOneOctetTooMany) {
  start("s-cl-plus-one");
  EXPECT_TRUE(has(talk(get("/a", "Connection: close\r\n")), "Content-Length: 7\r\n"));
}

TEST_F(ServerFixture, MutantResetsIdleConnections) {
  start("s-idle-rst", Milliseconds(100));
  Client client(port_);
  client.write(get("/a")).rest();
  EXPECT_EQ(client.end(), End::rst);
}

TEST_F(ServerFixture, MutantSays408ToIdleConnections) {
  start("s-idle-408", Milliseconds(100));
  EXPECT_TRUE(talk("").starts_with("HTTP/1.1 408"));
}

TEST_F(ServerFixture, MutantPromisesTwiceItsIdleTime) {
  start("s-keepalive-lie", Milliseconds(1'000));
  Client client(port_);
  auto before = Clock::now();
  auto all = client.write(get("/a", "Connection: keep-alive\r\n")).rest();
  EXPECT_TRUE(has(all, "Keep-Alive: timeout=2\r\n")) << all;
  EXPECT_LT(Clock::now() - before, Milliseconds(1'900));
}

TEST_F(ServerFixture, MutantWritesHeadAndContentApart) {
  start("s-nagle");
  Client client(port_);
  client.write(get("/a")).until("alpha\n");
  EXPECT_EQ(client.data_segments(), 2U);
}

TEST_F(ServerFixture, MutantLosesALineThatCameInTwoReads) {
  start("s-cut-line-lost");
  Client client(port_);
  client.write("GET /a HTTP/1.1\r\nHost: fixture\r\nConnection: cl");
  std::this_thread::sleep_for(Milliseconds(20));
  EXPECT_TRUE(has(client.write("ose\r\n\r\n" + get("/b")).until("beta"), "beta"));
}

TEST_F(ServerFixture, MutantDoesNotForgetAField) {
  start("s-state-leak");
  auto all = talk(get("/etag", "If-None-Match: *\r\n") + get("/etag", "Connection: close\r\n"));
  EXPECT_EQ(count(all, "HTTP/1.1 304"), 2U) << all;
}

TEST_F(ServerFixture, MutantExecutesWhatComesBehindItsEnd) {
  start("s-linger-executes");
  Client client(port_);
  client.write(get("/a", "Connection: close\r\n")).rest();
  client.write(get("/hit/late"));
  std::this_thread::sleep_for(Milliseconds(50));
  EXPECT_TRUE(hits("late").ends_with("\r\n\r\n1"));
}

TEST_F(ServerFixture, MutantKeepsAWorkerForEachConnection) {
  start("s-worker-per-idle");
  Client one(port_), two(port_), three(port_), four(port_), five(port_);
  for (auto* client : {&one, &two, &three, &four})
    EXPECT_TRUE(has(client->write(get("/a")).until("alpha\n"), "alpha\n"));
  EXPECT_TRUE(five.write(get("/a")).silent_for(Milliseconds(50)));
}

TEST(ServerFixtures, RunSideBySideInOneThread) {
  Hosted hosted;
  std::vector<std::uint16_t> ports;
  for (auto& mutant : mutants()) {
    Conduct conduct;
    mutant.change(conduct);
    if (mutant.part == Part::server) ports.push_back(hosted.add<Server>(conduct.server));
  }
  for (auto port : ports) {
    Client client(port);
    EXPECT_TRUE(has(client.write(get("/c")).until("texts\n"), " 200 OK"));
  }
}

}  // namespace
}  // namespace fixtures
