#include "script_reader_steps.hpp"

#include "script_reader_acts.hpp"
#include "script_reader_items.hpp"
#include "words.hpp"

#include <fmt/format.h>

namespace connspec {
namespace {

/// Reads the rows of one case, one step after the other.
class StepReader {
 public:
  StepReader(std::span<const SourceRow> rows, Case& to, Bindings& seen)
      : rows_(rows), to_(to), seen_(seen) {}

  bool at_end() const { return next_ >= rows_.size(); }
  void read_step();
  /// Where to go on after a mistake, and the row that the mistake stands in.
  const SourceRow& skip(const Mistake& mistake);

 private:
  const SourceRow& row() const { return rows_[next_]; }
  bool continues_write() const {
    return !at_end() && row().text[0] == '>' && !row().after_blank;
  }
  Tokens tokens_of_row(std::string_view rest);
  void keep(Row row, decltype(Step::what) what) {
    to_.steps.push_back({.row = std::move(row), .what = std::move(what)});
  }

  void read_write(Lane lane, Row row, std::string_view mark, std::string_view rest);
  void read_act(Lane lane, Row row, std::string_view rest);
  Expect read_expect(Lane lane, std::string_view mark, Tokens& tokens);
  void read_asks(Lane lane, bool given, Row row, std::string_view rest);
  void read_saw(Lane lane, Row row, std::string_view rest);
  void read_every(std::string_view rest);
  void read_either(std::optional<Lane> lane, Row row, int indent);
  Way read_way(std::optional<Lane> lane);
  void read_further_row(Way& way);

