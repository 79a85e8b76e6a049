// Runs of several files as one document: parts of one run put together, others side by side.
#pragma once

#include "harness/verdict.hpp"

#include <optional>
#include <string>
#include <vector>

namespace connspec {

/// The runs of a file, and what messages call it.
struct RunFile {
  std::string name = {};
  std::vector<Run> runs = {};
};

/// Parts that `--shard` made of one selection, played on the same target in the same role,
/// become one run: the cases in their order, each once. Runs that are whole stay as they are
/// and must differ in role, target or label. Unset, with a sentence, where a part is missing or
/// there twice, or where runs do not fit together.
///
/// Of a run that was put together the profile is to be graded again: its verdicts are those
/// before grading, and `to_be_graded` holds its place in the result.
struct Merged {
  std::vector<Run> runs = {};
  std::vector<std::size_t> to_be_graded = {};
};
std::optional<Merged> merge(std::vector<RunFile> files, std::string& error);

}  // namespace connspec
