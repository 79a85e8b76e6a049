// The conforming server, seen through raw sockets.
#include "tests/server_fixture.hpp"
#include "fixtures/body_decoder.hpp"
#include "fixtures/resources.hpp"

#include <thread>

namespace fixtures {
namespace {

TEST_F(ServerFixture, AnswersPipelinedRequestsInOrderAlsoBehindASlowOne) {
  start();
  auto all = talk(get("/slow") + get("/b") + get("/c", "Connection: close\r\n"));
  EXPECT_LT(all.find("slow but sure"), all.find("beta"));
  EXPECT_LT(all.find("beta"), all.find("gamma"));
}

TEST_F(ServerFixture, ObeysCloseHoweverItIsWritten) {
  start();
  for (auto* lines : {"Connection: close\r\n", "Connection: x,CLOSE , y\r\n",
                      "Connection: x\r\nX: 1\r\nConnection: cLoSe\r\n",
                      "Connection: , ,close\r\nConnection: keep-alive\r\n"}) {
    auto all = talk(get("/a", lines) + get("/b"));
    EXPECT_TRUE(has(all, "alpha")) << lines;
    EXPECT_TRUE(has(all, "Connection: close\r\n")) << lines;
    EXPECT_FALSE(has(all, "beta")) << lines;
  }
}

TEST_F(ServerFixture, KeepsAnHttp10ConnectionOnlyWhenAsked) {
  start();
  auto closing = talk(request("GET /a HTTP/1.0") + request("GET /b HTTP/1.0"));
  EXPECT_EQ(count(closing, "HTTP/1.1 200"), 1U);
  auto kept = talk(request("GET /a HTTP/1.0", "Connection: keep-alive\r\n") +
                   request("GET /b HTTP/1.0"));
  EXPECT_EQ(count(kept, "HTTP/1.1 200"), 2U);
  EXPECT_TRUE(has(kept, "Connection: keep-alive\r\n"));
}

TEST_F(ServerFixture, EndsAResponseOfUnknownLengthByClosingToHttp10) {
  start();
  auto all = talk(request("GET /chunked HTTP/1.0", "Connection: keep-alive\r\n"));
  EXPECT_FALSE(has(all, "Transfer-Encoding"));
  EXPECT_TRUE(has(all, "Connection: close\r\n"));
  EXPECT_TRUE(all.ends_with("a text whose length nobody knew when it began\n"));
}

TEST_F(ServerFixture, RefusesDoubtfulRequestsAndCloses) {
  start();
  struct Row {
    std::string_view status;
    std::string bytes;
  };
  auto post = [](std::string_view lines, std::string_view body) {
    return request("POST /sink HTTP/1.1", lines) + std::string(body);
  };
  std::string chunked = "Transfer-Encoding: chunked\r\n";
  const Row rows[] = {
      {"400", post("Content-Length: 5a\r\n", "hello")},
      {"400", post("Content-Length:\r\n", "hello")},
      {"400", post("Content-Length: +5\r\n", "hello")},
      {"400", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")},
      {"400", post("Content-Length: 5\r\n" + chunked, "5\r\nhello\r\n0\r\n\r\n")},
      {"400", post(chunked, "0x5\r\nhello\r\n0\r\n\r\n")},
      {"400", post(chunked, "5\r\nhello!!\r\n0\r\n\r\n")},
      {"400", post(chunked, "5;a\nhello\r\n0\r\n\r\n")},
      {"400", post(chunked, "10000000000000005\r\nhello\r\n0\r\n\r\n")},
      {"400", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")},
      {"400", post("Transfer-Encoding: gzip\r\n", "0\r\n\r\n")},
      {"501", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
      {"400", request("POST /sink HTTP/1.0", chunked) + "0\r\n\r\n"},
      {"400", "GET /a HTTP/1.1\r\n\r\n"},
      {"400", get("/a", "Host: other\r\n")},
      {"400", "GET /a HTTP/1.1\r\nHost: a b\r\n\r\n"},
      {"400", get("/a", "X : 1\r\n")},
      {"400", get("/a", "X: 1\r\n 2\r\n")},
      {"400", get("/a", "X: 1\r2\r\n")},
      {"400", get("/a", std::string_view("X: \0\r\n", 6))},
      {"400", "GET /a HTTP/1.1\nHost: a\n\n"},
      {"400", "GET  /a HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"400", "\x16\x03\x01"},
      {"505", "GET /a HTTP/2.0\r\nHost: a\r\n\r\n"},
      {"414", "GET /" + std::string(20'000, 'a')},
      {"431", get("/a", "X: " + std::string(70'000, 'a') + "\r\n")},
  };
  for (auto& row : rows) {
    auto all = talk(row.bytes + get("/b"));
    EXPECT_TRUE(all.starts_with("HTTP/1.1 " + std::string(row.status))) << row.bytes << all;
    EXPECT_TRUE(has(all, "Connection: close\r\n")) << row.bytes;
    EXPECT_EQ(count(all, "HTTP/1.1 "), 1U) << row.bytes << all;
  }
}

TEST_F(ServerFixture, ReadsARequestHoweverItIsCut) {
  start();
  auto bytes = get("/a") + request("POST /sink HTTP/1.1", "Transfer-Encoding: chunked\r\n") +
               "5;x=y\r\nhello\r\n0\r\nX-Odd: 1\r\n\r\n" + get("/b", "Connection: close\r\n");
  auto whole = talk(bytes);
  ASSERT_EQ(count(whole, "HTTP/1.1 200"), 3U);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    Client client(port_);
    client.write(bytes.substr(0, cut));
    std::this_thread::sleep_for(Milliseconds(1));
    auto all = client.write(bytes.substr(cut)).rest();
    EXPECT_EQ(count(all, "HTTP/1.1 200"), 3U) << "cut behind byte " << cut << ": " << all;
  }
}

TEST_F(ServerFixture, TakesNoUnreadBodyForARequest) {
  start();
  std::string hidden = get("/b");
  auto length = "Content-Length: " + std::to_string(hidden.size()) + "\r\n";
  for (auto* path : {"/a", "/nowhere", "/early"}) {
    auto all = talk(request("POST " + std::string(path) + " HTTP/1.1", length) + hidden +
                    get("/c", "Connection: close\r\n"));
    EXPECT_TRUE(all.starts_with("HTTP/1.1 4")) << path;
    EXPECT_FALSE(has(all, "beta")) << path;
    EXPECT_TRUE(has(all, "gamma")) << path;
  }
}

TEST_F(ServerFixture, AnswersAnUploadEarlyAndLetsTheAnswerBeRead) {
  start();
  Client client(port_);
  client.write(request("POST /early HTTP/1.1", "Content-Length: 1000000\r\n"));
  client.write(std::string(1'000, 'x'));
  EXPECT_TRUE(client.until("\r\n\r\n").starts_with("HTTP/1.1 413"));
  client.write(std::string(999'000, 'x') + get("/b"));
  EXPECT_EQ(count(client.rest(), "HTTP/1.1 "), 1U);
  EXPECT_EQ(client.end(), End::fin);
}

TEST_F(ServerFixture, AsksForAWithheldBodyAndNotInHttp10) {
  start();
  constexpr auto lines = "Content-Length: 5\r\nExpect: 100-Continue\r\nConnection: close\r\n";
  Client modern(port_);
  modern.write(request("POST /sink HTTP/1.1", lines));
  EXPECT_EQ(modern.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(modern.write("hello").rest().ends_with("\r\n\r\nhello"));
  Client old(port_);
  old.write(request("POST /sink HTTP/1.0", lines));
  EXPECT_TRUE(old.silent_for(Milliseconds(50)));
  EXPECT_TRUE(old.write("hello").rest().starts_with("HTTP/1.1 200"));
}

TEST_F(ServerFixture, RefusesAnExpectationWithoutWaitingAndCloses) {
  start();
  Client client(port_);
  client.write(
      request("POST /early HTTP/1.1", "Content-Length: 5\r\nExpect: 100-continue\r\n"));
  EXPECT_TRUE(client.until("\r\n\r\n").starts_with("HTTP/1.1 413"));
  auto all = client.write("hello" + get("/b")).rest();
  EXPECT_FALSE(has(all, "beta"));
  EXPECT_EQ(client.end(), End::fin);
  EXPECT_TRUE(talk(request("POST /sink HTTP/1.1", "Content-Length: 5\r\nExpect: odd\r\n"))
                  .starts_with("HTTP/1.1 417"));
}

TEST_F(ServerFixture, ExecutesNothingThatWasCut) {
  start();
  auto length = request("POST /hit/cut HTTP/1.1", "Content-Length: 5\r\n") + "hel";
  auto chunks = request("POST /hit/cut HTTP/1.1", "Transfer-Encoding: chunked\r\n") +
                "5\r\nhello\r\n0\r\n";
  for (auto& bytes : {length, chunks, std::string("GET /hit/cut HTTP/1.1\r\nHost: x\r\n")}) {
    Client client(port_);
    auto all = client.write(bytes).half_close().rest();
    EXPECT_FALSE(has(all, "HTTP/1.1 2")) << bytes;
    EXPECT_EQ(client.end(), End::fin) << bytes;
  }
  Client client(port_);
  client.write(length).reset();
  EXPECT_TRUE(hits("cut").ends_with("\r\n\r\n0"));
  talk(get("/hit/cut", "Connection: close\r\n"));
  EXPECT_TRUE(hits("cut").ends_with("\r\n\r\n1"));
}

TEST_F(ServerFixture, AnswersAHalfClosedClient) {
  start();
  Client client(port_);
  auto all = client.write(get("/slow") + get("/big")).half_close().rest();
  EXPECT_TRUE(has(all, "slow but sure"));
  EXPECT_GT(all.size(), resources::big_size);
  EXPECT_EQ(client.end(), End::fin);
}

TEST_F(ServerFixture, SendsASmallResponseInOneSegment) {
  start();
  Client client(port_);
  client.write(get("/a")).until("alpha\n");
  EXPECT_EQ(client.data_segments(), 1U);
}

TEST_F(ServerFixture, SendsNoContentWhereNoneMayBe) {
  start();
  auto all =
      talk(request("HEAD /a HTTP/1.1") + request("HEAD /chunked HTTP/1.1") + get("/nobody") +
           get("/etag", "If-None-Match: *\r\n") + get("/b", "Connection: close\r\n"));
  EXPECT_EQ(count(all, "\r\n\r\nHTTP/1.1 "), 4U) << all;
}

TEST_F(ServerFixture, SpeaksTheOtherProtocolFromTheFirstByte) {
  start();
  Client client(port_);
  client.write(get("/upgrade",
                   "Connection: keep-alive, Upgrade\r\n"
                   "Upgrade: odd, connspec-echo\r\n") +
               "ping");
  EXPECT_TRUE(client.until("ping").starts_with("HTTP/1.1 101"));
  EXPECT_TRUE(client.write(" pong").half_close().rest().ends_with("\r\n\r\nping pong"));
  auto old = talk(
      request("GET /upgrade HTTP/1.0", "Connection: Upgrade\r\nUpgrade: connspec-echo\r\n"));
  EXPECT_TRUE(old.starts_with("HTTP/1.1 200")) << old;
}

TEST_F(ServerFixture, BeginsAWebsocketOfVersion13AndNoOther) {
  start();
  const std::string offer =
      "Connection: Upgrade\r\nUpgrade: WebSocket\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: ";
  auto begun = talk(get("/upgrade", offer + "13\r\n"));
  EXPECT_TRUE(begun.starts_with("HTTP/1.1 101")) << begun;
  EXPECT_TRUE(has(begun, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")) << begun;
  EXPECT_TRUE(begun.ends_with(std::string_view("\r\n\r\n\x88\x00", 6)));
  auto refused = talk(get("/upgrade", offer + "99\r\n") + get("/b", "Connection: close\r\n"));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 426")) << refused;
  EXPECT_TRUE(has(refused, "Upgrade: websocket\r\n")) << refused;
  EXPECT_EQ(count(refused, "HTTP/1.1 "), 2U) << refused;
}

TEST_F(ServerFixture, SendsTrailersToThoseWhoTakeThem) {
  start();
  auto taken = talk(get("/chunked", "TE: trailers\r\nConnection: TE, close\r\n"));
  EXPECT_TRUE(has(taken, "Trailer: Server-Timing\r\n")) << taken;
  EXPECT_TRUE(taken.ends_with("0\r\nServer-Timing: text;dur=1\r\n\r\n")) << taken;
  EXPECT_FALSE(has(talk(get("/chunked", "Connection: close\r\n")), "Server-Timing"));
}

TEST_F(ServerFixture, RefusesHeadWithoutContent) {
  start();
  for (const std::string lines : {"", "Host: a\r\nHost: b\r\n", "Host: a\r\nX : 1\r\n"}) {
    auto all = talk("HEAD /a HTTP/1.1\r\n" + lines + "\r\n");
    EXPECT_TRUE(all.starts_with("HTTP/1.1 400")) << all;
    EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
  }
}

TEST_F(ServerFixture, ReadsNumbersWithManyZeros) {
  start();
  const std::string zeros(30, '0');
  auto all =
      talk(request("POST /sink HTTP/1.1", "Content-Length: " + zeros + "5\r\n") + "hello" +
           request("POST /sink HTTP/1.1", "Transfer-Encoding: chunked\r\n") + zeros +
           "5\r\nworld\r\n" + zeros + "\r\n\r\n" + get("/b", "Connection: close\r\n"));
  EXPECT_TRUE(has(all, "\r\n\r\nhello")) << all;
  EXPECT_TRUE(has(all, "\r\n\r\nworld")) << all;
  EXPECT_EQ(count(all, "HTTP/1.1 200"), 3U) << all;
}

TEST_F(ServerFixture, EndsIdleConnectionsByFinAndCutHeadsWith408) {
  start("", Milliseconds(100));
  Client idle(port_);
  auto all = idle.write(get("/a") + "\r\n").rest();
  EXPECT_EQ(count(all, "HTTP/1.1 "), 1U) << all;
  EXPECT_EQ(idle.end(), End::fin);
  EXPECT_TRUE(talk("GET /a HTTP/1.1\r\nHost").starts_with("HTTP/1.1 408"));
  EXPECT_TRUE(talk(request("POST /sink HTTP/1.1", "Content-Length: 5\r\n") + "hel")
                  .starts_with("HTTP/1.1 408"));
}

TEST_F(ServerFixture, StopsWithClientsInEveryState) {
  start();
  Client idle(port_), head(port_), body(port_), slow(port_);
  head.write("GET /a HT");
  body.write(request("POST /sink HTTP/1.1", "Content-Length: 5\r\n") + "hel");
  slow.write(get("/slow"));
  EXPECT_TRUE(has(talk(get("/a", "Connection: close\r\n")), "alpha"));
  hosted_.stop();
  idle.rest();
  EXPECT_NE(idle.end(), End::none);
  EXPECT_FALSE(Client(port_).connected());
}

TEST(BodyDecoder, TakesNothingBehindTheBody) {
  const InboundConduct conduct;
  BodyDecoder decoder({.kind = BodyFraming::Kind::chunked}, conduct);
  std::string input = "5\r\nhello\r\n0\r\nX-Odd: 1\r\n\r\nGET";
  EXPECT_EQ(decoder.decode(input), BodyDecoder::State::whole);
  EXPECT_EQ(input, "GET");
  EXPECT_EQ(decoder.take_content(), "hello");
  EXPECT_EQ(decoder.trailers().at("X-Odd"), "1");
}

TEST(BodyDecoder, IsCutByTheEndOfTheConnection) {
  const InboundConduct conduct;
  BodyDecoder decoder({.kind = BodyFraming::Kind::length, .length = 5}, conduct);
  std::string input = "hel";
  EXPECT_EQ(decoder.decode(input), BodyDecoder::State::more);
  EXPECT_EQ(decoder.end(), BodyDecoder::State::broken);
}

}  // namespace
}  // namespace fixtures
