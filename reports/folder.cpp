#include "reports/folder.hpp"

#include "reports/capture.hpp"
#include "reports/identity.hpp"
#include "reports/transcript.hpp"
#include "reports/whole_file.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <optional>
#include <set>
#include <utility>

namespace connspec {

namespace {

/// Two ids may come to one name of a file; the second has a number then.
std::string unused(std::string path, const std::set<std::string>& used) {
  std::size_t dot = path.rfind('.');
  std::string stem = path.substr(0, dot);
  std::string ending = path.substr(dot);
  for (int number = 2; used.contains(path); ++number)
    path = fmt::format("{}-{}{}", stem, number, ending);
  return path;
}

}  // namespace

std::vector<std::string> write_folder(const std::string& folder, std::span<Run> runs,
                                      JunitOptions options, const Style& style) {
  Style page{.width = 100, .colour = false, .ascii = style.ascii};
  std::set<std::string> used;
  std::vector<std::string> errors;
  std::size_t lost = 0;
  std::size_t captures_lost = 0;
  for (Run& run : runs) {
    for (Result& result : run.results) {
      std::string path = unused(transcript_path(run.role, result.id), used);
      std::optional<std::string> error =
          write_whole_file((std::filesystem::path(folder) / path).string(),
                           transcript_page(result, page, whole_extent));
      if (!error) result.transcript_file = *used.insert(path).first;
      if (error && ++lost == 1) errors.push_back(*error);
      if (error || !wants_capture(result, run)) continue;
      std::string packets = *used.insert(unused(capture_path(run.role, result.id), used)).first;
      if (auto failed = write_whole_file((std::filesystem::path(folder) / packets).string(),
                                         capture(result, run)))
        if (++captures_lost == 1) errors.push_back(std::move(*failed));
    }
  }
  if (captures_lost > 1)
    errors.push_back(fmt::format("{} other captures neither", captures_lost - 1));
  if (lost > 1) errors.push_back(fmt::format("{} other transcripts neither", lost - 1));
  if (options.folder.empty()) options.folder = folder;
  std::string path = (std::filesystem::path(folder) / "junit.xml").string();
  if (auto error = save_junit(path, runs, options)) errors.push_back(std::move(*error));
  return errors;
}

}  // namespace connspec
