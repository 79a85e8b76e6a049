// The catalogue joined with the cases: what is played, what is not, and why not.
#pragma once

#include "case_library.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace connspec {

/// One requirement and what is there for it.
struct Covered {
  const Requirement* row = nullptr;
  std::vector<const Case*> cases = {};  ///< One for each case, not for each value of `each`.
  std::size_t verdicts = 0;             ///< With all values of `each`.
  std::string gap = {};                 ///< The reason, where there is no case.
  bool open = false;                    ///< It could be played, and is not yet.
};

/// The rows that bind `role`, or all rows, in the order of the catalogue. The catalogue of the
/// library must be loaded.
std::vector<Covered> cover(const CaseLibrary& library, std::optional<Role> role = {});

/// The same as text: every row, then counts by section, by role and in all.
std::string coverage(const CaseLibrary& library, std::optional<Role> role = {});

}  // namespace connspec
