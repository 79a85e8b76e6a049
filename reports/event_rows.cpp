#include "reports/event_rows.hpp"

#include "reports/byte_rows.hpp"
#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace connspec {

namespace {

constexpr std::size_t most_content_rows = 8;
constexpr std::size_t fewest_to_fold = 4;
constexpr std::size_t small_write = 16;

bool in_same_row_of_time(const Event& left, const Event& right) {
  auto tenths = [](const Event& event) {
    return std::llround(std::chrono::duration<double, std::milli>(event.at).count() * 10);
  };
  return tenths(left) == tenths(right);
}

std::string time_of(const Event& event) {
  return fmt::format("{:.1f}", std::chrono::duration<double, std::milli>(event.at).count());
}

/// The value of Content-Length, where the head frames its content by that alone.
std::optional<std::uint64_t> length_of(std::string_view head) {
  std::optional<std::uint64_t> length;
  while (!head.empty()) {
    std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(head.size(), line.size() + 1));
    std::string name(line.substr(0, line.find(':')));
    std::ranges::transform(name, name.begin(), [](char byte) {
      return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
    });
    if (name == "transfer-encoding") return std::nullopt;
    if (name != "content-length") continue;
    std::string_view value = line.substr(std::min(line.size(), name.size() + 1));
    value.remove_prefix(std::min(value.size(), value.find_first_not_of(" \t")));
    std::uint64_t number = 0;
    auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    bool whole = end == value.data() + value.size() || *end == '\r';
    if (error != std::errc{} || !whole || length) return std::nullopt;
    length = number;
  }
  return length;
}

/// Rows of bytes with their marks; what has no room is counted in a last row.
std::vector<std::string> with_marks(const ByteRows& bytes, std::uint64_t size,
                                    std::string_view mark, const Style& style) {
  std::vector<std::string> rows;
  for (const ByteRow& row : bytes.rows)
    rows.push_back(row.text.empty() ? row.mark : fmt::format("{} {}", row.mark, row.text));
  if (bytes.left_out > 0)
    rows.push_back(fmt::format("{} {} {} bytes in all", mark, style.ellipsis(), size));
  return rows;
}

std::vector<std::string> message_rows(const Event& event, char side, const Style& style,
                                      const Extent& extent) {
  ByteRows bytes = rows_of(event.text, side, extent.rows_of_an_event, extent.bytes_of_an_event);
  std::uint64_t size = std::max<std::uint64_t>(event.size, event.text.size());
  if (size > event.text.size()) bytes.left_out += size - event.text.size();
  return with_marks(bytes, size, std::string(2, side), style);
}

std::vector<std::string> content_rows(const Event& event, const Event* head,
                                      std::size_t columns, const Style& style) {
  std::uint64_t size = std::max<std::uint64_t>(event.size, event.text.size());
  std::optional<std::uint64_t> length = head ? length_of(head->text) : std::nullopt;
  if (length && size == *length)
    return {fmt::format("< {} {}", style.ellipsis(), text::counted(size, "byte"))};
  if (length && size < *length)
    return {
        fmt::format("< {} {} of {}", style.ellipsis(), size, text::counted(*length, "byte"))};
  ByteRows bytes = content_rows_of(event.text, columns - 3, most_content_rows);
  if (size > event.text.size()) bytes.left_out += size - event.text.size();
  return with_marks(bytes, size, "<<", style);
}

std::vector<std::string> rows_of_event(const Event& event, const Event* head,
                                       std::size_t columns, const Style& style,
                                       const Extent& extent) {
  switch (event.kind) {
    case Event::Kind::note:
      if (event.text.empty()) return {};  // Nothing happened, but a row was settled.
      return {"* " + text::one_line(event.text)};
    case Event::Kind::act:
      return {"! " + text::one_line(event.text)};
    case Event::Kind::end:
      return {"< " + text::one_line(event.text)};
    case Event::Kind::sent:
      return message_rows(event, '>', style, extent);
    case Event::Kind::head:
      return message_rows(event, '<', style, extent);
    case Event::Kind::content:
      return content_rows(event, head, columns, style);
  }
  return {};
}

/// The row that ends a message's head says little when only `... 612 bytes` follows.
bool says_only_a_size(const Event& event, const std::vector<std::string>& rows) {
  return event.kind == Event::Kind::content && rows.size() == 1 && rows[0].starts_with("< ");
}

/// How many events from `first` on can stand for one: the same again and again, or one message
/// in many small writes. One that settles a row ends the group.
std::size_t group_at(const std::vector<Event>& events, std::size_t first, bool same) {
  const Event& model = events[first];
  std::size_t size = 0;
  for (std::size_t at = first; at < events.size(); ++at) {
    const Event& event = events[at];
    if (event.lane != model.lane || event.kind != model.kind) break;
    if (same ? event.text != model.text || event.size != model.size
             : event.kind != Event::Kind::sent || event.text.size() > small_write)
      break;
    ++size;
    if (!event.settled.empty()) break;
  }
  return size < fewest_to_fold ? 1 : size;
}

}  // namespace

std::vector<Shown> shown_events(const std::vector<Event>& events, std::size_t columns,
                                const Style& style, const Extent& extent) {
  std::vector<Shown> out;
  for (std::size_t at = 0; at < events.size();) {
    const Event& event = events[at];
    std::size_t same = group_at(events, at, true);
    std::size_t small = same > 1 ? 1 : group_at(events, at, false);
    const Event& last = events[at + std::max(same, small) - 1];

    const Event* above = out.empty() ? nullptr : out.back().event;
    const Event* head = above && above->kind == Event::Kind::head && above->lane == event.lane
                            ? above
                            : nullptr;
    Shown shown{.event = &event};
    if (small > 1) {
      Event joined = event;
      for (std::size_t i = 1; i < small; ++i) joined.text += events[at + i].text;
      joined.size = joined.text.size();
      shown.rows = rows_of_event(joined, nullptr, columns, style, extent);
      shown.rows.push_back(fmt::format("* in {} writes, the last at {}", small, time_of(last)));
    } else {
      shown.rows = rows_of_event(event, head, columns, style, extent);
      if (same > 1)
        shown.rows.push_back(
            fmt::format("* the same {} times more, the last at {}", same - 1, time_of(last)));
    }
    if (head && says_only_a_size(event, shown.rows)) {
      if (out.back().rows.size() > 1 && out.back().rows.back() == "<")
        out.back().rows.pop_back();
    }
    shown.under_head = head && event.kind == Event::Kind::content &&
                       in_same_row_of_time(*head, event) && same == 1;
    for (const Settled& settled : last.settled) shown.settled.push_back(&settled);
    at += std::max(same, small);
    if (!shown.rows.empty() || !shown.settled.empty()) out.push_back(std::move(shown));
  }
  return out;
}

}  // namespace connspec
