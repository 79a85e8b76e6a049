#include "reports/findings.hpp"

#include "reports/sentences.hpp"
#include "reports/tally.hpp"
#include "reports/text.hpp"
#include "reports/transcript.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace connspec {

namespace {

constexpr std::size_t indent = 6;
constexpr std::size_t label_columns = 12;

/// Paragraph below the first line of a block.
std::string paragraph(std::string_view sentence, std::size_t margin, const Style& style) {
  std::string out;
  for (const std::string& line : text::wrapped(sentence, style.columns() - margin))
    out += fmt::format("{:{}}{}\n", "", margin, line);
  return out;
}

/// `expected  end`, further lines below `end`. Nothing without a value.
std::string labelled(std::string_view label, std::string_view value, const Style& style) {
  if (value.empty()) return {};
  std::string out;
  std::size_t margin = indent + label_columns;
  for (const std::string& line : text::wrapped(value, style.columns() - margin)) {
    out += fmt::format("{:{}}{:{}}{}\n", "", indent, label, label_columns, line);
    label = "";
  }
  return out;
}

std::string where(const Result& result) {
  if (result.file.empty()) return {};
  return fmt::format("{}:{}", text::one_line(result.file), result.line);
}

std::string requirement_of(const Result& result) {
  std::string out = fmt::format("{}, {}", level_of(result), text::one_line(result.spec));
  for (std::size_t i = 0; i < result.covers.size(); ++i)
    out += (i == 0 ? " (" : ", ") + text::one_line(result.covers[i]);
  return result.covers.empty() ? out : out + ")";
}

std::string allowed_ways(const Result& result, const Style& style) {
  std::size_t longest = 0;
  for (const auto& [name, row] : result.allowed)
    longest = std::max(longest, text::one_line(name).size());
  std::string out;
  for (const auto& [name, row] : result.allowed)
    out +=
        labelled(out.empty() ? "allowed" : "",
                 text::padded(text::one_line(name), longest + 2) + text::one_line(row), style);
  return out;
}

/// Commands stay in one piece, however long: they are there to be copied.
std::string whole_line(std::string_view label, std::string_view value) {
  if (value.empty()) return {};
  return fmt::format("{:{}}{:{}}{}\n", "", indent, label, label_columns, text::one_line(value));
}

std::string headline(Ink ink, std::string_view word, const Result& result, const Style& style) {
  std::string mark = text::padded(word, std::max(indent, word.size() + 2));
  return inked(ink, mark, style) + inked(Ink::strong, text::one_line(result.id), style) + '\n';
}

std::string one_case(std::string_view word, Ink ink, const Result& result, const Style& style) {
  std::string out = inked(ink, text::padded(word, 14), style) + text::one_line(result.id);
  std::string reason = text::one_line(result.reason);
  if (!reason.empty()) {
    std::size_t room = style.columns();
    out += 14 + text::one_line(result.id).size() + 2 + reason.size() <= room
               ? "  " + reason
               : fmt::format("\n{:14}{}", "", reason);
  }
  return out + '\n';
}

}  // namespace

std::string failure_block(const Result& result, const Style& style) {
  const bool passes = result.deviation && result.deviation->state == Deviation::State::passes;
  std::string word = passes ? "PASSES" : shown_name(result.verdict, true);
  std::string out = headline(Ink::bad, word, result, style);
  if (!result.reason.empty()) out += paragraph(text::one_line(result.reason), indent, style);
  out += '\n';
  out += paragraph(requirement_of(result), indent, style);
  out += paragraph(text::one_line(result.requirement) + ".", indent, style);
  out += '\n';
  out += labelled("case", text::one_line(result.title), style);
  out += labelled("expected", expected_of(result), style);
  out += allowed_ways(result, style);
  out += labelled("seen", seen_of(result), style);
  out += labelled("baseline", deviation_of(result), style);
  out += whole_line("", correction_of(result));
  if (result.unstable) out += labelled("unstable", instability_of(result).substr(10), style);
  out += '\n';
  if (!result.transcript.empty()) out += transcript(result, style) + '\n';
  out += whole_line("file", where(result));
  out += whole_line("transcript", result.transcript_file);
  out += whole_line("again", result.again);
  return out;
}

std::string departure(const Result& result, const Style& style) {
  std::string sentence = verdict_sentence(result);
  return one_case("departs", Ink::warning, result, style) + paragraph(sentence, 14, style);
}

