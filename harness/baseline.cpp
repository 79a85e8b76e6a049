#include "harness/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace connspec {
namespace {

using State = Deviation::State;

constexpr std::string_view head =
    "# connspec baseline: what deviates, and why that is put up with.\n"
    "# Past its date, passing, or otherwise than listed, a line is a failure.\n"
    "# case  outcome  until  why\n";

/// The next word of a row, and the column (from 1) at which it stands.
struct Word {
  std::string_view text;
  std::size_t column = 1;
};

class RowReader {
 public:
  explicit RowReader(std::string_view row) : row_(row) {}

  Word word() {
    skip();
    const auto begin = at_;
    at_ = std::min(row_.find_first_of(" \t", at_), row_.size());
    return {row_.substr(begin, at_ - begin), begin + 1};
  }
  Word rest() {
    skip();
    auto text = row_.substr(at_);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return {text, at_ + 1};
  }

 private:
  void skip() { at_ = std::min(row_.find_first_not_of(" \t", at_), row_.size()); }

  std::string_view row_;
  std::size_t at_ = 0;
};

bool is_date(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-dd";
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == 'd' ? !digit : text[i] != '-') return false;
  }
  const auto month = text.substr(5, 2);
  const auto day = text.substr(8, 2);
  return month >= "01" && month <= "12" && day >= "01" && day <= "31";
}

/// Reads the lines of one file.
class BaselineReader {
 public:
  BaselineReader(std::string_view file, bool needs_why, BaselineErrors& errors)
      : needs_why_(needs_why), errors_(errors) {
    baseline_.file = file;
  }

  Baseline read(std::string_view text) {
    std::istringstream rows{std::string(text)};
    for (std::string row; std::getline(rows, row);) {
      if (row.ends_with('\r')) row.pop_back();
      baseline_.rows.push_back(row);
      read_row(row);
    }
    return std::move(baseline_);
  }

 private:
  void object(std::size_t column, std::string_view what) {
    errors_.push_back(
        fmt::format("{}:{}:{}: {}", baseline_.file, baseline_.rows.size(), column, what));
  }

  void read_row(std::string_view row) {
    RowReader words(row);
    const auto id = words.word();
    if (id.text.empty() || id.text.front() == '#') return;
    const auto outcome = words.word();
    const auto until = words.word();
    const auto why = words.rest();
    const auto colon = std::min(outcome.text.find(':'), outcome.text.size());
    ExpectedDeviation line{.id = std::string(id.text),
                           .verdict = std::string(outcome.text.substr(0, colon)),
                           .until = std::string(until.text),
                           .why = std::string(why.text),
                           .line = static_cast<int>(baseline_.rows.size())};
    if (colon < outcome.text.size()) line.reason = outcome.text.substr(colon + 1);
    if (line.verdict != "fail" && line.verdict != "departs" && line.verdict != "unstable")
      return object(outcome.column, fmt::format("expected fail:REASON, departs:REASON or "
                                                "unstable:REASON, got '{}'",
                                                outcome.text));
    if (line.reason.empty())
      return object(outcome.column, fmt::format("'{}' lacks its reason", outcome.text));
    if (line.until != "-" && !is_date(line.until))
      return object(
          until.column,
          fmt::format("expected a date such as 2026-12-31, or -, got '{}'", until.text));
    if (line.why.empty() && needs_why_)
      return object(why.column, "expected why this deviation is put up with");
    if (const auto* other = baseline_.find(line.id))
      return object(id.column,
                    fmt::format("'{}' stands in line {} already", line.id, other->line));
    baseline_.deviations.push_back(std::move(line));
  }

  bool needs_why_;
  BaselineErrors& errors_;
  Baseline baseline_;
};

bool deviates(const Result& result) {
  return result.verdict == Verdict::fail || result.verdict == Verdict::departs;
}

std::string outcome_of(const Result& result) {
  return fmt::format("{}:{}", name_of(result.verdict), result.reason);
}

