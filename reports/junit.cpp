#include "reports/junit.hpp"

#include "reports/identity.hpp"
#include "reports/junit_case.hpp"
#include "reports/matrix.hpp"
#include "reports/tally.hpp"
#include "reports/text.hpp"
#include "reports/whole_file.hpp"
#include "reports/xml_writer.hpp"

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <vector>

namespace connspec {

namespace {

/// What the totals of a suite, or of all, say.
struct Totals {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  std::chrono::nanoseconds time{};

  void add(const Result& result, bool strict) {
    ++tests;
    if (is_failure(result, strict))
      ++failures;
    else if (is_put_up_with(result, strict) || result.verdict == Verdict::skipped)
      ++skipped;
    else if (result.verdict == Verdict::inconclusive)
      ++errors;
    time += result.time;
  }
};

/// A topic of one run: places of its results.
struct Suite {
  const Run* run = nullptr;
  std::string name;
  std::vector<std::uint32_t> places = {};
  Totals totals = {};
};

/// `server/close`: where the topic begins in an id.
std::string_view topic_of(std::string_view id) {
  std::size_t first = id.find('/');
  std::size_t second = first == std::string_view::npos ? first : id.find('/', first + 1);
  return id.substr(0, second);
}

std::vector<Suite> suites_of(std::span<const Run> runs) {
  std::vector<Suite> suites;
  for (const Run& run : runs) {
    std::unordered_map<std::string_view, std::size_t> by_topic;
    for (std::uint32_t i = 0; i < run.results.size(); ++i) {
      const Result& result = run.results[i];
      auto [found, is_new] = by_topic.try_emplace(topic_of(result.id), suites.size());
      if (is_new)
        suites.push_back({.run = &run, .name = identity_of(run.role, result.id).suite});
      suites[found->second].places.push_back(i);
      suites[found->second].totals.add(result, run.strict);
    }
  }
  return suites;
}

void add_property(XmlWriter& xml, std::string_view name, std::string_view value) {
  xml.begin("property");
  xml.attribute("name", name);
  xml.attribute("value", value);
  xml.end();
}

/// Ids of rows, with blanks between.
std::string ids_in(const ProfileResult& profile, RowResult::State state, bool apart) {
  std::string ids;
  for (const RowResult& row : profile.rows)
    if (row.state == state && row.apart == apart) ids += (ids.empty() ? "" : " ") + row.id;
  return ids;
}

void add_profile_properties(XmlWriter& properties, const ProfileResult& profile) {
  using State = RowResult::State;
  add_property(properties, "profile", profile.name);
  add_property(properties, "profile-grade", profile.grade);
  add_property(properties, "profile-result", name_of(profile.outcome));
  add_property(properties, "profile-rows", share_of(profile));
  if (profile.complete > 0)
    add_property(properties, "profile-complete", std::to_string(profile.complete) + " %");
  const std::pair<std::string_view, std::string> lists[] = {
      {"profile-not-met", ids_in(profile, State::failed, false)},
      {"profile-departs", ids_in(profile, State::departs, false)},
      {"profile-apart-not-met", ids_in(profile, State::failed, true)},
      {"profile-not-played", ids_in(profile, State::not_played, false)}};
  for (const auto& [name, ids] : lists)
    if (!ids.empty()) add_property(properties, name, ids);
}

void add_run_properties(XmlWriter& properties, const Run& run) {
  properties.begin("properties");
  add_property(properties, "connspec", run.version);
  add_property(properties, "role", run.role);
  add_property(properties, "target", run.target);
  if (!run.label.empty()) add_property(properties, "label", run.label);
  for (const auto& [name, value] : run.environment) add_property(properties, name, value);
  if (run.strict) add_property(properties, "strict", "yes");
  if (run.interrupted) add_property(properties, "interrupted", "yes");
  if (!run.target_lost.empty()) add_property(properties, "target-lost", run.target_lost);
  if (run.profile) add_profile_properties(properties, *run.profile);
  properties.end();
}

void begin_root(XmlWriter& xml, const std::vector<Suite>& suites, std::span<const Run> runs) {
  Totals all;
  for (const Suite& suite : suites) {
    all.tests += suite.totals.tests;
    all.failures += suite.totals.failures;
    all.errors += suite.totals.errors;
  }
  for (const Run& run : runs) all.time += run.time;
  xml.begin("testsuites");
  xml.attribute("name", "connspec");
  xml.attribute("tests", all.tests);
  xml.attribute("failures", all.failures);
  xml.attribute("errors", all.errors);
  xml.attribute("time", text::seconds(all.time));
  xml.open();
}

void begin_suite(XmlWriter& xml, const Suite& suite, std::size_t number) {
  xml.begin("testsuite");
  xml.attribute("id", number);
  xml.attribute("name", suite.name);
  xml.attribute("file", topic_of(suite.run->results[suite.places.front()].id));
  xml.attribute("tests", suite.totals.tests);
  xml.attribute("failures", suite.totals.failures);
  xml.attribute("errors", suite.totals.errors);
  xml.attribute("skipped", suite.totals.skipped);
  xml.attribute("time", text::seconds(suite.totals.time));
  if (!suite.run->started.empty()) xml.attribute("timestamp", suite.run->started);
  if (!suite.run->hostname.empty()) xml.attribute("hostname", suite.run->hostname);
  add_run_properties(xml, *suite.run);
}

}  // namespace

void junit(std::span<const Run> runs, const JunitOptions& options,
           const std::function<void(std::string_view)>& write) {
  std::vector<Suite> suites = suites_of(runs);
  XmlWriter xml(write);
  begin_root(xml, suites, runs);
  std::size_t number = 0;
  for (const Suite& suite : suites) {
    begin_suite(xml, suite, number++);
    const std::string distinction = distinction_of(*suite.run, runs);
    for (std::uint32_t place : suite.places)
      write_case(xml, suite.run->results[place], *suite.run, distinction, options);
    xml.end();
  }
  xml.end();
}

std::string junit(std::span<const Run> runs, const JunitOptions& options) {
  std::string out;
  junit(runs, options, [&out](std::string_view piece) { out += piece; });
  return out;
}

std::optional<std::string> save_junit(const std::string& path, std::span<const Run> runs,
                                      const JunitOptions& options) {
  WholeFile file(path);
  junit(runs, options, [&file](std::string_view piece) { file.write(piece); });
  return file.finish();
}

}  // namespace connspec
