#include "reports/junit_case.hpp"

#include "reports/identity.hpp"
#include "reports/sentences.hpp"
#include "reports/text.hpp"
#include "reports/transcript.hpp"

#include <fmt/core.h>

#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace connspec {

namespace {

constexpr std::size_t longest_message = 200;
constexpr std::size_t longest_transcript = 8'192;
constexpr Style plain_style{.width = 100, .colour = false, .ascii = true};

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(text::one_line(value).c_str());
}

void set_text(pugi::xml_node node, std::string_view lines) {
  node.text().set(text::lines(lines).c_str());
}

std::string line_of(std::string_view label, std::string_view value) {
  if (value.empty()) return {};
  return fmt::format("{:<12}{}\n", label, text::one_line(value));
}

/// At most 8 KiB, first rows and last ones, and where all of them are.
std::string transcript_text(const Result& result) {
  constexpr std::size_t rows_of_8_kib = 80;  // Of 100 columns.
  std::string rows = transcript(result, plain_style, {.rows = 400});
  if (rows.size() > longest_transcript)
    rows = transcript(result, plain_style, {.rows = rows_of_8_kib});
  return rows + line_of("transcript", result.transcript_file);
}

std::string short_message(const Result& result) {
  std::string message = verdict_sentence(result);
  if (std::string deviation = deviation_of(result); !deviation.empty())
    message = fmt::format("{}; {}", deviation, message);
  return text::shortened(message, longest_message);
}

/// The message again, since some readers show nothing but this, and then all there is to say.
std::string details(const Result& result) {
  std::string out = short_message(result) + "\n";
  out += line_of("requirement", result.requirement);
  out += line_of("case", result.title);
  out += line_of("expected", expected_of(result));
  out += line_of("seen", seen_of(result));
  out += line_of("reason", result.reason);
  out += line_of("baseline", deviation_of(result));
  out += line_of("", correction_of(result));
  out += line_of("edition", novelty_of(result));
  for (const auto& [name, row] : result.allowed)
    out += line_of("allowed", fmt::format("{}: {}", name, row));
  if (result.unstable) out += instability_of(result) + "\n";
  if (!result.file.empty())
    out += line_of("file", fmt::format("{}:{}", result.file, result.line));
  out += "\n" + transcript_text(result);
  return out + line_of("again", result.again);
}

std::string attachment(const Result& result, const JunitOptions& options) {
  if (result.transcript_file.empty()) return {};
  std::string folder = options.folder.empty() ? "" : options.folder + "/";
  return fmt::format("[[ATTACHMENT|{}{}]]\n", folder, result.transcript_file);
}

/// Of what the baseline makes a failure, what that is.
std::string problem_type(const Result& result) {
  if (!result.deviation) return type_of(result);
  switch (result.deviation->state) {
    case Deviation::State::changed:
      return "changed-deviation";
    case Deviation::State::expired:
      return "expired-deviation";
    case Deviation::State::passes:
      return "unexpected-pass";
    case Deviation::State::accepted:
      break;
  }
  return type_of(result);
}

/// `failure` and `error` have the same shape.
void add_problem(pugi::xml_node node, const char* element, const Result& result) {
  pugi::xml_node problem = node.append_child(element);
  set(problem, "type", problem_type(result));
  set(problem, "message", short_message(result));
  set_text(problem, details(result));
}

void add_skipped(pugi::xml_node node, const Result& result) {
  pugi::xml_node skipped = node.append_child("skipped");
  std::string why = finding_of(result);
  if (!why.starts_with(result.reason)) why = result.reason + ": " + why;
  if (why.empty()) why = "skipped";
  if (result.verdict != Verdict::skipped)  // Accepted, or new.
    why = result.gating ? deviation_of(result) : novelty_of(result);
  set(skipped, "message", text::shortened(why, longest_message));
  std::string lines = text::shortened(why, longest_message) + "\n";
  if (result.verdict != Verdict::skipped)
    lines += details(result);
  else if (!result.transcript.empty())
    lines += "\n" + transcript_text(result);
  set_text(skipped, lines);
}

/// The play that came out otherwise.
void add_other_play(pugi::xml_node node, const char* element, const Result& result) {
  pugi::xml_node other = node.append_child(element);
  Result first{.reason = result.first_reason};
  set(other, "type", type_of(first));
  set(other, "message", text::shortened(instability_of(result), longest_message));
  set_text(other.append_child("stackTrace"), instability_of(result) + "\n");
}

void add_properties(pugi::xml_node node, const Result& result) {
  bool plain = result.verdict == Verdict::pass && !result.unstable && result.taken.empty();
  if (plain) return;
  pugi::xml_node properties = node.append_child("properties");
  auto add = [properties](std::string_view name, std::string_view value) mutable {
    if (value.empty()) return;
    pugi::xml_node property = properties.append_child("property");
    set(property, "name", name);
    set(property, "value", value);
  };
  add("verdict", name_of(result.verdict));
  add("reason", result.reason);
  add("way", result.taken);
  add("level", result.level);
  add("graded", result.graded);
  if (result.deviation) add("baseline", name_of(result.deviation->state));
  add("edition", novelty_of(result));
  add("spec", result.spec);
  std::string covers;
  for (const std::string& row : result.covers) covers += (covers.empty() ? "" : " ") + row;
  add("covers", covers);
  if (result.unstable) add("unstable", instability_of(result));
}

std::string passing_output(const Result& result, bool rich) {
  if (result.verdict == Verdict::departs) return "departs\n" + details(result);
  std::string out;
  if (result.verdict == Verdict::observed || !result.taken.empty()) {
    std::string what = result.taken.empty() ? finding_of(result)
                                            : fmt::format("took the way {}", result.taken);
    out = fmt::format("{}: {}\n", name_of(result.verdict), text::one_line(what));
    if (!result.graded.empty()) out += verdict_sentence(result) + "\n";
  }
  if (result.unstable && !rich) out += instability_of(result) + "\n";
  return out;
}

}  // namespace

void fill_case(pugi::xml_node node, const Result& result, const Run& run,
               const JunitOptions& options) {
  bool rich = options.flavour == JunitOptions::Flavour::rich;
  bool failed = is_failure(result, run.strict);
  Identity identity = identity_of(run.role, result.id);
  set(node, "classname", identity.class_name);
  set(node, "name", identity.name);
  set(node, "time", text::seconds(result.time));
  if (rich && !result.file.empty()) {
    set(node, "file", result.file);
    node.append_attribute("line").set_value(result.line);
  }
  if (rich) add_properties(node, result);

  std::string output;
  if (failed) {
    add_problem(node, "failure", result);
    if (rich && result.unstable && !result.first_reason.empty())
      add_other_play(node, "rerunFailure", result);
    output = attachment(result, options);
  } else if (is_put_up_with(result, run.strict)) {
    add_skipped(node, result);
  } else if (result.verdict == Verdict::inconclusive) {
    add_problem(node, "error", result);
    output = attachment(result, options);
  } else if (result.verdict == Verdict::skipped) {
    add_skipped(node, result);
  } else {
    if (rich && result.unstable) add_other_play(node, "flakyFailure", result);
    output = passing_output(result, rich);
  }
  if (!output.empty()) set_text(node.append_child("system-out"), output);
}

}  // namespace connspec
