// Two runs of the same role side by side: what became worse, what else changed.
#pragma once

#include "harness/verdict.hpp"
#include "reports/style.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace connspec {

/// A case that came out otherwise. From what matters most to what matters least.
struct Change {
  enum class Kind : std::uint8_t {
    regression,  ///< Graver than before: a failure, or a departure where there was none.
    undecided,   ///< It had a verdict, and is inconclusive or skipped now.
    changed,     ///< As grave as before, for another reason or by another way.
    fixed,       ///< Less grave than before.
    added,       ///< It had no verdict before, and has one now.
    gone,        ///< It is no more in the run.
  };
  Kind kind = Kind::changed;
  const Result* before = nullptr;  ///< Null where it is not in that run.
  const Result* after = nullptr;
};

/// The runs of one document.
struct RunFile {
  std::string name = {};
  std::vector<Run> runs = {};
};

/// Views into two runs, which outlive it.
struct Comparison {
  const Run* before = nullptr;
  const Run* after = nullptr;
  std::vector<Change> changes = {};  ///< By kind, then in the order of the later run.
  std::size_t both = 0;              ///< Cases with a verdict in both.
  std::string file = {};             ///< Document of the later run, where there is one.

  std::size_t count(Change::Kind kind) const;
};

Comparison compare(const Run& before, const Run& after);

/// Every run of the later documents against the run of that role in the first.
std::vector<Comparison> compare(std::span<const RunFile> documents);

/// A regression is a failure; where none is known but something came to no verdict, the
/// comparison is inconclusive; where nothing could be compared, nothing was tested.
Exit exit_of(std::span<const Comparison> comparisons);

/// For a terminal: regressions in full, the rest a line each.
std::string comparison_report(std::span<const Comparison> comparisons, const Style& style);

/// For a merge request or the page of a job.
std::string comparison_markdown(std::span<const Comparison> comparisons);

}  // namespace connspec
