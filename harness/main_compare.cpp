#include "harness/commands.hpp"
#include "reports/comparison.hpp"
#include "reports/run_json.hpp"
#include "reports/whole_file.hpp"

namespace connspec {

Exit compare_runs(const Options& options) {
  if (options.words.size() < 2)
    return complain(Exit::usage, "compare takes two or more files of --json, the oldest first");
  std::vector<RunFile> documents;
  for (const auto& path : options.words) {
    std::string error;
    auto runs = read_run_json(path, error);
    if (!runs) return complain(Exit::usage, error);
    documents.push_back({path, std::move(*runs)});
  }
  const auto comparisons = compare(documents);
  const auto text = comparison_report(comparisons, style_of(options, stdout));
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (!options.markdown.empty())
    if (auto problem = write_whole_file(options.markdown, comparison_markdown(comparisons)))
      return complain(Exit::usage, *problem);
  return exit_of(comparisons);
}

}  // namespace connspec
