#include "script_reader_items.hpp"

#include "words.hpp"

#include <fmt/format.h>

namespace connspec {
namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_status(std::string_view word) { return !word.empty() && is_digit(word[0]); }
bool is_target(std::string_view word) { return !word.empty() && word[0] == '{'; }

bool is_u(Binding binding) { return binding >= Binding::u && binding <= Binding::u9; }

std::string method_before_target(Tokens& tokens) {
  const std::string_view word = tokens.peek();
  if (is_target(word) || word.empty()) return {};
  if (word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != word.npos)
    tokens.fail(fmt::format("expected a method or a target such as {{u}}, got '{}'", word));
  return std::string(tokens.word("a method"));
}

Target requested_target(Tokens& tokens, Bindings& seen) {
  const std::string_view word = tokens.word("a target such as {u}");
  Target target = read_target(word, seen);
  if (!is_u(target.name))
    throw Mistake{
        word,
        fmt::format("our origin knows requests by {{u}} to {{u9}} alone, not by {}", word)};
  return target;
}

/// Statuses of final responses, or of interim ones: 101 is final.
Statuses statuses_of(std::string_view word, bool interim) {
  Statuses statuses = read_statuses(word);
  for (auto [low, high] : statuses.ranges) {
    const bool is_interim = low < 200 && low != 101;
    if (is_interim == interim) continue;
    throw Mistake{word, interim
                            ? fmt::format("{} is final: expected 'response {}'", word, word)
                            : fmt::format("{} is interim: expected 'interim {}'", word, word)};
  }
  return statuses;
}

Response read_response(Tokens& tokens, Bindings& seen) {
  Response response;
  if (is_status(tokens.peek())) {
    response.status = statuses_of(tokens.word("a status"), false);
  } else if (is_target(tokens.peek())) {
    const std::string_view word = tokens.word("a target");
    response.target = read_target(word, seen);
    const Binding name = response.target->name;
    if (name > Binding::u9 || name < Binding::a)
      throw Mistake{
          word, fmt::format("no right answer to {} is known ({{a}} {{b}} {{c}} {{post}} and "
                            "{{u}} have one): expected a status",
                            word)};
  }
  if (tokens.accept("to")) {
    const std::string_view method = tokens.word("HEAD or CONNECT");
    if (method != "HEAD" && method != "CONNECT")
      throw Mistake{method, fmt::format("expected 'to HEAD' or 'to CONNECT', got 'to {}': the "
                                        "response to any other method is read alike",
                                        method)};
    response.to = method == "HEAD" ? To::head : To::connect;
  }
  return response;
}

Bytes read_bytes(Tokens& tokens, Bindings& seen) {
  const Token& what = tokens.word_or_string("a number or a string");
  Bytes bytes;
  if (what.kind == Token::Kind::word) {
    bytes.count = read_number(what.text);
    if (bytes.count == 0) throw Mistake{what.text, "expected at least one byte, got 0"};
    return bytes;
  }
  append_text(bytes.exactly.emplace(), what.text, seen);
  if (bytes.exactly->empty()) throw Mistake{what.text, "expected at least one byte, got none"};
  return bytes;
}

/// Things that only one side of a proxy gets.
void check_side(std::string_view word, Lane lane) {
  const bool origin = lane.side == Lane::Side::origin;
  if (origin && (word == "response" || word == "interim"))
    throw Mistake{word,
                  fmt::format("our origin sends responses and gets none: '{}' is expected on "
                              "a client lane",
                              word)};
  if (!origin && (word == "request" || word == "connection"))
    throw Mistake{
        word, fmt::format("a client gets no {0}: '{0}' is expected on an origin lane", word)};
}

Thing read_thing(Tokens& tokens, Lane lane, Bindings& seen) {
  if (tokens.at_end())
    tokens.fail("expected a thing such as 'response' here, and the row ends");
  const std::string_view word = tokens.word("a thing such as 'response'");
  check_side(word, lane);
  const bool origin = lane.side == Lane::Side::origin;
  if (word == "response") return read_response(tokens, seen);
  if (word == "end") {
    End end;
    if (!tokens.accept("by")) return end;
    const std::string_view how = tokens.word("FIN or RST");
    if (how != "FIN" && how != "RST")
      throw Mistake{how, fmt::format("expected FIN or RST, got '{}'", how)};
    end.by = how == "FIN" ? Ending::fin : Ending::rst;
    return end;
  }
  if (word == "interim") {
    Interim interim;
    if (is_status(tokens.peek())) interim.status = statuses_of(tokens.word("a status"), true);
    return interim;
  }
  if (word == "request") {
    std::string method = method_before_target(tokens);
    return Request{.method = std::move(method), .target = requested_target(tokens, seen)};
  }
  if (word == "head") {
    if (!origin) return HeadOfResponse{.status = read_statuses(tokens.word("a status"))};
    std::string method = method_before_target(tokens);
    return HeadOfRequest{.method = std::move(method), .target = requested_target(tokens, seen)};
  }
  if (word == "bytes") return read_bytes(tokens, seen);
  if (word == "connection") return NewConnection{};
  if (word == "silence") return Silence{.time = read_time(tokens.word("a time"), seen)};
  if (word == "taken") return Taken{};
  if (word == "either")
    throw Mistake{word, "an 'either' stands at the end of its row, and in no way"};
  throw Mistake{word, unknown_word(word, {WordKind::thing})};
}

}  // namespace

Statuses read_statuses(std::string_view word) {
  Statuses statuses{.ranges = {}, .text = std::string(word)};
  std::string_view rest = word;
  while (true) {
    const std::string_view code = rest.substr(0, rest.find('|'));
    const bool known = code.size() == 3 && code[0] >= '1' && code[0] <= '9';
    if (known && code.substr(1) == "xx") {
      const int low = (code[0] - '0') * 100;
      statuses.ranges.emplace_back(low, low + 99);
    } else if (known && is_digit(code[1]) && is_digit(code[2])) {
      const int status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
      statuses.ranges.emplace_back(status, status);
    } else {
      throw Mistake{
          word, fmt::format("expected a status such as 200, 4xx or 502|504, got '{}'", word)};
    }
    if (code.size() == rest.size()) return statuses;
    rest.remove_prefix(code.size() + 1);
  }
}

Sequence read_sequence(Tokens& tokens, Lane lane, Bindings& seen) {
  Sequence sequence;
  while (true) {
    const std::size_t begin = tokens.position();
    const int line = tokens.at_end() ? 0 : tokens.peek_token()->line;
    Item& item = sequence.emplace_back(Item{.thing = read_thing(tokens, lane, seen)});
    while (tokens.accept_comma()) item.facts.push_back(read_fact(tokens, seen));
    item.row = {.line = line, .text = tokens.written_since(begin)};
    if (tokens.at_end()) return sequence;
    if (!tokens.accept("then"))
      tokens.fail(
          fmt::format("expected a comma or 'then' before '{}'", tokens.peek_token()->text));
  }
}

}  // namespace connspec
