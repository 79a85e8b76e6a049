#include "script_reader_each.hpp"

#include "script_reader_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

constexpr std::size_t most_values = 499;

std::string slug_of(std::string_view label) {
  std::string slug(label);
  for (char& letter : slug) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    const bool kept =
        (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '.';
    if (!kept) letter = '-';
  }
  return slug;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == text.npos) return text.substr(text.size());
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

void add_value(Each& each, std::string_view at, std::string_view label, std::string_view text) {
  if (label.empty()) throw Mistake{at, "expected a value, got an empty one"};
  std::string slug = slug_of(label);
  for (const Each::Value& value : each.values)
    if (value.slug == slug)
      throw Mistake{at,
                    fmt::format("two values would be called '{}' in the id of the case", slug)};
  if (each.values.size() == most_values)
    throw Mistake{at, fmt::format("'each {}' has more than {} values", each.name, most_values)};
  each.values.push_back({std::string(label), std::move(slug), std::string(text)});
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

void add_range(Each& each, std::string_view list, std::size_t dots) {
  const std::string_view low_digits = trimmed(list.substr(0, dots));
  const std::string_view high_digits = trimmed(list.substr(dots + 2));
  const std::size_t low = read_number(low_digits);
  const std::size_t high = read_number(high_digits);
  if (low > high) throw Mistake{list, fmt::format("the range {} runs backwards", list)};
  if (high - low >= most_values)
    throw Mistake{list, fmt::format("{} expansions of one case (at most {})", high - low + 1,
                                    most_values)};
  for (std::size_t value = low; value <= high; ++value) {
    std::string text = std::to_string(value);
    each.values.push_back({text, text, text});
  }
}

void add_table_row(Each& each, const SourceRow& row) {
  Tokens tokens;
  tokens.add(row.text, row.line);
  const std::string_view label = tokens.word("a label");
  if (!is_name(label, true))
    throw Mistake{label,
                  fmt::format("expected a label of small letters, digits, '-' and '.', got "
                              "'{}'",
                              label)};
  const Token& string = tokens.word_or_string("a string in quotes");
  if (string.kind != Token::Kind::string)
    throw Mistake{string.text,
                  fmt::format("expected a string in quotes, got '{}'", string.text)};
  tokens.expect_end();
  add_value(each, label, label, string.text);
}

}  // namespace

Each read_each(const SourceRow& row, std::string_view rest, std::span<const SourceRow> table) {
  const std::size_t colon = rest.find(':');
  const std::string_view name = trimmed(rest.substr(0, colon));
  Each each{.name = std::string(name), .values = {}, .row = row};
  if (!is_name(name, false))
    throw Mistake{name, fmt::format("expected a name behind 'each', got '{}'", name)};
  if (binding_named(name))
    throw Mistake{name, fmt::format("each value '{0}' hides the binding {{{0}}}", name)};
  if (colon == rest.npos) {
    if (table.empty())
      throw Mistake{name, "expected ':' and values behind the name, or a table below it"};
    for (const SourceRow& entry : table) add_table_row(each, entry);
    return each;
  }
  if (!table.empty())
    throw Mistake{name, "expected values behind ':' or a table below, got both"};
  const std::string_view list = trimmed(rest.substr(colon + 1));
  const std::size_t dots = list.find("..");
  if (dots != list.npos && is_digits(trimmed(list.substr(0, dots))) &&
      is_digits(trimmed(list.substr(dots + 2)))) {
    add_range(each, list, dots);
    return each;
  }
  for (std::string_view left = list;;) {
    const std::size_t bar = left.find('|');
    const std::string_view value = trimmed(left.substr(0, bar));
    add_value(each, value, value, value);
    if (bar == left.npos) return each;
    left.remove_prefix(bar + 1);
  }
}

Readings::Readings(std::span<const Each> eaches, std::span<const SourceRow> rows)
    : eaches_(eaches), rows_(rows.begin(), rows.end()), used_(eaches.size(), false) {
  constexpr std::size_t countless = 1'000'000;
  for (const Each& each : eaches) count_ = std::min(count_ * each.values.size(), countless);
  if (eaches.empty()) return;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::string_view text = rows[r].text;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '\\')
        ++at;  // What is escaped is no hole.
      else if (text[at] == '{')
        add_hole(r, at);
    }
  }
  texts_.resize(holes_.size());
}

void Readings::add_hole(std::size_t row, std::size_t begin) {
  const std::string_view text = rows_[row].written;
  const std::size_t end = std::min(text.find('}', begin), text.size());
  for (std::size_t i = 0; i < eaches_.size(); ++i) {
    if (text.substr(begin + 1, end - begin - 1) != eaches_[i].name) continue;
    holes_.push_back({.row = row, .begin = begin, .size = end + 1 - begin, .each = i});
    used_[i] = true;
  }
}

std::span<const SourceRow> Readings::rows(std::size_t combination) {
  const auto chosen = values(combination);
  std::size_t texts = 0;
  for (std::size_t i = 0; i < holes_.size();) {
    SourceRow& row = rows_[holes_[i].row];
    std::string& text = texts_[texts++];
    text.clear();
    std::size_t done = 0;
    for (const std::size_t r = holes_[i].row; i < holes_.size() && holes_[i].row == r; ++i) {
      text.append(row.written.substr(done, holes_[i].begin - done));
      text.append(chosen[holes_[i].each]->text);
      done = holes_[i].begin + holes_[i].size;
    }
    text.append(row.written.substr(done));
    row.text = text;
  }
  return rows_;
}

std::vector<const Each::Value*> Readings::values(std::size_t combination) const {
  std::vector<const Each::Value*> chosen(eaches_.size());
  for (std::size_t i = eaches_.size(); i-- > 0;) {
    const auto& values = eaches_[i].values;
    chosen[i] = &values[combination % values.size()];
    combination /= values.size();
  }
  return chosen;
}

}  // namespace connspec