std::string failures(const Run& run, const Style& style) {
  std::string out;
  for (const Result& result : run.results)
    if (is_failure(result, run.strict)) out += failure_block(result, style) + '\n';
  return out;
}

namespace {

/// Failures that fail nothing, and why.
std::string put_up_with(const Run& run, const Style& style, Detail detail) {
  std::string out;
  for (const Result& result : run.results) {
    if (!is_put_up_with(result, run.strict)) continue;
    out += one_case(result.gating ? "accepted" : "new", Ink::warning, result, style);
    out += paragraph(verdict_sentence(result), 14, style);
    out += paragraph(result.gating ? deviation_of(result) : novelty_of(result), 14, style);
    if (detail == Detail::verbose && !result.transcript.empty())
      out += transcript(result, style) + '\n';
  }
  return out;
}

/// Results that came to the same for the same reason.
struct Group {
  std::string reason;
  std::string seen;  ///< Empty where they differ in it.
  std::vector<const Result*> results = {};
};

std::string group_name(const Result& result) {
  if (result.verdict == Verdict::observed && !result.taken.empty()) return result.taken;
  return result.reason.empty() ? "without a reason" : result.reason;
}

std::vector<Group> groups_of(const Run& run, Verdict verdict) {
  std::vector<Group> groups;
  for (const Result& result : run.results) {
    if (result.verdict != verdict) continue;
    std::string name = group_name(result);
    std::string seen = seen_of(result);
    auto found = std::ranges::find(groups, name, &Group::reason);
    if (found == groups.end()) found = groups.insert(found, {.reason = name, .seen = seen});
    if (found->seen != seen) found->seen.clear();
    found->results.push_back(&result);
  }
  std::ranges::stable_sort(groups, std::ranges::greater{},
                           [](const Group& group) { return group.results.size(); });
  return groups;
}

/// Names as many of its cases as `most`.
std::string group_lines(const Group& group, const Style& style, std::size_t most) {
  std::string line =
      fmt::format("{:>5}  {}", group.results.size(), text::one_line(group.reason));
  if (!group.seen.empty()) line += ": " + group.seen;
  std::string out;
  std::size_t margin = 2;
  for (const std::string& piece : text::wrapped(line, style.columns() - 9)) {
    out += fmt::format("{:{}}{}\n", "", margin, piece);
    margin = 9;
  }
  std::size_t named = std::min(most, group.results.size());
  for (std::size_t i = 0; i < named; ++i)
    out += fmt::format("{:9}{}\n", "", text::one_line(group.results[i]->id));
  if (most > 0 && named < group.results.size())
    out += fmt::format("{:9}and {} more (-v names them)\n", "", group.results.size() - named);
  return out;
}

/// `skipped  40 cases (-v names them)` and a line for each reason.
std::string folded(const Run& run, Verdict verdict, const Style& style, Detail detail) {
  std::vector<Group> groups = groups_of(run, verdict);
  if (groups.empty()) return {};
  std::size_t most = verdict == Verdict::inconclusive ? 6 : 0;
  if (detail == Detail::verbose) most = run.results.size();
  std::size_t all = 0;
  for (const Group& group : groups) all += group.results.size();
  Ink ink = verdict == Verdict::inconclusive ? Ink::warning : Ink::plain;
  std::string out = inked(ink, text::padded(name_of(verdict), 14), style) +
                    text::counted(all, "case") + (most > 0 ? "\n" : " (-v names them)\n");
  for (const Group& group : groups) out += group_lines(group, style, most);
  return out + '\n';
}

}  // namespace

std::string other_findings(const Run& run, const Style& style, Detail detail) {
  std::string out;
  for (const Result& result : run.results) {
    if (result.verdict != Verdict::departs || run.strict) continue;
    if (is_failure(result, run.strict)) continue;  // By the baseline: told in full.
    out += departure(result, style);
    if (detail == Detail::verbose && !result.transcript.empty())
      out += transcript(result, style);
    if (detail == Detail::verbose) out += '\n';
  }
  out += put_up_with(run, style, detail);
  for (const Result& result : run.results)
    if (result.unstable && !is_failure(result, run.strict))
      out += one_case("unstable", Ink::warning, result, style) +
             paragraph(instability_of(result).substr(10), 14, style);
  if (!out.empty() && !out.ends_with("\n\n")) out += '\n';
  for (Verdict verdict : {Verdict::inconclusive, Verdict::observed, Verdict::skipped})
    out += folded(run, verdict, style, detail);
  return out;
}

}  // namespace connspec
