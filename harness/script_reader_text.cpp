#include "script_reader_text.hpp"

#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

/// The literal that a text ends in. A new one has room for what is to come.
std::string& literal_of(Text& text, std::size_t room) {
  if (text.empty()) text.reserve(4);
  if (text.empty() || text.back().hole) text.emplace_back().literal.reserve(room);
  return text.back().literal;
}

/// Where the first of two characters stands, or the end. Of few characters, and so faster than
/// find_first_of, which looks each of them up by a call.
std::size_t find_either(std::string_view text, char one, char other) {
  const auto found =
      std::find_if(text.begin(), text.end(), [=](char c) { return c == one || c == other; });
  return static_cast<std::size_t>(found - text.begin());
}

Binding read_binding(std::string_view name, Bindings& seen) {
  const auto binding = binding_named(name);
  if (!binding) throw Mistake{name, unknown_binding(name)};
  seen |= Bindings{1} << static_cast<unsigned>(*binding);
  return *binding;
}

int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

/// Reads the escape that `written` begins with; tells its length.
std::size_t append_escape(std::string& out, std::string_view written) {
  const char letter = written.size() > 1 ? written[1] : '\0';
  switch (letter) {
    case 'r':
      out += '\r';
      return 2;
    case 'n':
      out += '\n';
      return 2;
    case 't':
      out += '\t';
      return 2;
    case '0':
      out += '\0';
      return 2;
    case '\\':
    case '"':
    case '|':
    case '{':
      out += letter;
      return 2;
    case 'x':
      if (written.size() > 3 && hex_digit(written[2]) >= 0 && hex_digit(written[3]) >= 0) {
        out += static_cast<char>(hex_digit(written[2]) * 16 + hex_digit(written[3]));
        return 4;
      }
      [[fallthrough]];
    default:
      throw Mistake{written, fmt::format("unknown escape '{}': expected one of \\r \\n \\t \\0 "
                                         "\\\\ \\\" \\| \\{{ \\xNN",
                                         written.substr(0, 2))};
  }
}

}  // namespace

void append_text(Text& text, std::string_view written, Bindings& seen) {
  while (!written.empty()) {
    const std::size_t plain = find_either(written, '\\', '{');
    if (plain > 0) literal_of(text, written.size() + 2).append(written.substr(0, plain));
    written.remove_prefix(plain);
    if (written.empty()) return;
    if (written[0] == '\\') {
      written.remove_prefix(append_escape(literal_of(text, written.size()), written));
      continue;
    }
    const std::size_t end = written.find('}');
    if (end == written.npos)
      throw Mistake{written, "a brace that does not close: a literal one is written \\{"};
    const Binding binding = read_binding(written.substr(1, end - 1), seen);
    literal_of(text, 0);
    text.back().hole = binding;
    written.remove_prefix(end + 1);
  }
}

void append_lines(Text& text, std::string_view written, Bindings& seen) {
  const auto add = [&](std::string_view line) {
    append_text(text, line, seen);
    literal_of(text, 2) += "\r\n";
  };
  std::size_t begin = 0;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const bool separates = written[i] == '|' && (i == begin || written[i - 1] == ' ') &&
                           (i + 1 == written.size() || written[i + 1] == ' ');
    if (!separates) continue;
    add(written.substr(begin, i > begin ? i - 1 - begin : 0));
    if (i + 1 == written.size()) return add("");
    begin = i + 2;
    ++i;
  }
  add(written.substr(std::min(begin, written.size())));
}

std::size_t read_number(std::string_view word) {
  constexpr std::size_t most = 1'000'000'000;
  std::size_t value = 0;
  std::size_t digits = 0;
  for (; digits < word.size() && word[digits] >= '0' && word[digits] <= '9'; ++digits)
    value = std::min(value * 10 + static_cast<std::size_t>(word[digits] - '0'), most + 1);
  const std::string_view unit = word.substr(digits);
  if (digits == 0 || (!unit.empty() && unit != "k" && unit != "M"))
    throw Mistake{word,
                  fmt::format("expected a number such as 400, 64k or 1M, got '{}'", word)};
  if (unit == "k") value *= 1'000;
  if (unit == "M") value *= 1'000'000;
  if (value > most) throw Mistake{word, fmt::format("the number {} is above {}", word, most)};
  return value;
}

Span read_time(std::string_view word, Bindings& seen) {
  constexpr std::size_t longest_seconds = 3600;
  if (word.starts_with('{') && word.ends_with('}')) {
    const std::string_view name = word.substr(1, word.size() - 2);
    const Binding binding = read_binding(name, seen);
    if (binding != Binding::idle && binding != Binding::head_timeout &&
        binding != Binding::body_timeout && binding != Binding::upstream_timeout)
      throw Mistake{word, fmt::format("{} is no time; {{idle}}, {{head-timeout}}, "
                                      "{{body-timeout}} and {{upstream-timeout}} are",
                                      word)};
    return {.fixed = {}, .declared = binding};
  }
  const std::size_t unit = std::min(word.find_first_not_of("0123456789"), word.size());
  const bool millis = word.substr(unit) == "ms";
  if (unit == 0 || unit > 9 || (!millis && word.substr(unit) != "s"))
    throw Mistake{word,
                  fmt::format("expected a time such as 5ms, 2s or {{idle}}, got '{}'", word)};
  const std::size_t value = read_number(word.substr(0, unit));
  if (value > longest_seconds * (millis ? 1000U : 1U))
    throw Mistake{word, fmt::format("the time {} is above one hour", word)};
  if (millis) return {.fixed = std::chrono::milliseconds(value)};
  return {.fixed = std::chrono::seconds(value)};
}

