// The catalogue joined with the cases: what is played, what is not, and why not.
#pragma once

#include "case_library.hpp"

#include <cstddef>
#include <optional>
#include <span>
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
/// The same of several roles; none of them is all rows.
std::vector<Covered> cover(const CaseLibrary& library, Roles roles);

/// What of it is to be seen.
struct CoverageView {
  Roles roles = {};  ///< None: all rows, and the counts by role as well.
  const Profile* profile =
      nullptr;  ///< Its rows alone; the profiles of the library are loaded.
  /// Which rows, as cases are selected: those that any word names, less those that one behind
  /// `!` names. A word is an id or its beginning, `R9112-9.6`; a section, `rfc9112/9`; a level,
  /// `must-not`; or what there is, `played`, `reason`, `open`.
  std::span<const std::string> words = {};
  std::size_t width = 100;
};

/// Words of the view that name no row, as sentences.
std::vector<std::string> words_without_rows(const CaseLibrary& library,
                                            const CoverageView& view);

/// The same as text: every row with its cases or the reason, then what is counted: cases by
/// level and topic, rows by section, by role and in all. Empty where no row is to be seen.
std::string coverage(const CaseLibrary& library, const CoverageView& view = {});

}  // namespace connspec
