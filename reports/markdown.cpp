#include "reports/markdown.hpp"

#include "reports/matrix.hpp"
#include "reports/sentences.hpp"
#include "reports/tally.hpp"
#include "reports/text.hpp"
#include "reports/transcript.hpp"
#include "reports/whole_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <vector>

namespace connspec {

namespace {

constexpr Style plain_style{.width = 100, .colour = false, .ascii = true};
constexpr std::size_t longest_text = 2'000;  // Of what a target sent, within a line.
constexpr std::size_t reserve = 20'000;      // For what is said when all else is said.

/// A page that takes pieces as long as there is room.
class Page {
 public:
  explicit Page(std::size_t most) : most_(most > reserve ? most - reserve : 0) {}

  /// Counts of what was left out, for which there is a reserve.
  void put(std::string_view piece) {
    if (text_.size() + piece.size() <= most_ + reserve) text_ += piece;
  }
  bool take(std::string_view piece) {
    if (text_.size() + piece.size() > most_) return false;
    text_ += piece;
    return true;
  }
  /// So that later pieces have room too.
  bool take_half(std::string_view piece) {
    return text_.size() + piece.size() <= most_ / 2 && take(piece);
  }
  std::string finish() { return std::move(text_); }

 private:
  std::size_t most_;
  std::string text_;
};

std::string code_of(std::string_view bytes) {
  return markup::code(text::shortened(bytes, longest_text));
}

std::string folded(std::string_view summary, std::string_view content) {
  return fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n", summary, content);
}

std::string item(std::string_view name, std::string_view bytes) {
  return bytes.empty() ? "" : fmt::format("- {}: {}\n", name, code_of(bytes));
}

std::string table_of(const Run& run) {
  std::vector<Verdict> verdicts;
  const Tally all = tally_of(run);
  for (Verdict verdict : verdicts_in_order)
    if (verdict == Verdict::pass || all.of(verdict) > 0) verdicts.push_back(verdict);
  std::string head = "| topic | cases |";
  std::string rule = "| :-- | --: |";
  for (Verdict verdict : verdicts) {
    head += fmt::format(" {} |", shown_name(verdict, run.strict));
    rule += " --: |";
  }
  std::string out = fmt::format("{}\n{}\n", head, rule);
  const auto row = [&](std::string_view name, const Tally& tally) {
    out += fmt::format("| {} | {} |", name, tally.all());
    for (Verdict verdict : verdicts) out += fmt::format(" {} |", tally.of(verdict));
    out += "\n";
  };
  constexpr std::size_t most_topics = 60;
  const std::vector<Topic> topics = topics_of(run);
  if (topics.size() > 1 && topics.size() <= most_topics)
    for (const Topic& topic : topics)
      row(markup::sentence(text::shortened(topic.name, 60)), topic.tally);
  row("**all**", all);
  return out + "\n";
}

std::string profile_of(const ProfileResult& profile) {
  std::string out = fmt::format("**Profile {}: {}** ({})\n\n", markup::sentence(profile.name),
                                name_of(profile.outcome), share_of(profile));
  constexpr std::size_t most = 100;
  std::size_t left_out = 0;
  std::size_t shown = 0;
  for (const RowResult& row : profile.rows) {
    if (row.state != RowResult::State::failed || row.apart) continue;
    if (++shown > most && ++left_out > 0) continue;
    out += fmt::format("- not met: {}, {} {}\n", code_of(row.id), markup::sentence(row.level),
                       markup::sentence(text::shortened(row.requirement, 300)));
  }
  if (left_out > 0) out += fmt::format("- and {} more\n", left_out);
  return shown > 0 ? out + "\n" : out;
}

std::string heading_of(const Run& run, std::span<const Run> runs) {
  std::string out =
      fmt::format("## {} {}\n\n", markup::sentence(run.role), code_of(run.target));
  if (!run.label.empty()) out += fmt::format("Target: {}  \n", code_of(run.label));
  const Exit exit = exit_of(run);
  out += fmt::format("Result: **{}** (exit {}), {} in {} s", meaning_of(exit),
                     static_cast<int>(exit), text::counted(run.results.size(), "case"),
                     text::seconds(run.time));
  if (run.shard) out += fmt::format(", part {} of {}", run.shard->part, run.shard->of);
  if (runs.size() == 1) out += fmt::format(", connspec {}", markup::sentence(run.version));
  out += "\n\n";
  if (!run.target_lost.empty())
    out += fmt::format("The target was lost: {}\n\n", code_of(run.target_lost));
  return out;
}

/// A failure without its transcript.
std::string failure_of(const Result& result, const Run& run) {
  std::string covers;
  for (const std::string& row : result.covers) covers += " " + code_of(row);
  std::string out =
      fmt::format("### {} {}\n\n{}, {}{}: {}\n\n", shown_name(result.verdict, run.strict),
                  code_of(result.id), markup::sentence(level_of(result)),
                  markup::spec(result.spec), covers, markup::sentence(result.requirement));
  out += fmt::format("- case: {}\n", markup::sentence(result.title));
  if (!result.why.empty())
    out += fmt::format("- in practice: {}\n", markup::sentence(result.why));
  out += item("expected", expected_of(result));
  for (const auto& [name, row] : result.allowed)
    out += item("allowed", fmt::format("{}: {}", name, row));
  out += item("seen", seen_of(result));
  out += item("reason", result.reason);
  out += item("baseline", deviation_of(result));
  out += item("correction", correction_of(result));
  if (result.unstable) out += item("unstable", instability_of(result).substr(10));
  out += item("again", result.again);
  return out + "\n";
}

std::string transcript_of(const Result& result) {
  if (result.transcript.empty()) return {};
  return folded("Transcript", markup::block(transcript(result, plain_style)));
}

void put_failures(Page& page, const Run& run) {
  std::size_t left_out = 0;
  for (const Result& result : run.results) {
    if (!is_failure(result, run.strict)) continue;
    const std::string failure = failure_of(result, run);
    if (page.take_half(failure + transcript_of(result))) continue;
    if (!page.take(failure)) ++left_out;
  }
  if (left_out > 0)
    page.put(fmt::format("And {}, for which there is no room here.\n\n",
                         text::counted(left_out, "more failure")));
}

/// A line each.
std::string lines_of(const Run& run, std::size_t& count, bool (*wanted)(const Result&, bool)) {
  constexpr std::size_t most = 200;
  std::string out;
  for (const Result& result : run.results) {
    if (!wanted(result, run.strict) || ++count > most) continue;
    out += fmt::format("- {}: {}, {}", code_of(result.id), markup::sentence(level_of(result)),
                       markup::spec(result.spec));
    std::string finding = text::shortened(finding_of(result), 300);
    for (const std::string& why : {deviation_of(result), novelty_of(result)})
      if (!why.empty()) finding += "; " + text::shortened(why, 300);
    out += finding.empty() ? "\n" : fmt::format(", {}\n", markup::code(finding));
  }
  if (count > most) out += fmt::format("- and {} more\n", count - most);
  return out;
}

/// Skipped and observed ones by their reasons.
std::string counts_of(const Run& run, Verdict verdict, std::size_t& count) {
  constexpr std::size_t most = 50;
  std::map<std::string, std::size_t> reasons;
  for (const Result& result : run.results) {
    if (result.verdict != verdict) continue;
    ++count;
    const bool by_way = verdict == Verdict::observed && !result.taken.empty();
    ++reasons[by_way ? result.taken : result.reason];
  }
  std::string out;
  std::size_t shown = 0;
  for (const auto& [reason, number] : reasons)
    if (++shown <= most)
      out += fmt::format(
          "- {} {}\n", number,
          reason.empty() ? "without a reason" : markup::code(text::shortened(reason, 100)));
  if (shown > most) out += fmt::format("- and {} more reasons\n", shown - most);
  return out;
}

bool departs(const Result& result, bool strict) {
  return result.verdict == Verdict::departs && !is_failure(result, strict) &&
         !is_put_up_with(result, strict);
}

bool has_no_verdict(const Result& result, bool strict) {
  return result.verdict == Verdict::inconclusive && !is_put_up_with(result, strict);
}

void put_group(Page& page, std::string_view what, std::size_t count, const std::string& lines) {
  if (count == 0) return;
  const std::string summary = fmt::format("{} {}", text::counted(count, "case"), what);
  if (!page.take(folded(summary, lines))) page.put(summary + "\n\n");
}

void put_others(Page& page, const Run& run) {
  const struct {
    std::string_view what;
    bool (*wanted)(const Result&, bool strict);
  } by_case[] = {
      {"departed from a SHOULD", departs},
      {"came to no verdict", has_no_verdict},
      {"with a deviation that is accepted, or newer than the edition", is_put_up_with},
  };
  for (const auto& [what, wanted] : by_case) {
    std::size_t count = 0;
    const std::string lines = lines_of(run, count, wanted);
    put_group(page, what, count, lines);
  }
  for (const auto& [verdict, what] :
       {std::pair(Verdict::skipped, "skipped"),
        std::pair(Verdict::observed, "observed, where there is no rule")}) {
    std::size_t count = 0;
    const std::string lines = counts_of(run, verdict, count);
    put_group(page, what, count, lines);
  }
}

}  // namespace

std::string markdown(std::span<const Run> runs, std::size_t most) {
  Page page(most);
  const Exit exit = exit_of(runs);
  Tally all;
  for (const Run& run : runs) all.add(tally_of(run));
  if (runs.size() != 1)
    page.put(fmt::format("# connspec: {}\n\n{} of {}: {}\n\n", meaning_of(exit),
                         text::counted(all.all(), "case"), text::counted(runs.size(), "run"),
                         sentence_of(all, false)));
  std::size_t left_out = 0;
  for (const Run& run : runs) {
    std::string head = heading_of(run, runs) + table_of(run);
    if (run.profile) head += profile_of(*run.profile);
    if (!page.take(head)) {
      ++left_out;
      continue;
    }
    put_failures(page, run);
    put_others(page, run);
  }
  if (left_out > 0)
    page.put(fmt::format("And {}, for which there is no room here.\n",
                         text::counted(left_out, "more run")));
  return page.finish();
}

std::optional<std::string> save_markdown(const std::string& path, std::span<const Run> runs) {
  return write_whole_file(path, markdown(runs));
}

}  // namespace connspec
