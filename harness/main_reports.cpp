#include "harness/main_reports.hpp"

#include "reports/folder.hpp"
#include "reports/html.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/run_json.hpp"
#include "reports/tap.hpp"
#include "reports/whole_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include <sys/stat.h>

namespace connspec {

namespace {

/// Standard output, a pipe or a device takes the report once, when it is complete.
bool takes_it_once(const std::string& path) {
  struct stat named {};
  return is_standard_output(path) ||
         (::stat(path.c_str(), &named) == 0 && !S_ISREG(named.st_mode));
}

/// A report beside JUnit: where it is written, if anywhere, and its name in a folder.
struct ReportKind {
  std::string_view name;
  std::string Options::*path;
  std::string_view file;
  std::optional<std::string> (*save)(const std::string& path, std::span<const Run> runs);
};
constexpr ReportKind report_kinds[] = {
    {"JSON", &Options::json, "run.json", save_run_json},
    {"HTML", &Options::html, "report.html", save_html},
    {"TAP", &Options::tap, "run.tap", save_tap},
    {"Markdown", &Options::markdown, "summary.md", save_markdown},
};

bool writes_to_standard_output(const Options& options) {
  return is_standard_output(options.junit) || is_standard_output(options.json_lines) ||
         std::ranges::any_of(report_kinds, [&options](const ReportKind& kind) {
           return is_standard_output(options.*kind.path);
         });
}

/// Where this report is to be written.
std::vector<std::string> files_of(const ReportKind& kind, const Options& options) {
  std::vector<std::string> paths;
  if (!(options.*kind.path).empty()) paths.push_back(options.*kind.path);
  if (!options.out.empty()) paths.push_back(fmt::format("{}/{}", options.out, kind.file));
  return paths;
}

JunitOptions junit_options(const Options& options) {
  using Flavour = JunitOptions::Flavour;
  return {.flavour = options.junit_strict ? Flavour::strict : Flavour::rich,
          .folder = options.out};
}

/// Of JUnit, those that can be written time and again.
std::vector<std::string> junit_files(const Options& options) {
  std::vector<std::string> paths;
  if (!options.junit.empty() && !takes_it_once(options.junit)) paths.push_back(options.junit);
  if (!options.out.empty()) paths.push_back(options.out + "/junit.xml");
  return paths;
}

}  // namespace

std::vector<std::string> save_reports(const Options& options, std::span<Run> runs,
                                      std::vector<Written>& written) {
  std::vector<std::string> problems;
  if (!options.out.empty()) {
    problems =
        write_folder(options.out, runs, junit_options(options), {.ascii = options.ascii});
    written.emplace_back("reports", options.out);
  }
  if (!options.junit.empty()) {
    if (auto problem = save_junit(options.junit, runs, junit_options(options)))
      problems.push_back(std::move(*problem));
    else
      written.emplace_back("JUnit", options.junit);
  }
  for (const auto& kind : report_kinds) {
    for (const auto& path : files_of(kind, options))
      if (auto problem = kind.save(path, runs)) problems.push_back(std::move(*problem));
    if (!(options.*kind.path).empty()) written.emplace_back(kind.name, options.*kind.path);
  }
  return problems;
}

std::FILE* screen_for(const Options& options) {
  return writes_to_standard_output(options) ? stderr : stdout;
}

std::vector<std::string> save_first_reports(const Options& options, std::span<const Run> runs) {
  auto problems = keep_junit(options, runs);
  for (const auto& kind : report_kinds)
    for (const auto& path : files_of(kind, options))
      if (!takes_it_once(path))
        if (auto problem = kind.save(path, runs)) problems.push_back(std::move(*problem));
  return problems;
}

bool keeps_junit(const Options& options) { return !junit_files(options).empty(); }

std::vector<std::string> keep_junit(const Options& options, std::span<const Run> runs) {
  std::vector<std::string> problems;
  for (const auto& path : junit_files(options))
    if (auto problem = save_junit(path, runs, junit_options(options)))
      problems.push_back(std::move(*problem));
  return problems;
}

}  // namespace connspec
