// What the holes of a case stand for when it is played: those of the target, and the token that
// makes the targets of one play its own.
#pragma once

#include "harness/script.hpp"

#include <array>
#include <bitset>
#include <string_view>

namespace connspec {

/// What the right answer to a target is: the status and, where it is known to be stable, the
/// content.
struct Answer {
  int status = 200;
  std::optional<std::string> content = {};
};

/// What the target offers. In texts and contents the character `token_mark` stands for the
/// token.
struct Offer {
  static constexpr char token_mark = '\x01';
  static constexpr char origin_mark = '\x02';  ///< Stands for the address of our origin.

  std::array<std::string, binding_count> text = {};
  std::bitset<binding_count> known = {};
  std::bitset<binding_count> marked = {};         ///< Those whose text has a mark in it.
  std::bitset<binding_count> left_out = {};       ///< Declared, and they do something else.
  std::array<Duration, binding_count> time = {};  ///< Of the bindings that are times.
  std::array<std::optional<Answer>, binding_count> answer = {};

  void set(Binding binding, std::string value);
  void set(Binding binding, Duration value);
  bool has(Binding binding) const { return known.test(static_cast<std::size_t>(binding)); }
};

/// The offer as one play sees it. Refers to the offer, which outlives it.
struct Bindings {
  const Offer* offer = nullptr;
  std::string token = {};
  std::string origin = {};  ///< `host:port` of our origin as the proxy reaches it.

  void append(std::string& to, Binding binding, std::size_t n) const;
  void append(std::string& to, const Text& text, std::size_t n) const;
  std::string fill(const Text& text, std::size_t n) const;
  std::string fill(const Target& target, std::size_t n) const;
  Duration time(const Span& span) const;
  /// The right answer to GET of the target: of our origin its own path up to `?`. Unset where
  /// calibration knows none, as for a target of the server's with a suffix.
  std::optional<Answer> answer(const Target& target, std::size_t n) const;
};

}  // namespace connspec
