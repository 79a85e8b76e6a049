#include "reports/merge_notes.hpp"

#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace connspec {

namespace {

/// `not declared: sink (4 cases), idle (1 case): connspec explain declare` in its parts.
struct CountedNote {
  std::string_view before;  ///< `not declared: `
  std::map<std::string, std::size_t> counts = {};
  std::string_view behind = {};
};

constexpr std::string_view kinds[] = {"not declared: ", "not to be had: "};

/// `sink (4 cases)`
bool read_count(std::string_view item, CountedNote& note) {
  const auto open = item.rfind(" (");
  if (open == item.npos) return false;
  const char* end = item.data() + item.size();
  std::size_t count = 0;
  const auto [rest, error] = std::from_chars(item.data() + open + 2, end, count);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (error != std::errc{} || (unit != " case)" && unit != " cases)")) return false;
  note.counts[std::string(item.substr(0, open))] += count;
  return true;
}

std::optional<CountedNote> read_note(std::string_view text) {
  const auto kind = std::ranges::find_if(
      kinds, [text](std::string_view one) { return text.starts_with(one); });
  if (kind == std::end(kinds)) return std::nullopt;
  CountedNote note{.before = *kind};
  auto list = text.substr(kind->size());
  const auto end = list.rfind(')') + 1;  // 0 where there is none.
  note.behind = list.substr(end);
  list = list.substr(0, end);
  while (!list.empty()) {
    constexpr std::string_view comma = "), ";
    const auto next = list.find(comma);
    const auto item = next == list.npos ? list : list.substr(0, next + 1);
    if (!read_count(item, note)) return std::nullopt;
    list.remove_prefix(next == list.npos ? list.size() : next + comma.size());
  }
  return note;
}

/// The most first.
std::string written(const CountedNote& note) {
  std::vector<std::pair<std::string, std::size_t>> sorted(note.counts.begin(),
                                                          note.counts.end());
  std::ranges::stable_sort(sorted, std::ranges::greater{},
                           &std::pair<std::string, std::size_t>::second);
  std::string items;
  for (const auto& [name, count] : sorted)
    items +=
        fmt::format("{}{} ({})", items.empty() ? "" : ", ", name, text::counted(count, "case"));
  return fmt::format("{}{}{}", note.before, items, note.behind);
}

/// Adds the counts of `more` to a note of its kind; false where there is none.
bool add_counts(std::vector<std::string>& notes, const CountedNote& more) {
  for (std::string& text : notes) {
    auto note = read_note(text);
    if (!note || note->before != more.before || note->behind != more.behind) continue;
    for (const auto& [name, count] : more.counts) note->counts[name] += count;
    text = written(*note);
    return true;
  }
  return false;
}

}  // namespace

void add_notes(std::vector<std::string>& notes, const std::vector<std::string>& of_a_part) {
  for (const std::string& text : of_a_part) {
    const auto note = read_note(text);
    if (note && add_counts(notes, *note)) continue;
    if (std::ranges::find(notes, text) == notes.end()) notes.push_back(text);
  }
}

}  // namespace connspec
