#include "harness/commands.hpp"
#include "reports/comparison.hpp"
#include "reports/html.hpp"
#include "reports/run_json.hpp"
#include "reports/whole_file.hpp"

namespace connspec {

namespace {

/// All runs side by side, as the pages of reports show several.
std::vector<Run> all_of(const std::vector<RunFile>& files) {
  std::vector<Run> runs;
  for (const auto& file : files) runs.insert(runs.end(), file.runs.begin(), file.runs.end());
  return runs;
}

}  // namespace

Exit compare_runs(const Options& options) {
  if (options.words.size() < 2)
    return complain(Exit::usage, "compare takes two or more files of --json, the oldest first");
  std::vector<RunFile> files;
  for (const auto& path : options.words) {
    std::string error;
    auto runs = read_run_json(path, error);
    if (!runs) return complain(Exit::usage, error);
    files.push_back({path, std::move(*runs)});
  }
  const auto comparisons = compare(files);
  const auto text = comparison_report(comparisons, style_of(options, stdout));
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (!options.markdown.empty())
    if (auto problem = write_whole_file(options.markdown, comparison_markdown(comparisons)))
      return complain(Exit::usage, *problem);
  if (!options.html.empty())
    if (auto problem = save_html(options.html, all_of(files)))
      return complain(Exit::usage, *problem);
  return exit_of(comparisons);
}

}  // namespace connspec
