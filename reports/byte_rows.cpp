#include "reports/byte_rows.hpp"

#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

namespace connspec {

namespace {

constexpr std::size_t shortest_fold =
    64;  // Below that many bytes folding hides more than it helps.
constexpr std::size_t longest_unit = 200;
constexpr std::size_t most_unit_lines = 16;
constexpr std::size_t longest_row = 1000;

struct Fold {
  std::size_t times = 0;
  std::size_t unit = 0;  ///< Bytes.
};

std::size_t run_at(std::string_view bytes, std::size_t begin) {
  std::size_t end = bytes.find_first_not_of(bytes[begin], begin);
  return (end == std::string_view::npos ? bytes.size() : end) - begin;
}

/// How often the `unit` bytes at the beginning of `bytes` stand there one after the other.
std::size_t repeats(std::string_view bytes, std::size_t unit) {
  std::size_t times = 1;
  while (bytes.substr(times * unit).substr(0, unit) == bytes.substr(0, unit)) ++times;
  return times;
}

/// A byte, or a few lines, that come again and again from the beginning of `bytes` on.
std::optional<Fold> fold_at(std::string_view bytes, bool line_begins) {
  std::size_t run = run_at(bytes, 0);
  if (run >= shortest_fold) return Fold{.times = run, .unit = 1};
  if (!line_begins) return std::nullopt;
  std::size_t unit = 0;
  for (std::size_t lines = 0; lines < most_unit_lines; ++lines) {
    std::size_t end = bytes.substr(0, longest_unit).find('\n', unit);
    if (end == std::string_view::npos) return std::nullopt;
    unit = end + 1;
    std::size_t times = repeats(bytes, unit);
    if (times >= 3 && times * unit >= shortest_fold) return Fold{.times = times, .unit = unit};
  }
  return std::nullopt;
}

/// Where in the line a long run of one byte begins, or its size.
std::size_t before_run(std::string_view line) {
  for (std::size_t at = 0; at < line.size();) {
    std::size_t run = run_at(line, at);
    if (run >= shortest_fold) return at;
    at += run;
  }
  return line.size();
}

/// A blank at the end of a row would not be seen, and ` | ` and `{name}` mean something else.
std::string as_row(std::string_view bytes) {
  std::string row = text::escaped(bytes);
  if (!row.empty() && row.back() == ' ') row.replace(row.size() - 1, 1, "\\x20");
  for (std::size_t at = 0; (at = row.find(" |", at)) != std::string::npos; at += 3)
    if (at + 2 == row.size() || row[at + 2] == ' ') row.insert(at + 1, 1, '\\');
  for (std::size_t at = 0; (at = row.find('{', at)) != std::string::npos; at += 2) {
    std::size_t end = row.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-", at + 1);
    if (end != std::string::npos && end > at + 1 && row[end] == '}') row.insert(at, 1, '\\');
  }
  return row;
}

/// Takes one row off the front of `bytes`. `line_begins` says whether a line does there, and is
/// told whether one does behind the row.
ByteRow take_row(std::string_view& bytes, char side, bool& line_begins) {
  if (auto fold = fold_at(bytes, line_begins)) {
    std::string_view unit = bytes.substr(0, fold->unit);
    bytes.remove_prefix(fold->times * fold->unit);
    line_begins = unit.back() == '\n';
    return {std::string{side, '*'}, fmt::format("{} \"{}\"", fold->times, text::quoted(unit))};
  }
  std::size_t end = bytes.find('\n');
  std::string_view line = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
  line = line.substr(0, std::min({line.size(), before_run(line), longest_row}));
  bytes.remove_prefix(line.size());
  bool whole = line_begins && line.ends_with("\r\n");
  line_begins = line.back() == '\n';
  if (whole) return {std::string(1, side), as_row(line.substr(0, line.size() - 2))};
  return {std::string(2, side), as_row(line)};
}

}  // namespace

ByteRows rows_of(std::string_view bytes, char side, std::size_t most_rows,
                 std::size_t most_bytes) {
  ByteRows out;
  std::size_t shown = 0;
  bool line_begins = true;
  while (!bytes.empty() && out.rows.size() < most_rows && shown < most_bytes) {
    out.rows.push_back(take_row(bytes, side, line_begins));
    shown += out.rows.back().text.size();
  }
  out.left_out = bytes.size();
  return out;
}

ByteRows content_rows_of(std::string_view bytes, std::size_t width, std::size_t most_rows) {
  if (bytes.size() <= width && before_run(bytes) == bytes.size()) {
    std::string all = as_row(bytes);
    if (all.size() <= width) return {{{"<<", all}}, 0};
  }
  ByteRows out;
  bool line_begins = false;
  while (!bytes.empty() && out.rows.size() < most_rows) {
    out.rows.push_back(take_row(bytes, '<', line_begins));
    line_begins = false;
  }
  out.left_out = bytes.size();
  return out;
}

}  // namespace connspec