Target read_target(std::string_view word, Bindings& seen) {
  const std::size_t end = word.find('}');
  if (!word.starts_with('{') || end == word.npos)
    throw Mistake{word,
                  fmt::format("expected a target such as {{a}} or {{u}}-2, got '{}'", word)};
  Target target{.name = read_binding(word.substr(1, end - 1), seen)};
  append_text(target.suffix, word.substr(end + 1), seen);
  return target;
}

std::optional<Lane> lane_named(std::string_view word) {
  if (word == "clients") return Lane{.group = true};
  Lane lane;
  if (word.starts_with("origin")) {
    lane.side = Lane::Side::origin;
  } else if (!word.starts_with("client")) {
    return std::nullopt;
  }
  if (word.size() == 6) return lane;
  if (word.size() != 7 || word[6] < '2' || word[6] > '9') return std::nullopt;
  lane.number = static_cast<std::uint8_t>(word[6] - '0');
  return lane;
}

void Tokens::add(std::string_view text, int line) {
  if (tokens_.empty()) tokens_.reserve(16);
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) return;
    std::size_t size = 1;
    if (text[0] == ',') {
      tokens_.push_back({Token::Kind::comma, text.substr(0, 1), line});
    } else if (text[0] == '"') {
      while (size < text.size() && text[size] != '"') size += text[size] == '\\' ? 2 : 1;
      if (size >= text.size()) throw Mistake{text, "a string that does not end"};
      tokens_.push_back({Token::Kind::string, text.substr(1, size - 1), line});
      ++size;
      if (size < text.size() && text[size] != ' ' && text[size] != ',')
        throw Mistake{text.substr(size), "expected a blank or a comma behind the string"};
    } else {
      size = find_either(text, ' ', ',');
      tokens_.push_back({Token::Kind::word, text.substr(0, size), line});
    }
    text.remove_prefix(size);
  }
}

std::string_view Tokens::peek() const {
  if (at_end() || tokens_[next_].kind != Token::Kind::word) return {};
  return tokens_[next_].text;
}

bool Tokens::accept(std::string_view word) {
  if (peek() != word || at_end()) return false;
  ++next_;
  return true;
}

bool Tokens::accept_comma() {
  if (!at_comma()) return false;
  ++next_;
  return true;
}

void Tokens::fail(std::string message) const {
  if (!at_end()) throw Mistake{tokens_[next_].text, std::move(message)};
  if (tokens_.empty()) throw Mistake{{}, std::move(message)};
  const std::string_view end = tokens_.back().text;
  throw Mistake{end.substr(end.size()), std::move(message)};
}

void Tokens::expect(std::string_view word) {
  if (accept(word)) return;
  if (at_end()) fail(fmt::format("expected '{}' here, and the row ends", word));
  fail(fmt::format("expected '{}', got '{}'", word, tokens_[next_].text));
}

std::string_view Tokens::word(std::string_view wanted) {
  if (at_end()) fail(fmt::format("expected {} here, and the row ends", wanted));
  if (tokens_[next_].kind != Token::Kind::word)
    fail(fmt::format("expected {}, got '{}'", wanted, tokens_[next_].text));
  return tokens_[next_++].text;
}

const Token& Tokens::word_or_string(std::string_view wanted) {
  if (at_end()) fail(fmt::format("expected {} here, and the row ends", wanted));
  if (at_comma()) fail(fmt::format("expected {}, got a comma", wanted));
  return tokens_[next_++];
}

void Tokens::expect_end() {
  if (!at_end()) fail(fmt::format("'{}' is too much here", tokens_[next_].text));
}

std::string Tokens::written_since(std::size_t begin) const {
  std::string out;
  const char* end = nullptr;
  std::size_t size = 0;
  for (std::size_t i = begin; i < next_; ++i) size += tokens_[i].text.size() + 2;
  out.reserve(size);
  for (std::size_t i = begin; i < next_; ++i) {
    const Token& token = tokens_[i];
    const bool quoted = token.kind == Token::Kind::string;
    if (end != nullptr && token.line == tokens_[i - 1].line) {
      const char* from = token.text.data() - (quoted ? 1 : 0);
      out.append(end, from);
    } else if (end != nullptr) {
      out += ' ';
    }
    if (quoted) out += '"';
    out += token.text;
    if (quoted) out += '"';
    end = token.text.data() + token.text.size() + (quoted ? 1 : 0);
  }
  return out;
}

}  // namespace connspec