std::string line_of(std::string_view id, std::string_view outcome, std::string_view until,
                    std::string_view why) {
  auto line = fmt::format("{}  {}  {}  {}", id, outcome, until, why);
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

State state_of(const ExpectedDeviation& expected, const Result& result,
               std::string_view today) {
  const bool now_and_then = expected.verdict == "unstable";
  const bool same = result.reason == expected.reason &&
                    (now_and_then || name_of(result.verdict) == expected.verdict);
  if (deviates(result) && !same) return State::changed;
  if (!deviates(result) && !now_and_then) return State::passes;
  return expected.until != "-" && expected.until < today ? State::expired : State::accepted;
}

}  // namespace

const ExpectedDeviation* Baseline::find(std::string_view id) const {
  const auto found = std::ranges::find(deviations, id, &ExpectedDeviation::id);
  return found == deviations.end() ? nullptr : &*found;
}

Baseline read_baseline(std::string_view file, std::string_view text, bool needs_why,
                       BaselineErrors& errors) {
  return BaselineReader(file, needs_why, errors).read(text);
}

std::optional<std::string> text_of_file(const std::string& path, std::string& error) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  const bool is_folder = std::filesystem::is_directory(path);
  if (file && !is_folder) text << file.rdbuf();
  if (file && !is_folder) return text.str();
  error = fmt::format("cannot read {}: {}", path, std::strerror(is_folder ? EISDIR : errno));
  return std::nullopt;
}

void apply(const Baseline& baseline, Run& run, std::string_view today) {
  std::size_t not_played = baseline.deviations.size();
  for (auto& result : run.results) {
    const auto* expected = baseline.find(result.id);
    if (!expected) continue;
    if (result.verdict == Verdict::skipped || result.verdict == Verdict::inconclusive) continue;
    --not_played;
    auto& deviation = result.deviation.emplace();
    deviation = {.state = state_of(*expected, result, today),
                 .why = expected->why,
                 .place = fmt::format("{}:{}", baseline.file, expected->line),
                 .line = baseline.rows[static_cast<std::size_t>(expected->line) - 1]};
    if (deviation.state == State::changed)
      deviation.instead =
          line_of(result.id, outcome_of(result), expected->until, expected->why);
    if (deviation.state == State::expired)
      deviation.instead =
          line_of(result.id, fmt::format("{}:{}", expected->verdict, expected->reason), "-",
                  expected->why);
  }
  if (not_played > 0)
    run.notes.push_back(fmt::format("{}: {} of {} lines came to no verdict in this run",
                                    baseline.file, not_played, baseline.deviations.size()));
}

std::string updated(const Baseline& baseline, const std::vector<Run>& runs) {
  std::vector<const Result*> results;
  std::vector<const Result*> added;
  for (const auto& run : runs)
    for (const auto& result : run.results) {
      results.push_back(&result);
      const bool fails =
          result.verdict == Verdict::fail || (run.strict && result.verdict == Verdict::departs);
      if (fails && !baseline.find(result.id)) added.push_back(&result);
    }
  std::string text;
  if (baseline.rows.empty()) text = head;
  int number = 0;
  for (const auto& row : baseline.rows) {
    ++number;
    const auto line = std::ranges::find(baseline.deviations, number, &ExpectedDeviation::line);
    const auto result = line == baseline.deviations.end()
                            ? results.end()
                            : std::ranges::find(results, line->id, &Result::id);
    const auto state =
        result == results.end() ? State::accepted : state_of(*line, **result, line->until);
    const bool conclusive = result != results.end() && (*result)->verdict != Verdict::skipped &&
                            (*result)->verdict != Verdict::inconclusive;
    if (conclusive && state == State::passes) continue;
    if (conclusive && state == State::changed)
      text += line_of(line->id, outcome_of(**result), line->until, line->why) + "\n";
    else
      text += row + "\n";
  }
  for (const auto* result : added)
    text += line_of(result->id, outcome_of(*result), "-", "") + "\n";
  return text;
}

}  // namespace connspec
