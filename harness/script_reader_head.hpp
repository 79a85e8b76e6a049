// What stands above the steps: of a file, and of each case in it.
#pragma once

#include "script_reader_each.hpp"

namespace connspec {

/// What a file and a case may both say. Rows are kept for the places of mistakes.
struct Metas {
  std::string spec;
  std::optional<Level> level;
  std::optional<Roles> role;
  std::vector<std::string> covers;
  std::string why;
  std::string since;
};

/// Reads a row that begins with a meta; false if its word is none. Throws Mistake.
bool read_meta(Metas& metas, std::string_view word, std::string_view rest);

/// A case as far as it is the same in all readings.
struct CaseHead {
  std::string name;
  std::string title;  ///< With the names of `each` in braces.
  Metas metas;
  std::vector<std::string> kills;
  std::vector<std::string> needs;
  bool alone = false;
  bool slow = false;
  std::size_t clients = 0;
  std::vector<Each> eaches;
  std::size_t broken = 0;  ///< How many `each` could not be read: their names are not known.
  SourceRow row;           ///< `case NAME`.
  SourceRow title_row;     ///< The row of the case, if it has no title.
  std::size_t rows = 0;    ///< How many rows it has, without that of the case.
};

/// What stands behind a word of a head: a text, names, roles. Throws Mistake at what does not.
std::string text_behind(std::string_view word, std::string_view rest);
std::vector<std::string> names_behind(std::string_view word, std::string_view rest);
Roles roles_behind(std::string_view word, std::string_view rest);

/// The head of the case whose rows below `case NAME` are `rows`.
CaseHead read_case_head(const SourceRow& row, std::span<const SourceRow> rows,
                        std::span<const std::string_view> mutants, Mistakes& mistakes);

/// The title of a reading. Throws Mistake if it is not as titles are.
std::string read_title(const CaseHead& head, std::span<const Each::Value* const> values);

}  // namespace connspec
