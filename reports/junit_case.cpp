#include "reports/junit_case.hpp"

#include "reports/identity.hpp"
#include "reports/sentences.hpp"
#include "reports/text.hpp"
#include "reports/transcript.hpp"
#include "reports/xml_writer.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace connspec {

namespace {

constexpr std::size_t longest_message = 200;
constexpr std::size_t longest_transcript = 8'192;
constexpr Style plain_style{.width = 100, .colour = false, .ascii = true};

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
void add_problem(XmlWriter& xml, std::string_view element, const Result& result) {
  xml.begin(element);
  xml.attribute("type", problem_type(result));
  xml.attribute("message", short_message(result));
  xml.text(details(result));
  xml.end();
}

void add_skipped(XmlWriter& xml, const Result& result) {
  std::string why = finding_of(result);
  if (!why.starts_with(result.reason)) why = result.reason + ": " + why;
  if (why.empty()) why = "skipped";
  if (result.verdict != Verdict::skipped)  // Accepted, or new.
    why = result.gating ? deviation_of(result) : novelty_of(result);
  std::string lines = text::shortened(why, longest_message) + "\n";
  if (result.verdict != Verdict::skipped)
    lines += details(result);
  else if (!result.transcript.empty())
    lines += "\n" + transcript_text(result);
  xml.begin("skipped");
  xml.attribute("message", text::shortened(why, longest_message));
  xml.text(lines);
  xml.end();
}

/// The play that came out otherwise.
void add_other_play(XmlWriter& xml, std::string_view element, const Result& result) {
  Result first{.reason = result.first_reason};
  xml.begin(element);
  xml.attribute("type", type_of(first));
  xml.attribute("message", text::shortened(instability_of(result), longest_message));
  xml.begin("stackTrace");
  xml.text(instability_of(result) + "\n");
  xml.end();
  xml.end();
}

void add_properties(XmlWriter& xml, const Result& result) {
  bool plain = result.verdict == Verdict::pass && !result.unstable && result.taken.empty();
  if (plain) return;
  xml.begin("properties");
  auto add = [&xml](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    xml.begin("property");
    xml.attribute("name", name);
    xml.attribute("value", value);
    xml.end();
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
  xml.end();
}

/// What identity_of() says, without making strings of it for each of many cases.
void write_identity(XmlWriter& xml, std::string_view role, std::string_view id,
                    const std::string& distinction) {
  constexpr int most_folders = 3;
  std::size_t behind = 0;
  for (int i = 0; i < most_folders; ++i) {
    std::size_t slash = id.find('/', behind);
    if (slash == std::string_view::npos) break;
    behind = slash + 1;
  }
  const bool usual = behind > 1 && behind < id.size() && role == id.substr(0, id.find('/'));
  if (!usual || !distinction.empty()) {
    Identity identity = identity_of(role, id);
    if (!distinction.empty()) identity.name += fmt::format(" ({})", distinction);
    xml.attribute("classname", identity.class_name);
    xml.attribute("name", identity.name);
    return;
  }
  std::array<char, 256> class_name{};
  constexpr std::string_view prefix = "connspec.";
  if (prefix.size() + behind > class_name.size()) {
    xml.attribute("classname", identity_of(role, id).class_name);
  } else {
    auto end = std::copy(prefix.begin(), prefix.end(), class_name.begin());
    end = std::copy_n(id.begin(), behind - 1, end);
    std::replace(class_name.begin(), end, '/', '.');
    xml.attribute("classname", {class_name.data(), end});
  }
  xml.attribute("name", id.substr(behind));
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

void write_case(XmlWriter& xml, const Result& result, const Run& run,
                const std::string& distinction, const JunitOptions& options) {
  bool rich = options.flavour == JunitOptions::Flavour::rich;
  bool failed = is_failure(result, run.strict);
  xml.begin("testcase");
  write_identity(xml, run.role, result.id, distinction);
  std::array<char, 32> digits{};
  xml.plain_attribute("time", text::seconds_in(digits, result.time));
  if (rich && !result.file.empty()) {
    xml.attribute("file", result.file);
    xml.attribute("line", static_cast<std::size_t>(std::max(result.line, 0)));
  }
  if (rich) add_properties(xml, result);

  std::string output;
  if (failed) {
    add_problem(xml, "failure", result);
    if (rich && result.unstable && !result.first_reason.empty())
      add_other_play(xml, "rerunFailure", result);
    output = attachment(result, options);
  } else if (result.verdict == Verdict::skipped || is_put_up_with(result, run.strict)) {
    add_skipped(xml, result);
  } else if (result.verdict == Verdict::inconclusive) {
    add_problem(xml, "error", result);
    output = attachment(result, options);
  } else {
    if (rich && result.unstable) add_other_play(xml, "flakyFailure", result);
    output = passing_output(result, rich);
  }
  if (!output.empty()) {
    xml.begin("system-out");
    xml.text(output);
    xml.end();
  }
  xml.end();
}

}  // namespace connspec
