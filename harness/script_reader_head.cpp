#include "script_reader_head.hpp"

#include "script_edition.hpp"
#include "script_reader_text.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

std::string text_behind(std::string_view word, std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.empty()) throw Mistake{word, fmt::format("expected a text behind '{}'", word)};
  return std::string(rest);
}

std::vector<std::string> names_behind(std::string_view word, std::string_view rest) {
  std::vector<std::string> names;
  for (std::string_view name = take_word(rest); !name.empty(); name = take_word(rest)) {
    if (std::find(names.begin(), names.end(), name) != names.end())
      throw Mistake{name, fmt::format("'{}' stands twice", name)};
    if (name.find_first_of(",;") != name.npos)
      throw Mistake{name, fmt::format("expected names with blanks between, got '{}'", name)};
    names.emplace_back(name);
  }
  if (names.empty()) throw Mistake{word, fmt::format("expected a name behind '{}'", word)};
  return names;
}

Roles roles_behind(std::string_view word, std::string_view rest) {
  Roles roles;
  for (std::string_view name = take_word(rest); !name.empty(); name = take_word(rest)) {
    if (name == "server") {
      roles.add(Role::server);
    } else if (name == "gateway") {
      roles.add(Role::gateway);
    } else if (name == "forward") {
      roles.add(Role::forward);
    } else if (name == "proxy") {
      roles.add(Role::gateway);
      roles.add(Role::forward);
    } else if (name == "client") {
      throw Mistake{name, "role client has no conversations: no word makes a client act"};
    } else {
      throw Mistake{name, unknown_word(name, {WordKind::role})};
    }
  }
  if (roles.bits == 0) throw Mistake{word, "expected a role behind 'role'"};
  return roles;
}

namespace {

Level level_of(std::string_view word, std::string_view rest) {
  const std::string text = text_behind(word, rest);
  for (const Level level : {Level::must, Level::must_not, Level::should, Level::should_not,
                            Level::prose, Level::observe})
    if (name_of(level) == text) return level;
  throw Mistake{rest.substr(1), unknown_word(text, {WordKind::level})};
}

/// `kills` and `needs`, each name of which must be known.
void check_known(std::string_view rest, std::span<const std::string_view> known,
                 std::string_view what) {
  for (std::string_view name = take_word(rest); !name.empty(); name = take_word(rest)) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string message = fmt::format("{} '{}' does not exist", what, name);
    if (const std::string_view meant = nearest(name, known); !meant.empty())
      message += fmt::format("; did you mean '{}'?", meant);
    throw Mistake{name, std::move(message)};
  }
}

/// Reads the rows of one head.
class HeadReader {
 public:
  HeadReader(const SourceRow& row, std::span<const SourceRow> rows,
             std::span<const std::string_view> mutants)
      : rows_(rows), mutants_(mutants) {
    head_.row = row;
    head_.title_row = row;
  }

  /// Whether the next row is one of the head.
  bool at_row() const;
  void read_row();
  const SourceRow& row() const { return rows_[head_.rows - table_]; }
  CaseHead take() { return std::move(head_); }

 private:
  void once(std::string_view word);

  std::span<const SourceRow> rows_;
  std::span<const std::string_view> mutants_;
  CaseHead head_;
  std::size_t table_ = 0;  ///< Rows to go back for the row under way.
  std::vector<std::string_view> seen_;
};

bool HeadReader::at_row() const {
  if (head_.rows >= rows_.size()) return false;
  std::string_view rest = rows_[head_.rows].text;
  const std::string_view word = take_word(rest);
  if (word == "clients") {  // Also a lane.
    const std::string_view number = take_word(rest);
    return number.empty() || (number[0] >= '0' && number[0] <= '9');
  }
  for (const WordKind kind : {WordKind::meta, WordKind::head})
    for (const Word& known : words(kind))
      if (known.word == word) return true;
  return false;
}

void HeadReader::once(std::string_view word) {
  if (std::find(seen_.begin(), seen_.end(), word) != seen_.end())
    throw Mistake{word, fmt::format("'{}' stands twice in this head", word)};
  seen_.push_back(word);
}

