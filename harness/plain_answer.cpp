#include "harness/plain_answer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

constexpr std::size_t big_size = 4U << 20;

/// Start line and the fields that every answer of ours has.
std::string head(std::string_view status, const Message& request, bool close) {
  std::string text = fmt::format("HTTP/1.1 {}\r\nCache-Control: no-store\r\n", status);
  if (close)
    text += "Connection: close\r\n";
  else if (request.version() == 10)
    text += "Connection: keep-alive\r\n";
  return text;
}

std::string with_content(std::string_view status, const Message& request, bool close,
                         std::string_view content) {
  auto text = head(status, request, close);
  text += fmt::format("Content-Length: {}\r\n\r\n", content.size());
  if (request.method() != "HEAD") text += content;
  return text;
}

PlainAnswer chunked(const Message& request, bool close) {
  PlainAnswer answer;
  answer.close = close || request.version() == 10;
  answer.bytes = head("200 OK", request, answer.close);
  const bool bare = request.method() == "HEAD";
  const bool old = request.version() == 10;
  answer.bytes += old ? "\r\n" : "Transfer-Encoding: chunked\r\n\r\n";
  if (bare) return answer;
  answer.bytes += old ? "of " : "3\r\nof \r\n";
  answer.rest = old ? "unknown length" : "e\r\nunknown length\r\n0\r\n\r\n";
  return answer;
}

PlainAnswer upgraded(const Message& request, bool close) {
  const bool offered = request.version() == 11 &&
                       has_member(request.fields(), "Connection", "upgrade") &&
                       has_member(request.fields(), "Upgrade", echo_protocol);
  if (!offered)
    return {.bytes = head("426 Upgrade Required", request, close) +
                     fmt::format("Connection: Upgrade\r\nUpgrade: {}\r\n"
                                 "Content-Length: 0\r\n\r\n",
                                 echo_protocol),
            .close = close};
  return {.bytes = fmt::format("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                               "Upgrade: {}\r\n\r\n",
                               echo_protocol),
          .tunnel = true};
}

}  // namespace

OriginPath read_path(std::string_view path) {
  if (path.size() < 2 || path[0] != '/' || path[1] != 'k') return {};
  const auto slash = path.find('/', 1);
  if (slash == path.npos) return {};
  const auto name = path.substr(slash + 1);
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  const auto end = std::find_if_not(name.begin(), name.end(), is_letter);
  return {std::string(path.substr(1, slash - 1)), std::string(name.begin(), end)};
}

bool answers_at_head(const Message& request) {
  return read_path(path_of(request.target())).resource == "early" && request.method() == "POST";
}

PlainAnswer plain_answer(const Message& request, std::size_t hits) {
  const auto path = path_of(request.target());
  const auto resource = read_path(path).resource;
  const bool close = !persists(request);
  if (request.method() == "CONNECT")  // Some gateways pass on what they should have refused.
    return {.bytes = with_content("501 Not Implemented", request, close, "no tunnels here"),
            .close = close};
  if (resource == "chunked") return chunked(request, close);
  if (resource == "upgrade") return upgraded(request, close);
  if (resource == "early" && request.method() == "POST")
    return {.bytes = with_content("413 Content Too Large", request, close, "too large"),
            .close = close};
  if (resource == "nobody") {
    return {.bytes = head("204 No Content", request, close) + "\r\n", .close = close};
  }
  if (resource == "etag") {
    const bool same = count_of(request.fields(), "If-None-Match") != 0;
    if (same)
      return {.bytes = head("304 Not Modified", request, close) + "ETag: \"k\"\r\n\r\n",
              .close = close};
  }
  std::string content(path.substr(0, path.find('?')));
  if (resource == "sink") content = request.content();
  if (resource == "big") content.assign(big_size, 'x');
  if (resource == "hits") content = std::to_string(hits);
  return {.bytes = with_content("200 OK", request, close, content),
          .after = resource == "slow" ? slow_time : Duration{},
          .close = close};
}

}  // namespace connspec
