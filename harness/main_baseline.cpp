#include "harness/baseline.hpp"
#include "harness/commands.hpp"
#include "reports/run_json.hpp"
#include "reports/whole_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace connspec {

namespace {

/// `acme.baseline: 12 deviations`, and how many of them lack their why.
void say_what_is_there(const std::string& path, const std::string& text) {
  BaselineErrors none;
  const auto lines = read_baseline(path, text, false, none).deviations;
  const auto bare = std::ranges::count(lines, "", &ExpectedDeviation::why);
  fmt::print("{}: {} deviation{}\n", path, lines.size(), lines.size() == 1 ? "" : "s");
  if (bare > 0)
    fmt::print("{} without a why: write it behind the date, or the file is refused\n", bare);
}

}  // namespace

Exit update_baseline(const Options& options) {
  if (options.words.size() != 2 || options.words.front() != "update" || options.from.empty())
    return complain(Exit::usage, "usage: connspec baseline update FILE --from RUN.json");
  const auto& path = options.words.back();
  std::string error;
  const auto runs = read_run_json(options.from, error);
  if (!runs) return complain(Exit::usage, error);
  Baseline old{.file = path};
  if (std::filesystem::exists(path)) {
    const auto text = text_of_file(path, error);
    if (!text) return complain(Exit::usage, error);
    BaselineErrors errors;
    old = read_baseline(path, *text, false, errors);
    for (const auto& mistake : errors) complain(Exit::usage, mistake);
    if (!errors.empty()) return Exit::usage;
  }
  const auto text = updated(old, *runs);
  if (auto problem = write_whole_file(path, text)) return complain(Exit::usage, *problem);
  say_what_is_there(path, text);
  return Exit::as_required;
}

}  // namespace connspec
