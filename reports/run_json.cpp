#include "reports/run_json.hpp"

#include "reports/run_json_writer.hpp"
#include "reports/whole_file.hpp"

namespace connspec {

std::string run_json(std::span<const Run> runs) {
  Json all = Json::array();
  for (const Run& run : runs) all.push_back(RunJsonWriter::written(run));
  const Json document = {
      {"format", run_format}, {"format_version", run_format_version}, {"runs", std::move(all)}};
  return document.dump(1, ' ', true) + "\n";
}

std::optional<std::string> save_run_json(const std::string& path, std::span<const Run> runs) {
  return write_whole_file(path, run_json(runs));
}

}  // namespace connspec
