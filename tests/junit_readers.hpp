// The rules by which six readers of JUnit XML read it, made small: what they know a case by,
// what they show of it, and where they stumble. Written from their parsers and their
// documentation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace connspec::readers {

enum class Outcome { passed, skipped, failed, error };

/// A case as a reader has it.
struct Case {
  std::string key = {};  ///< What it is known by, from one run to the next.
  Outcome outcome = Outcome::passed;
  std::string headline = {};  ///< What is seen in a list.
  std::string details = {};   ///< What is seen behind it.
  std::string output = {};    ///< As much of standard output as is kept.
  std::string file = {};      ///< Where an annotation goes,
  int line = 0;               ///< and its line.
  double seconds = 0;
  bool flaky = false;
  std::string attachment = {};
  std::map<std::string, std::string> properties = {};
};

/// A reader that gives up on a whole file.
struct GaveUp : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline std::string attribute(pugi::xml_node node, const char* name) {
  return node.attribute(name).value();
}

/// All text below, as DOM readers have it.
inline std::string text_of(pugi::xml_node node) {
  std::string out;
  for (pugi::xml_node child : node.children())
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      out += child.value();
  return out;
}

inline std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

inline pugi::xml_document parsed(const std::string& xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size(),
                            pugi::parse_default | pugi::parse_ws_pcdata))
    throw GaveUp("not well formed");
  return document;
}

// Jenkins' junit plugin: hudson.tasks.junit.SuiteResult and CaseResult.

namespace jenkins {

constexpr std::size_t half_of_passing = 500;
constexpr std::size_t half_of_failing = 50'000;

/// `possiblyTrimStdio`: the middle of a long output goes.
inline std::string kept_of(const std::string& output, bool failed) {
  const auto half = failed ? half_of_failing : half_of_passing;
  if (output.size() <= 2 * half) return output;
  return output.substr(0, half) + "\n...[truncated " +
         std::to_string(output.size() - 2 * half) + " chars]...\n" +
         output.substr(output.size() - half);
}

inline double duration_of(const std::string& time) {
  std::string digits = time;
  std::erase(digits, ',');
  constexpr double a_year = 365.0 * 24 * 60 * 60;
  return std::clamp(digits.empty() ? 0.0 : std::stod(digits), 0.0, a_year);
}

inline Case case_of(pugi::xml_node suite, pugi::xml_node node, std::set<std::string>& ids) {
  std::string class_name = attribute(node, "classname");
  std::string name = attribute(node, "name");
  if (class_name.empty()) class_name = attribute(suite, "name");
  Case made;
  const std::string package = attribute(suite, "package");
  const std::string suite_name =
      (package.empty() ? "" : package + ".") + attribute(suite, "name");
  made.key = suite_name + " / " + class_name + "." + name;
  while (!ids.insert(made.key).second) made.key += "_2";  // Its history is another's then.
  const auto failure = node.child("failure") ? node.child("failure") : node.child("error");
  if (failure) {
    made.outcome = failure.name() == std::string("error") ? Outcome::error : Outcome::failed;
    made.headline = attribute(failure, "message");
    made.details = text_of(failure);
    if (made.details.empty()) made.details = made.headline;
  } else if (node.child("skipped")) {
    made.outcome = Outcome::skipped;
    made.headline = attribute(node.child("skipped"), "message");
    if (made.headline.empty()) made.headline = text_of(node.child("skipped"));
  }
  for (const char* again : {"flakyFailure", "rerunFailure", "flakyError", "rerunError"})
    for (pugi::xml_node play : node.children(again)) {
      if (!play.child("stackTrace")) throw GaveUp("a play without a stackTrace");
      made.flaky = made.flaky || again[0] == 'f';
    }
  made.output = kept_of(text_of(node.child("system-out")), failure);
  made.seconds = duration_of(attribute(node, "time"));
  for (pugi::xml_node property : node.child("properties").children("property"))
    made.properties[attribute(property, "name")] = attribute(property, "value");
  return made;
}

/// Suites in suites are taken one by one; a suite without a case leaves nothing.
inline void read_suites(pugi::xml_node node, std::vector<Case>& cases,
                        std::set<std::string>& ids) {
  for (pugi::xml_node child : node.children("testsuite")) read_suites(child, cases, ids);
  for (pugi::xml_node child : node.children("testcase"))
    cases.push_back(case_of(node, child, ids));
}

inline std::vector<Case> read(const std::string& xml) {
  const auto document = parsed(xml);
  std::vector<Case> cases;
  std::set<std::string> ids;
  read_suites(document.document_element(), cases, ids);
  return cases;
}

}  // namespace jenkins

// Jenkins' xUnit plugin: validates against junit-10.xsd, then hands on to the one above. What
// that schema says, in so many rules; tests/jenkins-xunit.xsd is the schema itself.

