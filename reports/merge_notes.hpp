// Notes of the parts of a run, as notes of the whole.
#pragma once

#include <string>
#include <vector>

namespace connspec {

/// Adds those of a part. Counts of one kind, `not declared: sink (4 cases), idle (1 case): …`,
/// are added up; what stands there already is not told twice.
void add_notes(std::vector<std::string>& notes, const std::vector<std::string>& of_a_part);

}  // namespace connspec
