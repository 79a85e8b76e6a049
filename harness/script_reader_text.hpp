// The texts, numbers and tokens that rows are made of.
#pragma once

#include "script_reader_rows.hpp"

#include <cstdint>

namespace connspec {

/// The bindings that occurred so far, as bits.
using Bindings = std::uint64_t;
static_assert(binding_count <= 64);

/// Appends a text with escapes and holes.
void append_text(Text& text, std::string_view written, Bindings& seen);
/// Appends what a `>` row says: lines, each with CRLF.
void append_lines(Text& text, std::string_view written, Bindings& seen);

std::size_t read_number(std::string_view word);             ///< `400`, `64k`, `1M`.
Span read_time(std::string_view word, Bindings& seen);      ///< `5ms`, `2s`, `{idle}`.
Target read_target(std::string_view word, Bindings& seen);  ///< `{u}-{n}`.
std::optional<Lane> lane_named(std::string_view word);

/// A word, a string without its quotes, or a comma.
struct Token {
  enum class Kind : std::uint8_t { word, string, comma };
  Kind kind = Kind::word;
  std::string_view text;
  int line = 0;
};

/// The tokens of a row, or of rows that go on. Throws Mistake at what is not there.
class Tokens {
 public:
  void add(std::string_view text, int line);

  bool at_end() const { return next_ == tokens_.size(); }
  bool at_comma() const { return !at_end() && tokens_[next_].kind == Token::Kind::comma; }
  /// The next word, or empty at the end, a string or a comma.
  std::string_view peek() const;
  const Token* peek_token() const { return at_end() ? nullptr : &tokens_[next_]; }
  const Token& last() const { return tokens_[next_ - 1]; }
  std::size_t position() const { return next_; }

  bool accept(std::string_view word);
  bool accept_comma();
  void expect(std::string_view word);
  std::string_view word(std::string_view wanted);  ///< `wanted` is for the message.
  const Token& word_or_string(std::string_view wanted);
  void expect_end();
  [[noreturn]] void fail(std::string message) const;  ///< At the next token.

  /// What was written from token `begin` to the one before the next.
  std::string written_since(std::size_t begin) const;

 private:
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
};

}  // namespace connspec
