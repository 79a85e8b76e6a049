#include "reports/transcript.hpp"

#include "reports/event_rows.hpp"
#include "reports/sentences.hpp"
#include "reports/settled_rows.hpp"
#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <string_view>

namespace connspec {

namespace {

constexpr std::size_t time_columns = 8;
constexpr std::size_t gap = 2;

/// Where the columns begin.
struct Layout {
  std::size_t lane = 0;   ///< Columns of the longest lane.
  std::size_t mark = 0;   ///< Where `>` stands.
  std::size_t right = 0;  ///< Where settled rows stand.
  std::size_t width = 0;
};

/// One line of the transcript; the right side has its ink.
struct Line {
  std::string left = {};
  bool faint = false;
  std::string right = {};
  Ink ink = Ink::plain;
};

/// A row that is too long goes on below, further in and without a mark.
std::vector<std::string> broken(const std::string& row, std::size_t columns) {
  std::vector<std::string> lines;
  std::string_view rest = row;
  std::size_t indent = 0;
  while (text::columns_of(rest) > columns - indent) {
    std::size_t take = columns - indent;
    lines.push_back(std::string(indent, ' ') + std::string(rest.substr(0, take)));
    rest.remove_prefix(take);
    indent = 6;
  }
  lines.push_back(std::string(indent, ' ') + std::string(rest));
  return lines;
}

void add_left(std::vector<Line>& lines, const Shown& shown, const Layout& layout) {
  const Event& event = *shown.event;
  std::string lane = text::padded(text::one_line(event.lane), layout.lane);
  double at = std::chrono::duration<double, std::milli>(event.at).count();
  std::string first = fmt::format("{:>{}.1f}{:{}}{} ", at, time_columns, "", gap, lane);
  std::string next(layout.mark, ' ');
  bool named = shown.under_head;
  for (const std::string& row : shown.rows) {
    for (const std::string& piece : broken(row, layout.width - layout.mark)) {
      lines.push_back({.left = (named ? next : first) + piece, .faint = row.starts_with('*')});
      named = true;
    }
  }
  if (shown.rows.empty()) lines.push_back({.left = first});
}

/// Puts the right side beside the lines from `begin` on that leave it room, else below them.
void add_right(std::vector<Line>& lines, std::size_t begin, std::vector<SettledLine> right,
               const Layout& layout) {
  std::size_t at = begin;
  for (SettledLine& line : right) {
    while (at < lines.size() && text::columns_of(lines[at].left) + gap > layout.right) ++at;
    if (at == lines.size()) lines.push_back({});
    lines[at].right = std::move(line.text);
    lines[at].ink = line.ink;
    ++at;
  }
}

Layout layout_of(const Result& result, const SettledColumns& settled, const Style& style) {
  Layout layout{.lane = 6, .width = style.columns()};
  for (const Event& event : result.transcript)
    layout.lane = std::max(layout.lane, text::one_line(event.lane).size());
  layout.lane = std::min<std::size_t>(layout.lane, 20);
  layout.mark = time_columns + gap + layout.lane + 1;
  layout.right = layout.width - settled.all();
  return layout;
}

/// What the target did after the last row was settled.
bool is_unasked(const Shown& shown) {
  Event::Kind kind = shown.event->kind;
  return shown.settled.empty() && (kind == Event::Kind::end || kind == Event::Kind::head ||
                                   (kind == Event::Kind::content && !shown.under_head));
}

std::string unasked(const Event& event) {
  return event.kind == Event::Kind::end ? "(not asked for)" : "(not judged)";
}

std::vector<Line> lines_of(const Result& result, const Style& style, const Extent& extent) {
  SettledColumns columns = settled_columns(result, style.columns() * 2 / 5);
  Layout layout = layout_of(result, columns, style);
  std::vector<Shown> events =
      shown_events(result.transcript, layout.width - layout.mark, style, extent);
  std::size_t behind_last = events.size();
  while (behind_last > 0 && events[behind_last - 1].settled.empty()) --behind_last;

  std::vector<Line> lines;
  for (std::size_t i = 0; i < events.size(); ++i) {
    std::size_t begin = lines.size();
    std::vector<SettledLine> right = settled_lines(events[i].settled, columns);
    if (behind_last > 0 && i >= behind_last && is_unasked(events[i]))
      right.push_back({unasked(*events[i].event)});
    add_left(lines, events[i], layout);
    while (i + 1 < events.size() && events[i + 1].under_head && events[i + 1].settled.empty())
      add_left(lines, events[++i], layout);
    add_right(lines, begin, std::move(right), layout);
  }
  for (Line& line : lines)
    if (!line.right.empty()) line.left = text::padded(line.left, layout.right);
  return lines;
}

std::string rendered(const Line& line, const Style& style) {
  std::string out = inked(line.faint ? Ink::faint : Ink::plain, line.left, style);
  if (line.right.empty()) {
    if (!line.faint) out.erase(out.find_last_not_of(' ') + 1);
  } else {
    out += inked(line.ink, line.right, style);
  }
  return out + '\n';
}

std::string lower_first(std::string sentence) {
  bool word = sentence.size() > 1 && std::isupper(static_cast<unsigned char>(sentence[1])) == 0;
  if (word)
    sentence[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(sentence[0])));
  return sentence;
}

void add_paragraph(std::string& out, std::string_view paragraph, const Style& style) {
  for (const std::string& line : text::wrapped(paragraph, style.columns() - 2))
    out += fmt::format("  {}\n", line);
}

}  // namespace

std::string transcript(const Result& result, const Style& style, const Extent& extent) {
  std::vector<Line> lines = lines_of(result, style, extent);
  std::size_t most = std::max<std::size_t>(extent.rows, 10);
  std::size_t cut = lines.size() > most ? lines.size() - most : 0;
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (cut > 0 && i == most / 3) {
      out += fmt::format("{:>{}}  {} more rows\n", style.ellipsis(), time_columns, cut);
      i += cut;
    }
    out += rendered(lines[i], style);
  }
  return out;
}

std::string transcript_page(const Result& result, const Style& style, const Extent& extent) {
  bool against = is_failure(result, false);
  std::string id = text::one_line(result.id);
  std::string verdict = against ? "FAIL" : std::string(name_of(result.verdict));
  if (!result.reason.empty()) verdict += "  " + text::one_line(result.reason);
  std::size_t right = style.columns() * 3 / 5;
  std::string out = id.size() + gap <= right ? text::padded(id, right)
                                             : fmt::format("{}\n{:{}}", id, "", right);
  out += inked(against ? Ink::bad : Ink::strong, verdict, style) + '\n';
  out += result.transcript.empty() ? "  (nothing was played)\n"
                                   : transcript(result, style, extent);
  add_paragraph(out,
                fmt::format("{} {}: {}.", result.level, result.spec,
                            lower_first(text::one_line(result.requirement))),
                style);
  add_paragraph(out, fmt::format("Case: {}.", text::one_line(result.title)), style);
  if (std::string sentence = finding_of(result); !sentence.empty())
    add_paragraph(out, sentence, style);
  if (result.unstable) add_paragraph(out, instability_of(result), style);
  if (!result.again.empty())
    out += fmt::format("  again, alone: {}\n", text::one_line(result.again));
  return out;
}

}  // namespace connspec