void HeadReader::read_row() {
  const SourceRow& first = rows_[head_.rows++];
  table_ = 1;
  std::string_view rest = first.text;
  const std::string_view word = take_word(rest);
  if (word == "each") {
    ++head_.broken;  // Until all of it was read.
    const std::size_t begin = head_.rows;
    while (head_.rows < rows_.size() && rows_[head_.rows].indent > first.indent) ++head_.rows;
    table_ = head_.rows - begin + 1;
    Each each = read_each(first, rest, rows_.subspan(begin, head_.rows - begin));
    for (const Each& other : head_.eaches)
      if (other.name == each.name)
        throw Mistake{word, fmt::format("two 'each' are called '{}'", each.name)};
    head_.eaches.push_back(std::move(each));
    --head_.broken;
    return;
  }
  once(word);
  if (word == "title") {
    head_.title = text_behind(word, rest);
    head_.title_row = first;
  } else if (word == "kills") {
    head_.kills = names_behind(word, rest);
    if (!mutants_.empty()) check_known(rest, mutants_, "mutant");
  } else if (word == "needs") {
    head_.needs = names_behind(word, rest);
    std::vector<std::string_view> known;
    for (const Word& need : words(WordKind::need)) known.push_back(need.word);
    check_known(rest, known, "need");
  } else if (word == "alone" || word == "slow") {
    if (!rest.empty()) throw Mistake{rest, fmt::format("expected nothing behind '{}'", word)};
    (word == "alone" ? head_.alone : head_.slow) = true;
  } else if (word == "clients") {
    constexpr std::size_t most = 10'000;
    const std::string_view number = take_word(rest);
    head_.clients = read_number(number);
    if (head_.clients == 0 || head_.clients > most)
      throw Mistake{number, fmt::format("expected 1 to {} clients, got {}", most, number)};
    if (!rest.empty()) throw Mistake{rest, "expected nothing behind the number"};
  } else if (!read_meta(head_.metas, word, rest)) {
    throw Mistake{word, fmt::format("'{}' stands in column 1, and begins {}", word,
                                    word == "case" ? "a case" : "the file")};
  }
}

}  // namespace

bool read_meta(Metas& metas, std::string_view word, std::string_view rest) {
  if (word == "spec") {
    metas.spec = text_behind(word, rest);
  } else if (word == "level") {
    metas.level = level_of(word, rest);
  } else if (word == "role") {
    metas.role = roles_behind(word, rest);
  } else if (word == "covers") {
    metas.covers = names_behind(word, rest);
  } else if (word == "why") {
    metas.why = text_behind(word, rest);
  } else if (word == "since") {
    metas.since = text_behind(word, rest);
    if (!is_edition(metas.since))
      throw Mistake{
          rest.substr(rest.find_first_not_of(' ')),
          fmt::format("expected an edition such as {}, got '{}'", first_edition, metas.since)};
  } else {
    return false;
  }
  return true;
}

CaseHead read_case_head(const SourceRow& row, std::span<const SourceRow> rows,
                        std::span<const std::string_view> mutants, Mistakes& mistakes) {
  HeadReader reader(row, rows, mutants);
  while (reader.at_row()) {
    try {
      reader.read_row();
    } catch (const Mistake& mistake) {
      const SourceRow* at = &reader.row();
      for (const SourceRow& other : rows)
        if (mistake.at.data() >= other.text.data() &&
            mistake.at.data() <= other.text.data() + other.text.size())
          at = &other;
      mistakes.add(*at, mistake);
    }
  }
  CaseHead head = reader.take();
  std::string_view rest = row.text;
  take_word(rest);
  const std::string_view name = take_word(rest);
  if (!is_name(name, false))
    mistakes.add(row, {name.empty() ? row.text : name,
                       fmt::format("expected a name of small letters, digits and '-' behind "
                                   "'case', got '{}'",
                                   name)});
  if (!rest.empty()) mistakes.add(row, {rest, "expected nothing behind the name of the case"});
  head.name = name;
  if (head.title.empty())
    mistakes.add(row, {row.text, "this case has no title"});
  else if (head.title_row.line != rows.front().line)
    mistakes.add(head.title_row, {head.title_row.text, "the title stands first in a case"});
  return head;
}

std::string read_title(const CaseHead& head, std::span<const Each::Value* const> values) {
  constexpr std::size_t longest = 90;
  std::string title;
  std::string_view rest = head.title;
  while (!rest.empty()) {
    const std::size_t brace = std::min(rest.find('{'), rest.size());
    title += rest.substr(0, brace);
    rest.remove_prefix(brace);
    if (rest.empty()) break;
    const std::size_t end = std::min(rest.find('}'), rest.size());
    const std::string_view name = rest.substr(1, end - 1);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    std::size_t i = 0;
    while (i < values.size() && head.eaches[i].name != name) ++i;
    if (i == values.size())
      throw Mistake{name, fmt::format("title has {{{}}}, and no 'each' is called so", name)};
    title += values[i]->label;
  }
  if (title.size() > longest)
    throw Mistake{{},
                  fmt::format("title has {} characters (at most {})", title.size(), longest)};
  if (title.find("should") != title.npos) throw Mistake{"should", "title contains \"should\""};
  if (title.ends_with('.')) throw Mistake{".", "title ends in a full stop"};
  return title;
}

}  // namespace connspec
