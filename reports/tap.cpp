#include "reports/tap.hpp"

#include "reports/matrix.hpp"
#include "reports/sentences.hpp"
#include "reports/text.hpp"
#include "reports/transcript.hpp"
#include "reports/whole_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace connspec {

namespace {

constexpr Style plain_style{.width = 100, .colour = false, .ascii = true};
constexpr Extent short_extent{.rows = 80};

/// For what stands on the line of a test point: `#` would begin a directive.
std::string on_a_line(std::string_view text) {
  std::string out;
  for (char letter : text::one_line(text)) {
    if (letter == '#' || letter == '\\') out += '\\';
    out += letter;
  }
  return out;
}

/// `  key: "value"`. The escapes of the language are those of YAML.
std::string pair_of(std::string_view key, std::string_view value) {
  if (value.empty()) return {};
  return fmt::format("  {}: \"{}\"\n", key, text::quoted(value));
}

std::string list_of(std::string_view key, const std::vector<std::string>& values) {
  if (values.empty()) return {};
  std::string out = fmt::format("  {}:\n", key);
  for (const std::string& value : values)
    out += fmt::format("    - \"{}\"\n", text::quoted(value));
  return out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string ways_of(const Result& result) {
  std::string out = result.allowed.empty() ? "" : "  allowed:\n";
  for (const auto& [name, row] : result.allowed)
    out += fmt::format("    \"{}\": \"{}\"\n", text::quoted(name), text::quoted(row));
  return out;
}

std::string details_of(const Result& result) {
  return "  ---\n" + pair_of("verdict", name_of(result.verdict)) +
         pair_of("level", level_of(result)) + pair_of("spec", result.spec) +
         pair_of("requirement", result.requirement) + list_of("covers", result.covers) +
         pair_of("case", result.title) + pair_of("reason", result.reason) +
         pair_of("baseline", deviation_of(result)) +
         pair_of("correction", correction_of(result)) +
         pair_of("expected", expected_of(result)) + ways_of(result) +
         pair_of("seen", seen_of(result)) + pair_of("way", result.taken) +
         (result.unstable ? pair_of("unstable", instability_of(result).substr(10)) : "") +
         (result.file.empty()
              ? ""
              : pair_of("file", fmt::format("{}:{}", result.file, result.line))) +
         pair_of("again", result.again) +
         list_of("transcript", lines_of(transcript(result, plain_style, short_extent))) +
         "  ...\n";
}

/// The points of a document, numbered.
class Points {
 public:
  void add(bool ok, std::string_view description, std::string_view directive,
           std::string_view details) {
    out_ += fmt::format("{} {} - {}{}\n{}", ok ? "ok" : "not ok", ++count_,
                        on_a_line(description), directive, details);
  }
  std::string take() {
    return fmt::format("TAP version 14\n1..{}\n{}", count_, std::exchange(out_, {}));
  }

 private:
  std::size_t count_ = 0;
  std::string out_;
};

std::string directive(std::string_view word, std::string_view reason) {
  return fmt::format(" # {} {}", word, on_a_line(text::shortened(reason, 300)));
}

std::string skip_reason(const Result& result) {
  std::string why = finding_of(result);
  if (result.reason.empty() || why.starts_with(result.reason)) return why;
  return result.reason + ": " + why;
}

void add(Points& points, const Result& result, const Run& run, const std::string& prefix) {
  const std::string description = prefix + result.id;
  const bool put_up_with = is_put_up_with(result, run.strict);
  const bool undecided = result.verdict == Verdict::inconclusive && !put_up_with;
  if (undecided || is_failure(result, run.strict)) {
    points.add(false, description, "", details_of(result));
  } else if (put_up_with) {
    const std::string why = result.gating ? deviation_of(result) : novelty_of(result);
    points.add(false, description, directive("TODO", why), details_of(result));
  } else if (result.verdict == Verdict::skipped) {
    points.add(true, description, directive("SKIP", skip_reason(result)), "");
  } else {
    const bool plain = result.verdict == Verdict::pass && !result.unstable;
    points.add(true, description, "", plain ? "" : details_of(result));
  }
}

void add(Points& points, const ProfileResult& profile, const std::string& prefix) {
  using Outcome = ProfileResult::Outcome;
  std::vector<std::string> not_met;
  std::vector<std::string> not_played;
  for (const RowResult& row : profile.rows) {
    if (row.apart) continue;
    if (row.state == RowResult::State::failed) not_met.push_back(row.id);
    if (row.state == RowResult::State::not_played) not_played.push_back(row.id);
  }
  points.add(profile.outcome == Outcome::certified || profile.outcome == Outcome::reported,
             prefix + "profile " + profile.name, "",
             "  ---\n" + pair_of("outcome", name_of(profile.outcome)) +
                 pair_of("rows", share_of(profile)) + list_of("not-met", not_met) +
                 list_of("not-played", not_played) + "  ...\n");
}

/// Why nothing may be made of the list as it is; empty where something may.
std::string bail_of(std::span<const Run> runs) {
  for (const Run& run : runs)
    if (!run.target_lost.empty()) return run.target_lost;
  if (std::ranges::any_of(runs, &Run::interrupted)) return "interrupted";
  return exit_of(runs) == Exit::nothing_tested ? "nothing was tested" : "";
}

}  // namespace

std::string tap(std::span<const Run> runs) {
  Points points;
  for (const Run& run : runs) {
    std::string prefix = run.role + " ";
    if (const std::string other = distinction_of(run, runs); !other.empty())
      prefix += fmt::format("({}) ", other);
    for (const Result& result : run.results) add(points, result, run, prefix);
    // A part of a run need not be complete, and cannot be certified.
    if (run.profile && !run.shard) add(points, *run.profile, prefix);
  }
  std::string out = points.take();
  if (const std::string why = bail_of(runs); !why.empty())
    out += "Bail out! " + text::one_line(why) + "\n";
  return out;
}

std::optional<std::string> save_tap(const std::string& path, std::span<const Run> runs) {
  return write_whole_file(path, tap(runs));
}

}  // namespace connspec
