// The catalogue for the reports: each row that binds a role with its cases, or why it has none.
#pragma once

#include "harness/case_library.hpp"
#include "harness/verdict.hpp"

#include <vector>

namespace connspec {

/// In the order of the catalogue, which is loaded if it was not. A case that `each` makes
/// several of is named once.
std::vector<CoverageRow> rows_covered(CaseLibrary& library, Role role);

}  // namespace connspec
