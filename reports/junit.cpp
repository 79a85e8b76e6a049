#include "reports/junit.hpp"

#include "reports/identity.hpp"
#include "reports/junit_case.hpp"
#include "reports/tally.hpp"
#include "reports/text.hpp"
#include "reports/whole_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <pugixml.hpp>
#include <unordered_map>
#include <vector>

namespace connspec {

namespace {

/// Gathers what pugixml writes into pieces worth handing on.
class Pieces : public pugi::xml_writer {
 public:
  explicit Pieces(const std::function<void(std::string_view)>& write) : write_(write) {}
  ~Pieces() override { flush(); }

  void write(const void* data, std::size_t size) override {
    pending_.append(static_cast<const char*>(data), size);
    if (pending_.size() >= piece) flush();
  }
  void write(std::string_view text) { write(text.data(), text.size()); }

 private:
  static constexpr std::size_t piece = 60'000;

  void flush() {
    write_(pending_);
    pending_.clear();
  }

  const std::function<void(std::string_view)>& write_;
  std::string pending_;
};

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

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(text::one_line(value).c_str());
}

void set(pugi::xml_node node, const char* name, std::size_t value) {
  node.append_attribute(name).set_value(static_cast<unsigned long long>(value));
}

void add_property(pugi::xml_node properties, std::string_view name, std::string_view value) {
  pugi::xml_node property = properties.append_child("property");
  set(property, "name", name);
  set(property, "value", value);
}

/// Ids of rows, with blanks between.
std::string ids_in(const ProfileResult& profile, RowResult::State state, bool apart) {
  std::string ids;
  for (const RowResult& row : profile.rows)
    if (row.state == state && row.apart == apart) ids += (ids.empty() ? "" : " ") + row.id;
  return ids;
}

void add_profile_properties(pugi::xml_node properties, const ProfileResult& profile) {
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

void add_run_properties(pugi::xml_node suite, const Run& run) {
  pugi::xml_node properties = suite.append_child("properties");
  add_property(properties, "connspec", run.version);
  add_property(properties, "role", run.role);
  add_property(properties, "target", run.target);
  for (const auto& [name, value] : run.environment) add_property(properties, name, value);
  if (run.strict) add_property(properties, "strict", "yes");
  if (run.interrupted) add_property(properties, "interrupted", "yes");
  if (!run.target_lost.empty()) add_property(properties, "target-lost", run.target_lost);
  if (run.profile) add_profile_properties(properties, *run.profile);
}

/// An element that stays open: pugixml writes it whole, so its end is taken off again.
std::string open_tag(pugi::xml_node element) {
  std::string name(element.name());
  struct Text : pugi::xml_writer {
    std::string text;
    void write(const void* data, std::size_t size) override {
      text.append(static_cast<const char*>(data), size);
    }
  } out;
  element.print(out, "  ", pugi::format_raw);
  out.text.resize(out.text.rfind('/'));
  while (out.text.back() == ' ') out.text.pop_back();
  return out.text + ">\n";
}

void write_root(Pieces& out, const std::vector<Suite>& suites, std::span<const Run> runs) {
  Totals all;
  for (const Suite& suite : suites) {
    all.tests += suite.totals.tests;
    all.failures += suite.totals.failures;
    all.errors += suite.totals.errors;
  }
  for (const Run& run : runs) all.time += run.time;
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("testsuites");
  set(root, "name", "connspec");
  set(root, "tests", all.tests);
  set(root, "failures", all.failures);
  set(root, "errors", all.errors);
  set(root, "time", text::seconds(all.time));
  out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  out.write(open_tag(root));
}

void write_suite_head(Pieces& out, const Suite& suite, std::size_t number) {
  pugi::xml_document document;
  pugi::xml_node node = document.append_child("testsuite");
  set(node, "id", number);
  set(node, "name", suite.name);
  set(node, "file", topic_of(suite.run->results[suite.places.front()].id));
  set(node, "tests", suite.totals.tests);
  set(node, "failures", suite.totals.failures);
  set(node, "errors", suite.totals.errors);
  set(node, "skipped", suite.totals.skipped);
  set(node, "time", text::seconds(suite.totals.time));
  if (!suite.run->started.empty()) set(node, "timestamp", suite.run->started);
  if (!suite.run->hostname.empty()) set(node, "hostname", suite.run->hostname);
  out.write("  ");
  out.write(open_tag(node));
  pugi::xml_document holder;
  add_run_properties(holder, *suite.run);
  holder.first_child().print(out, "  ", pugi::format_default, pugi::encoding_auto, 2);
}

}  // namespace

void junit(std::span<const Run> runs, const JunitOptions& options,
           const std::function<void(std::string_view)>& write) {
  std::vector<Suite> suites = suites_of(runs);
  Pieces out(write);
  write_root(out, suites, runs);
  std::size_t number = 0;
  pugi::xml_document document;
  for (const Suite& suite : suites) {
    write_suite_head(out, suite, number++);
    for (std::uint32_t place : suite.places) {
      pugi::xml_node node = document.append_child("testcase");
      fill_case(node, suite.run->results[place], *suite.run, options);
      node.print(out, "  ", pugi::format_default, pugi::encoding_auto, 2);
      document.remove_child(node);
    }
    out.write("  </testsuite>\n");
  }
  out.write("</testsuites>\n");
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
