#include "script_reader_items.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

std::string read_field(Tokens& tokens) {
  const std::string_view word = tokens.word("the name of a field");
  constexpr std::string_view signs = "!#$%&'*+-.^_`|~";
  const bool is_field = std::all_of(word.begin(), word.end(), [&](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') || signs.find(letter) != signs.npos;
  });
  if (!is_field)
    throw Mistake{word, fmt::format("expected the name of a field, got '{}'", word)};
  return std::string(word);
}

Text read_value(Tokens& tokens, Bindings& seen) {
  Text text;
  append_text(text, tokens.word_or_string("a value").text, seen);
  return text;
}

Fact read_has(Tokens& tokens, Bindings& seen) {
  Has has{.field = read_field(tokens)};
  if (tokens.accept("=")) {
    has.how = Has::How::equals;
  } else if (tokens.accept("with")) {
    has.how = Has::How::with;
  } else if (tokens.accept("starting")) {
    has.how = Has::How::starting;
  } else {
    return has;
  }
  has.value = read_value(tokens, seen);
  return has;
}

Fact read_lacks(Tokens& tokens, Bindings& seen) {
  Lacks lacks{.field = read_field(tokens)};
  if (tokens.accept("with")) lacks.member = read_value(tokens, seen);
  return lacks;
}

Fact read_says(Tokens& tokens) {
  Says says;
  says.no = tokens.accept("no");
  says.option = tokens.word("an option of Connection such as close");
  std::transform(says.option.begin(), says.option.end(), says.option.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return says;
}

Fact read_trailer(Tokens& tokens) {
  const std::string_view word = tokens.word("'has' or 'lacks'");
  if (word != "has" && word != "lacks")
    throw Mistake{word,
                  fmt::format("expected 'trailer has' or 'trailer lacks', got '{}'", word)};
  return Trailer{.field = read_field(tokens), .lacks = word == "lacks"};
}

Fact read_framed(Tokens& tokens) {
  tokens.expect("by");
  const std::string_view word = tokens.word("length, chunks or end");
  if (word == "length") return FramedBy{Framing::length};
  if (word == "chunks") return FramedBy{Framing::chunks};
  if (word == "end") return FramedBy{Framing::end};
  throw Mistake{word,
                fmt::format("expected 'framed by' length, chunks or end, got '{}'", word)};
}

Fact read_version(Tokens& tokens) {
  const std::string_view word = tokens.word("1.0 or 1.1");
  if (word == "1.0") return Version{10};
  if (word == "1.1") return Version{11};
  throw Mistake{word, fmt::format("expected version 1.0 or 1.1, got '{}'", word)};
}

Fact read_no(Tokens& tokens) {
  const std::string_view word = tokens.word("interim, stall, bare CR, fold or leading blank");
  if (word == "interim") return NoInterim{};
  if (word == "stall") return NoStall{};
  if (word == "fold") return OfForm{Form::no_fold};
  if (word == "bare") return tokens.expect("CR"), OfForm{Form::no_bare_cr};
  if (word == "leading") return tokens.expect("blank"), OfForm{Form::no_leading_blank};
  throw Mistake{word,
                fmt::format("expected 'no' interim, stall, bare CR, fold or leading blank, "
                            "got '{}'",
                            word)};
}

Lane read_connection_of(Tokens& tokens) {
  tokens.expect("connection");
  tokens.expect("of");
  const std::string_view word = tokens.word("an origin lane");
  const auto lane = lane_named(word);
  if (!lane || lane->side != Lane::Side::origin)
    throw Mistake{word, fmt::format("expected an origin lane, got '{}'", word)};
  return *lane;
}

Fact read_on(Tokens& tokens) {
  if (tokens.accept("a")) {
    tokens.expect("fresh");
    tokens.expect("connection");
    return OnFreshConnection{};
  }
  tokens.expect("the");
  return OnConnectionOf{.lane = read_connection_of(tokens)};
}

Fact read_not(Tokens& tokens, Bindings& seen) {
  if (tokens.accept("on")) {
    tokens.expect("the");
    return OnConnectionOf{.lane = read_connection_of(tokens), .no = true};
  }
  tokens.expect("before");
  if (tokens.accept("promised")) return NotBefore{};
  return NotBefore{.time = read_time(tokens.word("a time or 'promised'"), seen)};
}

Fact read_at_most(Tokens& tokens) {
  tokens.expect("most");
  const std::string_view word = tokens.word("a number");
  const std::size_t segments = read_number(word);
  if (segments == 0) throw Mistake{word, "expected at least one segment, got 0"};
  tokens.expect("segments");
  return AtMostSegments{segments};
}

Fact read_content(Tokens& tokens, Bindings& seen) {
  const Token& string = tokens.word_or_string("a string");
  if (string.kind != Token::Kind::string)
    throw Mistake{string.text,
                  fmt::format("expected a string in quotes, got '{}'", string.text)};
  Content content;
  append_text(content.bytes, string.text, seen);
  return content;
}

}  // namespace

Fact read_fact(Tokens& tokens, Bindings& seen) {
  const std::string_view word = tokens.word("a fact such as 'says close'");
  if (word == "says") return read_says(tokens);
  if (word == "has") return read_has(tokens, seen);
  if (word == "lacks") return read_lacks(tokens, seen);
  if (word == "body") return read_content(tokens, seen);
  if (word == "within") return Within{.time = read_time(tokens.word("a time"), seen)};
  if (word == "no") return read_no(tokens);
  if (word == "framed") return read_framed(tokens);
  if (word == "version") return read_version(tokens);
  if (word == "cut") return tokens.expect("short"), CutShort{};
  if (word == "trailer") return read_trailer(tokens);
  if (word == "on") return read_on(tokens);
  if (word == "not") return read_not(tokens, seen);
  if (word == "at") return read_at_most(tokens);
  if (word == "one") return One{read_field(tokens)};
  if (word == "same") return tokens.expect("length"), SameLength{};
  if (word == "trailers") return tokens.expect("announced"), OfForm{Form::trailers_announced};
  if (word == "head") {
    tokens.expect("well");
    tokens.expect("formed");
    return OfForm{Form::head_well_formed};
  }
  if (word == "chunked") return tokens.expect("once"), OfForm{Form::chunked_once};
  if (word == "status") {
    tokens.expect("line");
    tokens.expect("complete");
    return OfForm{Form::status_line_complete};
  }
  if (word[0] >= '0' && word[0] <= '9') {
    const std::size_t bytes = read_number(word);
    tokens.expect("bytes");
    return ContentSize{bytes};
  }
  for (const Word& thing : words(WordKind::thing))
    if (thing.word == word)
      throw Mistake{word,
                    fmt::format("'{}' is no fact; the next thing stands behind 'then'", word)};
  throw Mistake{word, unknown_word(word, {WordKind::fact, WordKind::form})};
}

}  // namespace connspec
