#include "reports/terminal.hpp"

#include "reports/profile.hpp"
#include "reports/tally.hpp"
#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

namespace connspec {

namespace {

constexpr std::size_t margin = 2;

/// `label  value`, further lines below the value.
std::string labelled(std::string_view label, std::size_t columns, std::string_view value,
                     const Style& style) {
  std::string out;
  std::size_t left = margin + columns + 2;
  for (const std::string& line : text::wrapped(text::one_line(value), style.columns() - left)) {
    out += fmt::format("{:{}}{:{}}  {}\n", "", margin, text::one_line(label), columns, line);
    label = "";
  }
  return out;
}

std::string opening(const Run& run, const Style& style) {
  std::string line = fmt::format("connspec {}: {} {}", text::one_line(run.version),
                                 text::one_line(run.role), text::one_line(run.target));
  std::string out = inked(Ink::strong, line, style) + '\n';
  std::size_t columns = 0;
  for (const auto& [name, value] : run.environment)
    columns = std::max(columns, text::one_line(name).size());
  columns = std::min<std::size_t>(columns, 24);
  for (const auto& [name, value] : run.environment)
    out += labelled(name, columns, value, style);
  return out;
}

Ink ink_of(Verdict verdict, bool strict) {
  if (verdict == Verdict::fail || (strict && verdict == Verdict::departs)) return Ink::bad;
  return verdict == Verdict::departs || verdict == Verdict::inconclusive ? Ink::warning
                                                                         : Ink::plain;
}

/// One row of the table: a topic, or all of them.
std::string table_row(std::string_view name, std::size_t columns, const Tally& tally,
                      const std::vector<Verdict>& verdicts, bool strict, const Style& style) {
  std::string out = fmt::format("{:{}}{:{}}{:>7}", "", margin, name, columns, tally.all());
  for (Verdict verdict : verdicts) {
    std::size_t width = std::max<std::size_t>(name_of(verdict).size() + 2, 7);
    std::size_t number = tally.of(verdict);
    std::string cell =
        number == 0 ? fmt::format("{:>{}}", "-", width) : fmt::format("{:>{}}", number, width);
    out += inked(number == 0 ? Ink::faint : ink_of(verdict, strict), cell, style);
  }
  return out + '\n';
}

std::string table(const Run& run, const Style& style) {
  Tally all = tally_of(run);
  std::vector<Verdict> verdicts;
  for (Verdict verdict : verdicts_in_order)
    if (all.of(verdict) > 0 || verdict == Verdict::pass) verdicts.push_back(verdict);
  std::vector<Topic> topics = topics_of(run);
  std::size_t columns = 5;
  for (Topic& topic : topics) {
    topic.name = text::shortened(topic.name, 24);
    columns = std::max(columns, topic.name.size());
  }
  std::string head = fmt::format("{:{}}{:{}}{:>7}", "", margin, "topic", columns, "cases");
  for (Verdict verdict : verdicts)
    head += fmt::format("{:>{}}", shown_name(verdict, run.strict),
                        std::max<std::size_t>(name_of(verdict).size() + 2, 7));
  std::string out = inked(Ink::faint, head, style) + '\n';
  for (const Topic& topic : topics)
    out += table_row(topic.name, columns, topic.tally, verdicts, run.strict, style);
  if (topics.size() > 1) out += table_row("all", columns, all, verdicts, run.strict, style);
  return out;
}

std::string brief_seconds(std::chrono::nanoseconds time) {
  return fmt::format("{:.2f} s", std::chrono::duration<double>(time).count());
}

/// Whether anything was played.
bool was_reached(const Run& run) {
  return std::ranges::any_of(
      run.results, [](const Result& result) { return result.reason != "target-not-reached"; });
}

/// What bears on the run as a whole, the gravest first.
std::string remarks(const Run& run, const Style& style) {
  std::string out;
  if (run.interrupted)
    out += labelled("interrupted", 11,
                    "what had no verdict by then is inconclusive (not-finished)", style);
  if (!run.target_lost.empty())
    out += labelled(run.results.empty() || was_reached(run) ? "target lost" : "not reached", 11,
                    run.target_lost, style);
  for (const std::string& note : run.notes) out += labelled("note", 11, note, style);
  return out;
}

}  // namespace

std::string summary(const Run& run, const Style& style) {
  std::string out = opening(run, style);
  if (was_reached(run)) {
    out += '\n' + table(run, style);
    out += fmt::format("\n{:{}}{} in {}, the longest of them {}\n", "", margin,
                       text::counted(run.results.size(), "case"), brief_seconds(run.time),
                       brief_seconds(run.longest_wait));
  }
  return out + remarks(run, style);
}

namespace {

bool came_to(std::span<const Run> runs, ProfileResult::Outcome outcome) {
  return std::ranges::any_of(runs, [outcome](const Run& run) {
    return run.profile && run.profile->outcome == outcome;
  });
}

/// What the exit code means here: of a profile in its own words.
std::string_view meaning_of(Exit exit, std::span<const Run> runs) {
  bool unclear = std::ranges::any_of(runs, [](const Run& run) {
    return std::ranges::any_of(run.results, [](const Result& result) {
      return result.verdict == Verdict::inconclusive;
    });
  });
  if (exit == Exit::failure && came_to(runs, ProfileResult::Outcome::not_certified))
    return "not certified";
  if (exit == Exit::inconclusive && !unclear &&
      came_to(runs, ProfileResult::Outcome::incomplete))
    return "the profile is incomplete";
  return meaning_of(exit);
}

/// What quiet leaves of a profile: a line a run, with the role where there are several.
std::string profile_lines(std::span<const Run> runs, const Style& style) {
  std::string out;
  for (const Run& run : runs) {
    if (!run.profile) continue;
    if (runs.size() > 1) out += run.role + ", ";
    out += profile_line(*run.profile, style);
  }
  return out;
}

}  // namespace

std::string last_line(std::span<const Run> runs, Exit exit, const Style& style) {
  Tally tally;
  std::chrono::nanoseconds time{};
  bool strict = false;
  for (const Run& run : runs) {
    tally.add(tally_of(run));
    time += run.time;
    strict = strict || run.strict;
  }
  std::string left = fmt::format("{} in {}: {}", text::counted(tally.all(), "case"),
                                 brief_seconds(time), sentence_of(tally, strict));
  std::string right =
      fmt::format("exit {}: {}", static_cast<int>(exit), meaning_of(exit, runs));
  std::size_t room = style.columns();
  bool beside = left.size() + 2 + right.size() <= room;
  Ink ink = exit == Exit::as_required ? Ink::good : Ink::bad;
  std::string between = beside ? std::string(room - left.size() - right.size(), ' ') : "\n";
  return left + between + inked(ink, right, style) + '\n';
}

std::string terminal_report(std::span<const Run> runs, const std::vector<Written>& written,
                            Exit exit, const Style& style, Detail detail) {
  std::string out;
  for (const Run& run : runs) {
    out += failures(run, style);
    if (detail == Detail::quiet) continue;
    if (was_reached(run)) out += other_findings(run, style, detail);
    out += summary(run, style) + '\n';
    if (run.profile) out += profile_report(run, style, detail) + '\n';
  }
  if (detail == Detail::quiet) out += profile_lines(runs, style);
  if (detail != Detail::quiet) {
    for (const auto& [what, path] : written) out += labelled(what, 11, path, style);
    if (!written.empty()) out += '\n';
  }
  return out + last_line(runs, exit, style);
}

}  // namespace connspec
