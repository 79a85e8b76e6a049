// A comparison as a page of Markdown: for a merge request, or the summary of a CI job.
#include "reports/comparison.hpp"
#include "reports/markdown.hpp"
#include "reports/sentences.hpp"
#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace connspec {

namespace {

using Kind = Change::Kind;

/// Rows of one table: a page is there to be read.
constexpr std::size_t most_rows = 200;

struct Section {
  Kind kind;
  std::string_view heading;
  bool open;  ///< Not folded.
};
constexpr std::array<Section, 6> sections = {{
    {Kind::regression, "Regressions", true},
    {Kind::undecided, "No longer decided", true},
    {Kind::changed, "Changed, and as grave as before", false},
    {Kind::fixed, "Better", false},
    {Kind::added, "New", false},
    {Kind::gone, "Gone", false},
}};

/// A bar ends a cell, in code as well.
std::string cell(std::string_view markdown) {
  std::string out;
  for (const char letter : markdown) {
    if (letter == '|') out += '\\';
    out += letter;
  }
  return out;
}

std::string outcome_cell(const Result* result) {
  if (!result) return "not in the run";
  std::string out(name_of(result->verdict));
  if (result->verdict == Verdict::fail) out = "**FAIL**";
  const std::string& manner = result->reason.empty() ? result->taken : result->reason;
  if (!manner.empty()) out += " " + markup::code(text::shortened(manner, 100));
  return out;
}

std::string rows_of(const Comparison& comparison, Kind kind) {
  std::string out = "| case | requirement | before | after |\n| --- | --- | --- | --- |\n";
  std::size_t rows = 0;
  for (const Change& change : comparison.changes) {
    if (change.kind != kind || ++rows > most_rows) continue;
    const Result& known = change.after ? *change.after : *change.before;
    out += fmt::format("| {} | {}, {} | {} | {} |\n", cell(markup::code(known.id)),
                       cell(markup::sentence(level_of(known))), cell(markup::spec(known.spec)),
                       cell(outcome_cell(change.before)), cell(outcome_cell(change.after)));
  }
  if (rows > most_rows) out += fmt::format("\nAnd {} more.\n", rows - most_rows);
  return out + '\n';
}

std::string run_line(const Run& run) {
  std::string out = markup::code(run.label.empty() ? run.target : run.label);
  out += fmt::format(", connspec {}", markup::sentence(run.version));
  if (!run.edition.empty()) out += fmt::format(" edition {}", markup::sentence(run.edition));
  return out;
}

std::string page_of(const Comparison& comparison) {
  std::string out =
      fmt::format("### {}: {} against {}\n\n{} compared, {} of them the same.\n\n",
                  markup::sentence(comparison.after->role), run_line(*comparison.after),
                  run_line(*comparison.before), text::counted(comparison.both, "case"),
                  comparison.both - comparison.count(Kind::regression) -
                      comparison.count(Kind::changed) - comparison.count(Kind::fixed));
  for (const Section& section : sections) {
    const std::size_t count = comparison.count(section.kind);
    if (count == 0) continue;
    const std::string heading = fmt::format("{}: {}", section.heading, count);
    const std::string rows = rows_of(comparison, section.kind);
    out += section.open ? fmt::format("#### {}\n\n{}", heading, rows)
                        : fmt::format("<details><summary>{}</summary>\n\n{}</details>\n\n",
                                      heading, rows);
  }
  return out;
}

std::string_view headline_of(Exit exit) {
  if (exit == Exit::failure) return "regressions";
  if (exit == Exit::nothing_tested) return "nothing to compare";
  return exit == Exit::inconclusive ? "some cases came to no verdict" : "no regression";
}

}  // namespace

std::string comparison_markdown(std::span<const Comparison> comparisons) {
  std::string out = fmt::format("## connspec: {}\n\n", headline_of(exit_of(comparisons)));
  for (const Comparison& comparison : comparisons) out += page_of(comparison);
  return out;
}

}  // namespace connspec