namespace xunit {

inline void allow(pugi::xml_node node, const std::set<std::string>& names) {
  for (pugi::xml_attribute one : node.attributes())
    if (!names.contains(one.name()))
      throw GaveUp(std::string(node.name()) + " has " + one.name());
}

inline void check_time(const std::string& time) {
  static const std::regex form(R"(([0-9]{0,3},)*[0-9]{0,3}(\.[0-9]{0,3})?)");
  static const std::regex plain(R"([0-9]*(\.[0-9]{0,3})?)");
  if (!std::regex_match(time, form) && !std::regex_match(time, plain))
    throw GaveUp("the time " + time);
}

inline void check_case(pugi::xml_node node) {
  allow(node, {"name", "classname", "time", "status", "assertions", "class", "group"});
  check_time(attribute(node, "time"));
  for (pugi::xml_node child : node.children()) {
    const std::string name = child.name();
    if (name.empty()) continue;
    static const std::set<std::string> allowed = {"skipped",      "error",      "failure",
                                                  "system-out",   "system-err", "rerunFailure",
                                                  "flakyFailure", "rerunError", "flakyError"};
    if (!allowed.contains(name)) throw GaveUp("a case with " + name);
    if (name == "failure" || name == "error" || name == "skipped")
      allow(child, {"message", "type"});
  }
}

inline std::vector<Case> read(const std::string& xml) {
  const auto document = parsed(xml);
  const auto root = document.document_element();
  if (std::string(root.name()) == "testsuites")
    allow(root, {"name", "time", "tests", "failures", "disabled", "errors"});
  for (pugi::xml_node suite : root.children("testsuite")) {
    allow(suite,
          {"name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp",
           "hostname", "id", "package", "file", "log", "url", "version", "group", "skips"});
    check_time(attribute(suite, "time"));
    for (pugi::xml_node node : suite.children("testcase")) check_case(node);
  }
  return jenkins::read(xml);
}

}  // namespace xunit

// GitLab: lib/gitlab/ci/parsers/test/junit.rb, by way of Hash.from_xml of Rails.

namespace gitlab {

constexpr std::size_t largest_file = 30 << 20;

/// What Rails makes of an element: text where there is any, converted by the type; else nothing
/// that can be shown.
inline std::string shown(pugi::xml_node node) {
  static const std::set<std::string> not_allowed = {"symbol", "yaml"};
  static const std::set<std::string> converted = {
      "date",   "datetime", "dateTime", "integer",      "float",
      "double", "decimal",  "boolean",  "base64Binary", "hexBinary",
      "file",   "array",    "hash",     "string",       "binary"};
  const std::string type = attribute(node, "type");
  if (not_allowed.contains(type)) throw GaveUp("Disallowed type attribute: " + type);
  if (converted.contains(type) && type != "string") return "(" + type + ")";
  std::string text = text_of(node);
  return trimmed(text).empty() ? std::string() : text;
}

inline std::string attachment_in(const std::string& output) {
  static const std::regex form(R"(\[\[ATTACHMENT\|(.+?)\]\])");
  std::smatch found;
  return std::regex_search(output, found, form) ? found[1].str() : std::string();
}

inline void read_suite(pugi::xml_node suite, std::vector<Case>& cases,
                       std::set<std::string>& keys) {
  for (pugi::xml_node child : suite.children("testsuite")) read_suite(child, cases, keys);
  for (pugi::xml_node node : suite.children("testcase")) {
    Case made{.key = attribute(node, "classname") + "_" + attribute(node, "name"),
              .headline = attribute(node, "name"),
              .file = attribute(node, "file")};
    made.seconds = node.attribute("time").as_double();
    const std::pair<const char*, Outcome> kinds[] = {
        {"failure", Outcome::failed}, {"error", Outcome::error}, {"skipped", Outcome::skipped}};
    for (const auto& [name, outcome] : kinds)
      if (pugi::xml_node found = node.child(name)) {
        made.outcome = outcome;
        made.details = shown(found);
        break;
      }
    for (pugi::xml_node any : node.children()) shown(any);
    if (made.outcome == Outcome::failed || made.outcome == Outcome::error)
      made.attachment = attachment_in(text_of(node.child("system-out")));
    if (keys.insert(made.key).second) cases.push_back(std::move(made));  // The first one wins.
  }
}

inline std::vector<Case> read(const std::string& xml) {
  if (xml.size() > largest_file) throw GaveUp("too large");
  const auto document = parsed(xml);
  std::vector<Case> cases;
  std::set<std::string> keys;
  const auto root = document.document_element();
  read_suite(root, cases, keys);
  return cases;
}

}  // namespace gitlab

// dorny/test-reporter: src/parsers/java-junit.

