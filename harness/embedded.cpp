#include "harness/embedded.hpp"

#include <cstddef>
#include <vector>

namespace connspec {

namespace {

/// A row of the table that the build writes in assembler.
struct Row {
  const char* path;
  std::size_t path_size;
  const char* text;
  std::size_t text_size;
};

extern "C" const Row connspec_cases[];
extern "C" const Row connspec_cases_end[];
extern "C" const Row connspec_targets[];
extern "C" const Row connspec_targets_end[];
extern "C" const Row connspec_schemas[];
extern "C" const Row connspec_player[];

std::vector<EmbeddedFile> read_table(std::span<const Row> table) {
  std::vector<EmbeddedFile> files;
  for (const Row& row : table)
    files.push_back({{row.path, row.path_size}, {row.text, row.text_size}});
  return files;
}

}  // namespace

std::span<const EmbeddedFile> embedded_files() {
  static const auto files = read_table(std::span(connspec_cases, connspec_cases_end));
  return files;
}

std::span<const EmbeddedFile> embedded_targets() {
  static const auto files = read_table(std::span(connspec_targets, connspec_targets_end));
  return files;
}

std::string_view embedded_schema() {
  return {connspec_schemas[0].text, connspec_schemas[0].text_size};
}

std::string_view embedded_player() {
  return {connspec_player[0].text, connspec_player[0].text_size};
}

}  // namespace connspec
