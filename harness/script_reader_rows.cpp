#include "script_reader_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

constexpr std::size_t most_bytes = 1'000'000;
constexpr std::size_t most_columns = 10'000;

/// What is wrong with the bytes of a line, and where; an empty message if nothing is.
std::pair<std::size_t, std::string> fault_in(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (static_cast<unsigned char>(byte - ' ') <= '~' - ' ') continue;  // In one comparison.
    if (byte == '\t')
      return {i, "a tab: rows are indented with blanks, and a tab is written \\t"};
    if (byte == '\r' && i + 1 == line.size())
      return {i, "the row ends in CR LF: rows end in LF alone"};
    return {
        i,
        fmt::format(
            "byte 0x{0:02x} is not printable ASCII: in what is sent it is written \\x{0:02x}",
            byte)};
  }
  if (line.size() > most_columns)
    return {most_columns,
            fmt::format("the row has {} columns (at most {})", line.size(), most_columns)};
  if (!line.empty() && line.back() == ' ')
    return {line.find_last_not_of(' ') + 1,
            "blanks at the end of the row: one that is meant is written \\x20"};
  return {};
}

}  // namespace

void Mistakes::add(const SourceRow& row, const Mistake& mistake) {
  const bool inside = mistake.at.data() >= row.text.data() &&
                      mistake.at.data() <= row.text.data() + row.text.size();
  std::size_t offset =
      inside ? static_cast<std::size_t>(mistake.at.data() - row.text.data()) : 0;
  std::string message = mistake.message;
  if (row.text.data() != row.written.data()) {  // Behind the first value of `each` stands that.
    const auto [in_text, in_written] =
        std::mismatch(row.text.begin(), row.text.end(), row.written.begin(), row.written.end());
    offset = std::min(offset, static_cast<std::size_t>(in_text - row.text.begin()));
    message += " (where " + reading_ + ")";
  }
  std::string text(static_cast<std::size_t>(row.indent), ' ');
  text += row.written;
  add(row.line, row.indent + static_cast<int>(offset) + 1, text, std::move(message));
}

void Mistakes::add_at_word(const SourceRow& row, std::string_view word, std::string message) {
  const std::size_t at = std::min(row.text.find(word), row.text.size());
  add(row, {row.text.substr(at < row.text.size() ? at : 0), std::move(message)});
}

void Mistakes::add(int line, int column, std::string_view text, std::string message) {
  ++seen_;
  if (full() || !known_.emplace(line, column, message).second) return;
  if (errors_.size() + 1 == most) message = "more mistakes than are worth listing: these first";
  constexpr std::size_t kept = most_columns + 1;
  errors_.push_back({.place = {.file = std::string(file_), .line = line, .column = column},
                     .row = std::string(text.substr(0, kept)),
                     .message = std::move(message)});
}

std::vector<ScriptError> Mistakes::take() {
  std::stable_sort(errors_.begin(), errors_.end(), [](const auto& one, const auto& other) {
    return one.place.line < other.place.line;
  });
  return std::move(errors_);
}

std::vector<SourceRow> split_rows(std::string_view text, Mistakes& mistakes) {
  std::vector<SourceRow> rows;
  if (text.size() > most_bytes) {
    mistakes.add(1, 1, "",
                 fmt::format("the file has {} bytes (at most {})", text.size(), most_bytes));
    return rows;
  }
  rows.reserve(64);
  bool after_blank = false;
  for (int number = 1; !text.empty() && !mistakes.full(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (end == text.npos)
      mistakes.add(number, static_cast<int>(line.size()) + 1, line,
                   "the last row does not end: a line end is missing");
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (auto [at, message] = fault_in(line); !message.empty())
      mistakes.add(number, static_cast<int>(at) + 1, line, std::move(message));
    const std::size_t indent = line.find_first_not_of(" \t\r");
    if (indent == line.npos) {
      after_blank = true;
      continue;
    }
    if (line[indent] == '#') continue;
    const std::string_view row = line.substr(indent);
    rows.push_back({.line = number,
                    .indent = static_cast<int>(indent),
                    .text = row,
                    .written = row,
                    .after_blank = after_blank});
    after_blank = false;
  }
  return rows;
}

std::string_view take_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  return word;
}

bool is_name(std::string_view word, bool dots) {
  if (word.empty() || word.front() == '-' || word.back() == '-') return false;
  return std::all_of(word.begin(), word.end(), [&](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
           letter == '-' || (dots && letter == '.');
  });
}

}  // namespace connspec
