#include "harness/plain_answer.hpp"

#include "tests/wires.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

using namespace wires;

PlainAnswer answer_to(const std::string& request, std::size_t hits = 0) {
  Message message(ReadAs::request, 0);
  const auto wire = wire_of(request);
  message.advance(wire);
  EXPECT_EQ(message.state(), Message::State::whole) << request;
  return plain_answer(message, hits);
}

std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

std::string post(const std::string& path, const std::string& content) {
  return "POST " + path +
         " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(content.size()) +
         "\r\n\r\n" + content;
}

/// Status and content of what an answer reads as; the message must fill the bytes.
std::string read(PlainAnswer answer, ReadAs as = ReadAs::response) {
  answer.bytes += answer.rest;
  auto wire = wire_of(answer.bytes);
  if (answer.close) end(wire, Ending::fin, exactly(2));
  Message message(as, 0);
  message.advance(wire);
  EXPECT_EQ(message.state(), Message::State::whole) << answer.bytes;
  EXPECT_EQ(message.end(), answer.bytes.size()) << answer.bytes;
  EXPECT_EQ(persists(message), !answer.close) << answer.bytes;
  return std::to_string(message.status()) + " " + std::string(message.content());
}

TEST(PlainAnswer, IsTheTargetItself) {
  EXPECT_EQ(read(answer_to(get("/k1/u?x"))), "200 /k1/u");
  EXPECT_EQ(read(answer_to(get("http://h/k1/u"))), "200 /k1/u");
  EXPECT_EQ(read(answer_to(get("/favicon.ico"))), "200 /favicon.ico");
}

TEST(PlainAnswer, RefusesConnect) {
  EXPECT_EQ(read(answer_to("CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: h\r\n\r\n")),
            "501 no tunnels here");
}

TEST(PlainAnswer, ObeysCloseAndHttp10) {
  EXPECT_EQ(read(answer_to(get("/k1/u", "Connection: close\r\n"))), "200 /k1/u");
  EXPECT_TRUE(answer_to(get("/k1/u", "Connection: close\r\n")).close);
  EXPECT_TRUE(answer_to("GET /k1/u HTTP/1.0\r\n\r\n").close);
  EXPECT_FALSE(answer_to("GET /k1/u HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").close);
  for (const auto* resource : {"u", "chunked", "nobody", "etag", "sink", "upgrade"}) {
    const auto path = std::string("/k1/") + resource;
    read(answer_to("GET " + path + " HTTP/1.0\r\n\r\n"));
    read(answer_to("GET " + path + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    read(answer_to(get(path, "Connection: close\r\n")));
  }
}

TEST(PlainAnswer, ToHeadHasNoContent) {
  for (const auto* resource : {"u", "chunked", "nobody", "etag", "big", "hits"})
    EXPECT_EQ(
        read(answer_to(std::string("HEAD /k1/") + resource + " HTTP/1.1\r\nHost: h\r\n\r\n"),
             ReadAs::response_to_head)
            .size(),
        4U)
        << resource;
}

TEST(PlainAnswer, DoesWhatTheResourceIsFor) {
  EXPECT_EQ(read(answer_to(post("/k1/sink", "echoed"))), "200 echoed");
  const auto chunked = answer_to(get("/k1/chunked"));
  EXPECT_FALSE(chunked.rest.empty());
  EXPECT_EQ(read(chunked), "200 of unknown length");
  EXPECT_EQ(read(answer_to(get("/k1/nobody"))), "204 ");
  EXPECT_EQ(read(answer_to(get("/k1/etag", "If-None-Match: \"k\"\r\n"))), "304 ");
  EXPECT_EQ(read(answer_to(get("/k1/hits"), 3)), "200 3");
  EXPECT_EQ(read(answer_to(post("/k1/early", "x"))), "413 too large");
  EXPECT_GT(answer_to(get("/k1/slow")).after, Duration{});
  EXPECT_GT(answer_to(get("/k1/big")).bytes.size(), 4'000'000U);
}

TEST(PlainAnswer, SwitchesOnlyToTheProtocolItSpeaks) {
  const auto switched =
      answer_to(get("/k1/upgrade", "Connection: Upgrade\r\nUpgrade: connspec-echo\r\n"));
  EXPECT_TRUE(switched.tunnel);
  EXPECT_EQ(switched.bytes.substr(0, 12), "HTTP/1.1 101");
  EXPECT_FALSE(answer_to(get("/k1/upgrade", "Upgrade: connspec-echo\r\n")).tunnel);
  EXPECT_FALSE(
      answer_to(get("/k1/upgrade", "Connection: Upgrade\r\nUpgrade: other\r\n")).tunnel);
  const auto refused = answer_to(get("/k1/upgrade"));
  EXPECT_EQ(read(refused), "426 ");
  EXPECT_NE(refused.bytes.find("Connection: Upgrade\r\nUpgrade: connspec-echo\r\n"),
            std::string::npos);
}

TEST(PlainAnswer, KnowsWhosePathItIs) {
  EXPECT_EQ(read_path("/k7f3a/u2-4?x").token, "k7f3a");
  EXPECT_EQ(read_path("/k7f3a/u2-4?x").resource, "u2");
  EXPECT_EQ(read_path("/").token, "");
  EXPECT_EQ(read_path("/kay").token, "");
  EXPECT_EQ(read_path("/favicon.ico").token, "");
}

}  // namespace
}  // namespace connspec
