// What a run is judged by beside the cases: an edition, and the deviations that are expected.
#pragma once

#include "harness/baseline.hpp"
#include "harness/case_library.hpp"

#include <optional>
#include <string>

namespace connspec {

struct Terms {
  std::string edition = {};  ///< What is newer does not gate.
  std::optional<Baseline> baseline = {};
  std::string today = {};  ///< `2026-11-26`, UTC: dates of the baseline are compared with it.

  bool gates(const Result& result) const;
  /// Lays them on a run, before and after what a profile makes of it.
  void apply_edition(Run& run) const;
  void apply_baseline(Run& run) const;
};

/// Of --edition and --baseline; empty: the newest edition, no deviations. Unset, with sentences
/// in `errors`, where something is wrong with one of them.
std::optional<Terms> read_terms(const CaseLibrary& library, const std::string& edition,
                                const std::string& baseline, std::vector<std::string>& errors);

}  // namespace connspec
