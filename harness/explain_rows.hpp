// Text in rows of a width, for what is printed about cases.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace connspec {

/// `text` in rows of at most `width` columns, each behind `indent` blanks; broken at blanks,
/// and within a word only where it is longer than a row.
std::string in_rows(std::string_view text, std::size_t indent, std::size_t width);

/// The same with `label` before the first row, in the columns of the indentation: two blanks,
/// the label, and at least two blanks. A label that is too long stands in a row of its own.
std::string in_rows_behind(std::string_view label, std::string_view text, std::size_t indent,
                           std::size_t width);

/// `1 case`, `2 cases`.
std::string counted(std::size_t number, std::string_view one);

}  // namespace connspec
