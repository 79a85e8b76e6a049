#include "script_reader_acts.hpp"

#include "words.hpp"

#include <fmt/format.h>

namespace connspec {

Lane expect_lane(std::string_view word, bool origin) {
  const auto lane = lane_named(word);
  if (!lane || (lane->side == Lane::Side::origin) != origin)
    throw Mistake{word, fmt::format("expected {} lane, got '{}'",
                                    origin ? "an origin" : "a client", word)};
  return *lane;
}

void append_bytes(std::vector<Chunk>& chunks, const SourceRow& row, std::string_view mark,
                  std::string_view rest, Bindings& seen) {
  if (mark == ">*") {
    constexpr std::size_t most = 100'000'000;
    Tokens tokens;
    tokens.add(rest, row.line);
    const std::string_view number = tokens.word("a number");
    Chunk chunk{.times = read_number(number), .text = {}};
    const Token& string = tokens.word_or_string("a string");
    if (string.kind != Token::Kind::string)
      throw Mistake{string.text,
                    fmt::format("expected a string in quotes, got '{}'", string.text)};
    tokens.expect_end();
    if (chunk.times == 0) throw Mistake{number, "expected at least one repetition, got 0"};
    if (string.text.empty()) throw Mistake{string.text, "expected a text, got an empty one"};
    if (chunk.times * string.text.size() > most)
      throw Mistake{number, fmt::format("a write of {} bytes (at most {})",
                                        chunk.times * string.text.size(), most)};
    append_text(chunk.text, string.text, seen);
    chunks.push_back(std::move(chunk));
    return;
  }
  if (mark != ">" && mark != ">>")
    throw Mistake{mark, "expected '>', '>>' or '>*' and a blank behind it"};
  if (!rest.empty()) rest.remove_prefix(1);
  if (mark == ">>" && rest.empty())
    throw Mistake{mark, "expected a text behind '>>', got none"};
  if (chunks.empty() || chunks.back().times != 1) chunks.emplace_back();
  if (mark == ">") return append_lines(chunks.back().text, rest, seen);
  append_text(chunks.back().text, rest, seen);
}

Action read_action(Tokens& tokens, Bindings& seen) {
  const std::string_view word = tokens.word("an act such as 'half-close'");
  if (word == "half-close") return HalfClose{};
  if (word == "close") return Close{};
  if (word == "reset") return Reset{};
  if (word == "release") return Release{};
  if (word == "gather") return Gather{};
  if (word == "stop-reading") return StopReading{};
  if (word == "resume-reading") return ResumeReading{};
  if (word == "refuse") return Refuse{};
  if (word == "pause") return Pause{.time = read_time(tokens.word("a time"), seen)};
  if (word == "hold") return Hold{.bytes = read_number(tokens.word("a number"))};
  if (word == "slice") {
    const std::string_view number = tokens.word("a number");
    Slice slice{.bytes = read_number(number), .every = {}};
    if (slice.bytes == 0) throw Mistake{number, "expected at least one byte a segment, got 0"};
    if (tokens.accept("every")) slice.every = read_time(tokens.word("a time"), seen);
    return slice;
  }
  if (word != "connect") throw Mistake{word, unknown_word(word, {WordKind::act})};
  Connect connect;
  if (tokens.accept("window")) connect.window = read_number(tokens.word("a number"));
  connect.late_acks = tokens.accept("late-acks");
  if (tokens.accept("from")) {
    for (const std::string_view next : {"the", "port", "of"}) tokens.expect(next);
    connect.from_port_of = expect_lane(tokens.word("a client lane"), false);
  }
  return connect;
}

}  // namespace connspec
