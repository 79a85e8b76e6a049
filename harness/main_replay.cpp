#include "harness/commands.hpp"
#include "harness/main_replay_bundle.hpp"
#include "reports/run_json.hpp"
#include "reports/text.hpp"
#include "reports/transcript.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace connspec {

namespace {

/// A folder of reports, or a bundle, holds its runs under this name.
std::string document_in(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error) ? path + "/run.json" : path;
}

/// `server/close/option` names itself and all that is below it.
bool names(std::string_view word, std::string_view id) {
  while (word.ends_with('/')) word.remove_suffix(1);
  return id.starts_with(word) && (id.size() == word.size() || id[word.size()] == '/');
}

std::string heading_of(const Run& run) {
  std::string line = fmt::format("{} {}", run.role, run.target);
  if (!run.label.empty()) line += fmt::format(" ({})", run.label);
  return text::one_line(line + ", " + run.started) + "\n\n";
}

}  // namespace

Exit replay_case(const Options& options) {
  if (options.words.size() != 2)
    return complain(
        Exit::usage,
        "replay takes a run.json, a folder of reports or a certificate, and a case");
  if (is_bundle(options.words[0])) return replay_bundle(options);
  std::string error;
  const auto path = document_in(options.words[0]);
  const auto runs = read_run_json(path, error);
  if (!runs) return complain(Exit::usage, error);
  const auto style = style_of(options, stdout);
  std::string page;
  for (const auto& run : *runs) {
    std::string pages;
    for (const auto& result : run.results) {
      if (!names(options.words[1], result.id)) continue;
      pages += pages.empty() ? heading_of(run) : "\n";
      pages += transcript_page(result, style, whole_extent);
      if (result.transcript.empty()) pages += "No conversation of it was stored.\n";
    }
    page += (page.empty() || pages.empty() ? "" : "\n") + pages;
  }
  if (page.empty())
    return complain(Exit::usage, fmt::format("{} holds no case '{}'", path, options.words[1]));
  std::fwrite(page.data(), 1, page.size(), stdout);
  return Exit::as_required;
}

}  // namespace connspec