namespace dorny {

constexpr std::size_t most_annotations = 50;

struct Report {
  std::vector<Case> cases = {};
  std::size_t annotations = 0;
};

inline std::string name_of(pugi::xml_node node) {
  if (!node.attribute("name"))
    throw GaveUp("Cannot read properties of undefined (reading 'trim')");
  return trimmed(attribute(node, "name"));
}

inline Report read(const std::string& xml) {
  const auto document = parsed(xml);
  const auto root = document.document_element();
  Report report;
  const auto read_suite = [&](pugi::xml_node suite) {
    const std::string suite_name = name_of(suite);
    for (pugi::xml_node node : suite.children("testcase")) {  // Suites below are not looked at.
      Case made;
      made.key = suite_name + " > " + attribute(node, "classname") + " > " + name_of(node);
      made.seconds = node.attribute("time").as_double();
      const auto failure = node.child("failure") ? node.child("failure") : node.child("error");
      if (failure) {
        made.outcome = Outcome::failed;  // An error is no different.
        made.headline = attribute(failure, "type") + ": " + attribute(failure, "message");
        made.details = text_of(failure);
        if (report.annotations < most_annotations) ++report.annotations;
      } else if (node.child("skipped")) {
        made.outcome = Outcome::skipped;
      }
      report.cases.push_back(std::move(made));
    }
  };
  if (std::string(root.name()) == "testsuite") read_suite(root);
  for (pugi::xml_node suite : root.children("testsuite")) read_suite(suite);
  return report;
}

}  // namespace dorny

// mikepenz/action-junit-report: src/testParser.ts.

namespace mikepenz {

/// Text in several CDATA sections becomes a list, and a list is shown with commas.
inline std::string joined_text(pugi::xml_node node) {
  std::string plain;
  std::string sections;
  for (pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_cdata)
      sections += (sections.empty() ? "" : ",") + std::string(child.value());
    if (child.type() == pugi::node_pcdata) plain += child.value();
  }
  return trimmed(sections.empty() ? plain : sections);
}

inline void read_suite(pugi::xml_node suite, std::vector<Case>& cases) {
  for (pugi::xml_node child : suite.children("testsuite")) read_suite(child, cases);
  for (pugi::xml_node node : suite.children("testcase")) {
    Case made;
    made.file = attribute(node, "file");
    if (made.file.empty()) made.file = attribute(suite, "file");
    made.key = attribute(node, "name") + "|" + attribute(node, "classname") + "|" + made.file;
    made.line = node.attribute("line").as_int(1);
    made.seconds = node.attribute("time").as_double();
    made.flaky = node.child("flakyFailure") || node.child("flakyError");
    const auto failure = node.child("failure") ? node.child("failure") : node.child("error");
    if (failure) {
      made.outcome = failure.name() == std::string("error") ? Outcome::error : Outcome::failed;
      made.details = joined_text(failure);
      made.headline = attribute(failure, "message");
      if (made.headline.empty()) {
        const auto second = made.details.find('\n', made.details.find('\n') + 1);
        made.headline = made.details.substr(0, second);
      }
    } else if (node.child("skipped")) {
      made.outcome = Outcome::skipped;
    }
    made.output = joined_text(node.child("system-out"));
    cases.push_back(std::move(made));
  }
}

inline std::vector<Case> read(const std::string& xml) {
  const auto document = parsed(xml);
  std::vector<Case> cases;
  read_suite(document.document_element(), cases);
  return cases;
}

}  // namespace mikepenz

// EnricoMi/publish-unit-test-result-action: python/publish/junit.py, by way of junitparser.

namespace enricomi {

struct Report {
  std::map<std::string, Case> cases = {};
  int tests = 0;  ///< These as the suites say.
  int skipped = 0;
  int failures = 0;
  int errors = 0;
  int suites = 0;
};

inline void read_suite(pugi::xml_node suite, Report& report) {
  for (pugi::xml_node child : suite.children("testsuite")) read_suite(child, report);
  if (suite.child("testcase")) {
    ++report.suites;
    report.tests += suite.attribute("tests").as_int();
    report.skipped += suite.attribute("skipped").as_int();
    report.failures += suite.attribute("failures").as_int();
    report.errors += suite.attribute("errors").as_int();
  }
  for (pugi::xml_node node : suite.children("testcase")) {
    Case made;
    made.key = attribute(node, "file") + "|" + attribute(node, "classname") + "|" +
               attribute(node, "name");
    const std::pair<const char*, Outcome> kinds[] = {
        {"skipped", Outcome::skipped}, {"failure", Outcome::failed}, {"error", Outcome::error}};
    for (const auto& [name, outcome] : kinds)
      for (pugi::xml_node found : node.children(name)) {
        made.outcome = std::max(made.outcome, outcome);
        made.headline = attribute(found, "message");
        made.details = text_of(found);
      }
    made.output = text_of(node.child("system-out"));
    made.seconds = node.attribute("time").as_double();
    auto [place, is_new] = report.cases.try_emplace(made.key, made);
    if (!is_new && made.outcome > place->second.outcome) place->second = made;
  }
}

inline Report read(const std::string& xml) {
  const auto document = parsed(xml);
  Report report;
  read_suite(document.document_element(), report);
  return report;
}

}  // namespace enricomi

}  // namespace connspec::readers