  std::span<const SourceRow> rows_;
  std::size_t next_ = 0;
  std::size_t begin_ = 0;  ///< Of the step under way.
  Case& to_;
  Bindings& seen_;
};

bool goes_on(std::string_view row) {
  return row.ends_with(',') || row == "then" || row.ends_with(" then");
}

/// The tokens of the row under way from `rest` on, and of the rows in which it goes on.
Tokens StepReader::tokens_of_row(std::string_view rest) {
  Tokens tokens;
  tokens.add(rest, row().line);
  while (goes_on(row().text) && next_ + 1 < rows_.size()) {
    ++next_;
    tokens.add(row().text, row().line);
  }
  ++next_;
  return tokens;
}

void StepReader::read_write(Lane lane, Row row_of_step, std::string_view mark,
                            std::string_view rest) {
  Write write{.lane = lane, .chunks = {}};
  append_bytes(write.chunks, row(), mark, rest, seen_);
  for (++next_; continues_write(); ++next_) {
    std::string_view more = row().text;
    const std::string_view its_mark = take_word(more);
    append_bytes(write.chunks, row(), its_mark, more, seen_);
  }
  keep(std::move(row_of_step), std::move(write));
}

void StepReader::read_act(Lane lane, Row row_of_step, std::string_view rest) {
  Tokens tokens;
  tokens.add(rest, row().line);
  const Action action = read_action(tokens, seen_);
  tokens.expect_end();
  ++next_;
  keep(std::move(row_of_step), Act{.lane = lane, .action = action});
}

/// `rest` of a `<` or `<*` row, once its mark was read.
Expect StepReader::read_expect(Lane lane, std::string_view mark, Tokens& tokens) {
  Expect expect{.given = false, .lane = lane, .times = 1, .sequence = {}};
  if (mark == "<*") {
    const std::string_view number = tokens.word("a number");
    expect.times = read_number(number);
    constexpr std::size_t most = 100'000;
    if (expect.times == 0 || expect.times > most)
      throw Mistake{number, fmt::format("expected 1 to {} repetitions, got {}", most, number)};
  }
  expect.sequence = read_sequence(tokens, lane, seen_);
  return expect;
}

void StepReader::read_asks(Lane lane, bool given, Row row_of_step, std::string_view rest) {
  if (lane.side == Lane::Side::origin)
    throw Mistake{row().text, "our origin asks nothing: 'asks' stands behind a client lane"};
  Tokens tokens;
  tokens.add(rest, row().line);
  const std::string_view target = tokens.word("a target such as {a}");
  Asks asks{.given = given, .lane = lane, .target = read_target(target, seen_)};
  const Binding name = asks.target.name;
  if (name < Binding::a || name > Binding::u9 || name == Binding::post)
    throw Mistake{target,
                  fmt::format("no right answer to a GET of {} is known ({{a}} {{b}} {{c}} "
                              "and {{u}} have one)",
                              target)};
  if (tokens.accept("of")) asks.of = expect_lane(tokens.word("an origin lane"), true);
  if (!tokens.at_end()) {
    const std::string_view number = tokens.word("a number");
    asks.times = read_number(number);
    constexpr std::size_t most = 100'000;
    if (asks.times == 0 || asks.times > most)
      throw Mistake{number, fmt::format("expected 1 to {} times, got {}", most, number)};
    tokens.expect("times");
  }
  tokens.expect_end();
  ++next_;
  keep(std::move(row_of_step), std::move(asks));
}

void StepReader::read_saw(Lane lane, Row row_of_step, std::string_view rest) {
  if (lane.side != Lane::Side::origin || lane.number != 1)
    throw Mistake{row().text,
                  fmt::format("'saw' counts for all lanes: expected 'origin saw', got "
                              "'{} saw'",
                              name_of(lane))};
  Tokens tokens;
  tokens.add(rest, row().line);
  Saw saw{.target = read_target(tokens.word("a target such as {u}"), seen_)};
  if (saw.target.name < Binding::u || saw.target.name > Binding::u9)
    tokens.fail("our origin counts requests for {u} to {u9} alone");
  if (tokens.accept("never")) {
    saw.count = Saw::Count::never;
  } else if (tokens.accept("at")) {
    tokens.expect("most");
    saw.count = Saw::Count::at_most_once;
    if (!tokens.accept("once")) {
      tokens.expect("twice");
      saw.count = Saw::Count::at_most_twice;
    }
  } else if (!tokens.accept("once")) {
    tokens.fail("expected never, once, at most once or at most twice");
  }
  tokens.expect_end();
  saw.row = std::move(row_of_step);
  ++next_;
  to_.saws.push_back(std::move(saw));
}

void StepReader::read_every(std::string_view rest) {
  Every every;
  every.row = {.line = row().line, .text = std::string(row().text)};
  Tokens tokens = tokens_of_row(rest);
  const std::string_view kind = tokens.word("response, interim or request");
  if (kind == "interim") {
    every.kind = Every::Kind::interim;
  } else if (kind == "request") {
    every.kind = Every::Kind::request;
  } else if (kind != "response") {
    throw Mistake{kind,
                  fmt::format("expected 'every' response, interim or request, got '{}'", kind)};
  }
  const std::string_view status = tokens.peek();
  if (!status.empty() && status != "when") {
    if (every.kind != Every::Kind::response)
      throw Mistake{status, fmt::format("expected 'when' or a comma, got '{}'", status)};
    every.status = read_statuses(tokens.word("a status"));
  }
  if (tokens.accept("when")) every.when = read_fact(tokens, seen_);
  while (tokens.accept_comma()) every.facts.push_back(read_fact(tokens, seen_));
  tokens.expect_end();
  if (every.facts.empty()) tokens.fail("expected a comma and a fact: this rule says nothing");
  to_.everies.push_back(std::move(every));
}

/// `wrong`, `departs stop`: what a way says behind its name.
void read_marks(Way& way, Tokens& tokens) {
  while (true) {
    const std::string_view word = tokens.peek();
    Way::Mark mark = Way::Mark::required;
    if (word == "departs") mark = Way::Mark::departs;
    if (word == "observed") mark = Way::Mark::observed;
    if (word == "wrong") mark = Way::Mark::wrong;
    if (mark == Way::Mark::required && word != "stop") return;
    if (word == "stop" ? way.stop : way.mark != Way::Mark::required)
      tokens.fail(fmt::format("'{}' is one mark too many", word));
    if (word == "stop") {
      way.stop = true;
    } else {
      way.mark = mark;
    }
    tokens.word("a mark");
  }
}

[[noreturn]] void refuse_action(std::string_view at) {
  throw Mistake{at,
                "a way contains an action; let the case go on after the either, or end the "
                "other ways with 'stop'"};
}

Way StepReader::read_way(std::optional<Lane> lane) {
  const SourceRow& first = row();
  std::string_view rest = first.text;
  const std::string_view name = take_word(rest);
  std::string_view behind = rest;
  const std::string_view second = take_word(behind);
  const bool is_step = lane_named(name) && (!lane || second == "!" || second == "asks" ||
                                            second == "answers" || second.starts_with('>'));
  if (name.starts_with('>') || is_step) refuse_action(name);
  if (!is_name(name, true))
    throw Mistake{name,
                  fmt::format("expected the name of a way, got '{}': small letters, digits, "
                              "'-' and '.'",
                              name)};
  Way way{.name = std::string(name), .rows = {}, .line = first.line};
  Tokens tokens = tokens_of_row(rest);
  read_marks(way, tokens);
  const std::string_view word = tokens.peek();
  const auto lane_of_row = lane_named(word);
  if (word == "given")
    tokens.fail("'given' in a way: a way that is not taken is no reason to skip");
  if (lane && (lane_of_row || word == "<"))
    tokens.fail(fmt::format("the ways of this either are all on {}: expected a thing, got '{}'",
                            name_of(*lane), word));
  if (!lane && !lane_of_row)
    tokens.fail(fmt::format("this either names no lane: expected one behind '{}'", name));
  if (lane) {
    way.rows.push_back(read_expect(*lane, "<", tokens));
    return way;
  }
  tokens.word("a lane");
  const std::string_view mark = tokens.word("'<'");
  if (mark != "<" && mark != "<*") refuse_action(mark);
  way.rows.push_back(read_expect(*lane_of_row, mark, tokens));
  return way;
}

void StepReader::read_further_row(Way& way) {
  std::string_view rest = row().text;
  const auto lane = lane_named(take_word(rest));
  const std::string_view mark = take_word(rest);
  if (mark != "<" && mark != "<*") refuse_action(row().text);
  Tokens tokens = tokens_of_row(rest);
  way.rows.push_back(read_expect(*lane, mark, tokens));
}

void StepReader::read_either(std::optional<Lane> lane, Row row_of_step, int indent) {
  Either either{.lane = lane, .ways = {}};
  const std::string_view whole = row().text;
  for (++next_; !at_end() && row().indent > indent;) {
    std::string_view rest = row().text;
    const std::string_view word = take_word(rest);
    if (!lane && !either.ways.empty() && lane_named(word)) {
      read_further_row(either.ways.back());
    } else {
      either.ways.push_back(read_way(lane));
    }
  }
  if (either.ways.empty())
    throw Mistake{whole, "an either without ways: they stand below it, indented deeper"};
  keep(std::move(row_of_step), std::move(either));
}

void StepReader::read_step() {
  begin_ = next_;
  const SourceRow& first = row();
  std::string_view rest = first.text;
  std::string_view word = take_word(rest);
  if (word[0] == '>')
    throw Mistake{word,
                  first.after_blank && begin_ > 0
                      ? "a blank row stands inside a write, or this '>' row lacks its lane"
                      : "a '>' row without a lane continues a write, and the row above is "
                        "none"};
  const bool given = word == "given";
  if (given) word = take_word(rest);
  if (word == "either") {
    if (given) throw Mistake{word, "'given' on an either: a precondition has no ways"};
    if (rest.find_first_not_of(' ') != rest.npos)
      throw Mistake{rest, "expected nothing behind 'either': the ways stand below, one a row"};
    return read_either(std::nullopt, {.line = first.line, .text = "either"}, first.indent);
  }
  if (word == "every" && !given) return read_every(rest);
  const auto lane = lane_named(word);
  if (!lane) {
    for (const WordKind kind : {WordKind::meta, WordKind::head})
      for (const Word& known : words(kind))
        if (known.word == word)
          throw Mistake{
              word, fmt::format("'{}' belongs to the head of the case, above its steps", word)};
    if (given && word.empty()) throw Mistake{first.text, "expected a lane behind 'given'"};
    constexpr std::string_view begins[] = {"client", "origin", "clients",
                                           "either", "every",  "given"};
    const std::string_view meant = nearest(word, begins);
    std::string message = fmt::format("unknown word '{}': a step begins with its lane", word);
    if (!meant.empty()) message += fmt::format("; did you mean '{}'?", meant);
    throw Mistake{word, std::move(message)};
  }
  const std::size_t text_begin = std::min(rest.find_first_not_of(' '), rest.size());
  Row row_of_step{.line = first.line, .text = std::string(rest.substr(text_begin))};
  const std::string_view mark = take_word(rest);
  const bool expects = mark == "<" || mark == "<*" || mark == "asks";
  if (given && !expects)
    throw Mistake{first.text, "'given' stands before what is expected: '<' or 'asks'"};
  if (mark.starts_with('>')) return read_write(*lane, std::move(row_of_step), mark, rest);
  if (mark == "!") return read_act(*lane, std::move(row_of_step), rest);
  if (mark == "asks") return read_asks(*lane, given, std::move(row_of_step), rest);
  if (mark == "saw") return read_saw(*lane, std::move(row_of_step), rest);
  if (mark == "answers") {
    if (lane->side != Lane::Side::origin)
      throw Mistake{first.text,
                    "a client answers nothing: 'answers' stands behind an origin lane"};
    if (!rest.empty())
      throw Mistake{rest, fmt::format("'{}' is too much here", rest.substr(1))};
    ++next_;
    return keep(std::move(row_of_step), Answers{.lane = *lane});
  }
  if (mark == "<") {
    std::string_view behind = rest;
    if (take_word(behind) == "either" && behind.empty()) {
      if (given) throw Mistake{first.text, "'given' on an either: a precondition has no ways"};
      return read_either(*lane, std::move(row_of_step), first.indent);
    }
  }
  if (mark.empty())
    throw Mistake{word, "expected '>', '<', '!', 'asks' or 'answers' behind the lane"};
  if (!expects) throw Mistake{mark, unknown_word(mark, {WordKind::step})};
  const std::size_t first_row = next_;
  Tokens tokens = tokens_of_row(rest);
  for (std::size_t i = first_row + 1; i < next_; ++i)
    row_of_step.text.append(" ").append(rows_[i].text);
  Expect expect = read_expect(*lane, mark, tokens);
  expect.given = given;
  keep(std::move(row_of_step), std::move(expect));
}

const SourceRow& StepReader::skip(const Mistake& mistake) {
  const std::size_t last = std::min(next_, rows_.size() - 1);
  const SourceRow* found = &rows_[begin_];
  for (std::size_t i = begin_; i <= last; ++i) {
    const std::string_view text = rows_[i].text;
    if (mistake.at.data() >= text.data() && mistake.at.data() <= text.data() + text.size())
      found = &rows_[i];
  }
  const int indent = rows_[begin_].indent;
  next_ = std::max(next_, begin_ + 1);
  while (!at_end() && (continues_write() || row().indent > indent)) ++next_;
  return *found;
}

}  // namespace

void read_steps(std::span<const SourceRow> rows, Case& to, Bindings& seen, Mistakes& mistakes) {
  to.steps.reserve(rows.size());
  StepReader reader(rows, to, seen);
  while (!reader.at_end() && !mistakes.full()) {
    try {
      reader.read_step();
    } catch (const Mistake& mistake) { mistakes.add(reader.skip(mistake), mistake); }
  }
}

}  // namespace connspec
