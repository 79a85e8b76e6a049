#include "harness/rows_covered.hpp"

#include "harness/coverage.hpp"

#include <fmt/format.h>

#include <cctype>
#include <string>
#include <string_view>

namespace connspec {

namespace {

/// `RFC 9112 section 9.6`, `RFC 9112 appendix C.2.2`, as cases have it in `spec`.
std::string section_of(const Requirement& row) {
  std::string source(row.source);
  if (source.starts_with("RFC")) source.insert(3, " ");
  const bool appendix =
      !row.section.empty() && std::isalpha(static_cast<unsigned char>(row.section[0])) != 0;
  return fmt::format("{} {} {}", source, appendix ? "appendix" : "section", row.section);
}

/// `server/close/option/ends` of `server/close/option/ends/label`.
std::string name_of_all(std::string_view id) {
  std::size_t end = 0;
  for (int part = 0; part < 4 && end != std::string_view::npos; ++part)
    end = id.find('/', part == 0 ? 0 : end + 1);
  return std::string(id.substr(0, end));
}

}  // namespace

std::vector<CoverageRow> rows_covered(CaseLibrary& library, Role role) {
  load_catalogue(library);
  std::vector<CoverageRow> rows;
  for (const Covered& covered : cover(library, role)) {
    CoverageRow& row = rows.emplace_back();
    row.id = covered.row->id;
    row.section = section_of(*covered.row);
    row.level = covered.row->level;
    row.requirement = covered.row->requirement;
    row.reason = covered.gap;
    for (const Case* script : covered.cases) row.cases.push_back(name_of_all(script->id));
  }
  return rows;
}

}  // namespace connspec
