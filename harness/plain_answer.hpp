// What our origin answers to a request that nobody scripted: 200 with its own path as content,
// or what the resource of that name does (`/TOKEN/chunked`, `/TOKEN/early`, …).
#pragma once

#include "harness/message_reader.hpp"

namespace connspec {

/// An answer ready to be sent.
struct PlainAnswer {
  std::string bytes = {};
  std::string rest = {};  ///< To be sent a little later than `bytes`.
  Duration after{};       ///< To be sent so much later: {slow}.
  bool close = false;     ///< The connection ends behind it.
  bool tunnel = false;    ///< What comes now is echoed: {upgrade}.
};

/// `/k7f3a/u?x` is resource `u` of token `k7f3a`. Empty token: none of ours.
struct OriginPath {
  std::string token;
  std::string resource;
};
OriginPath read_path(std::string_view path);

/// Whether this resource answers before the content has come: {early}.
bool answers_at_head(const Message& request);

/// `hits` is what {hits} tells.
PlainAnswer plain_answer(const Message& request, std::size_t hits);

/// What stands behind `bytes`: {chunked} does not know its length when it begins.
inline constexpr Duration rest_time = std::chrono::milliseconds(20);

/// How long {slow} takes.
inline constexpr Duration slow_time = std::chrono::milliseconds(300);

/// The protocol that {upgrade} speaks.
inline constexpr std::string_view echo_protocol = "connspec-echo";

}  // namespace connspec
