// The coverage as a person reads it.
#include "coverage.hpp"
#include "explain_rows.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace connspec {
namespace {

constexpr std::array all_roles{Role::server, Role::gateway, Role::forward, Role::client};

Roles one_role(Role role) {
  Roles roles;
  roles.add(role);
  return roles;
}

std::string_view state_of(const Covered& covered) {
  if (!covered.cases.empty()) return "played";
  return covered.open ? "open" : "reason";
}

/// The parties that a row binds, in our words: `server gateway forward`.
std::string bound_by(const Requirement& row) {
  std::string names;
  for (const Role role : all_roles)
    if (row.binds(one_role(role)))
      names += fmt::format("{}{}", names.empty() ? "" : " ", name_of(role));
  return names;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& letter : out)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return out;
}

/// Whether a word names this row: by its id or the beginning of it, `R9112-9.6`; by its
/// section, `rfc9112/9`; by its state; by its level, `must` and `should` with their negatives.
bool names_row(std::string_view word, const Covered& covered) {
  const Requirement& row = *covered.row;
  if (row.id == word || (row.id.starts_with(word) && row.id[word.size()] == '-')) return true;
  const std::string name = lower(word);
  if (name == state_of(covered)) return true;
  std::string level = lower(row.level);
  std::replace(level.begin(), level.end(), ' ', '-');
  if (name == level || name + "-not" == level) return true;
  const std::size_t slash = std::min(name.find('/'), name.size());
  if (name.substr(0, slash) != lower(row.source)) return false;
  return slash == name.size() || contains_section(name.substr(slash + 1), lower(row.section));
}

bool is_negative(std::string_view word) {
  return word.starts_with('!') || word.starts_with('-');
}

std::string_view without_sign(std::string_view word) {
  return is_negative(word) ? word.substr(1) : word;
}

bool is_selected(const Covered& covered, std::span<const std::string> words) {
  bool any_positive = false, chosen = false;
  for (const std::string& word : words) {
    const bool negative = is_negative(word);
    any_positive = any_positive || !negative;
    if (!names_row(without_sign(word), covered)) continue;
    if (negative) return false;
    chosen = true;
  }
  return chosen || !any_positive;
}

/// The id of a case without the labels of `each`.
std::string_view id_of(const Case& script) {
  const std::string_view id = script.id;
  std::size_t end = 0;
  for (int part = 0; part < 4 && end != id.npos; ++part) end = id.find('/', end + 1);
  return id.substr(0, end);
}

/// How often a case occurs among the verdicts of a row.
std::size_t verdicts_of(const Case& first, const CaseLibrary& library) {
  const auto begin = static_cast<std::size_t>(&first - library.cases.data());
  std::size_t end = begin;
  while (end < library.cases.size() && library.cases[end].place.line == first.place.line &&
         library.cases[end].place.file == first.place.file)
    ++end;
  return end - begin;
}

std::string one_row(const Covered& covered, const CaseLibrary& library,
                    const CoverageView& view) {
  const Requirement& row = *covered.row;
  const bool apart = view.profile != nullptr && view.profile->sets_apart(row.id);
  std::string out = fmt::format("{:<18} {:<10} {:<7} {}{}\n", row.id, row.level,
                                state_of(covered), bound_by(row), apart ? ", apart" : "");
  out += in_rows(row.requirement, 4, view.width);
  for (const Case* script : covered.cases) {
    const std::size_t verdicts = verdicts_of(*script, library);
    out += fmt::format("    + {}{}\n", id_of(*script),
                       verdicts > 1 ? fmt::format(" ({})", verdicts) : "");
  }
  if (!covered.cases.empty()) return out;
  std::string gap = in_rows((covered.open ? "open: " : "") + covered.gap, 6, view.width);
  return out + gap.replace(4, 1, "-");
}

/// Rows of the catalogue, counted.
struct Counts {
  std::size_t rows = 0;
  std::size_t played = 0;
  std::size_t open = 0;

  void add(const Covered& covered) {
    ++rows;
    if (!covered.cases.empty()) ++played;
    if (covered.open) ++open;
  }
};

std::string number(std::size_t value) { return value == 0 ? "-" : std::to_string(value); }

/// A table of rows: a name, how many there are, and what became of them.
class RowTable {
 public:
  explicit RowTable(std::string title) : title_(std::move(title)) {}

  Counts& at(const std::string& name) {
    const auto found = std::find_if(rows_.begin(), rows_.end(),
                                    [&](const auto& row) { return row.first == name; });
    return found != rows_.end() ? found->second : rows_.emplace_back(name, Counts{}).second;
  }
  std::string text() const {
    std::string out = fmt::format("\n{:<36}{:>8}{:>8}{:>8}{:>8}\n", title_, "rows", "played",
                                  "reason", "open");
    for (const auto& [name, its] : rows_)
      out += fmt::format("  {:<34}{:>8}{:>8}{:>8}{:>8}\n", name, its.rows, number(its.played),
                         number(its.rows - its.played - its.open), number(its.open));
    return out;
  }

 private:
  std::string title_;
  std::vector<std::pair<std::string, Counts>> rows_;
};

/// Cases, counted: with all values of `each`, and by level.
struct CaseCounts {
  std::size_t cases = 0;
  std::size_t verdicts = 0;
  std::array<std::size_t, 6> by_level = {};

  void add(const Case& script, bool again) {
    ++verdicts;
    if (again) return;
    ++cases;
    ++by_level[static_cast<std::size_t>(script.level)];
  }
};

std::string topic_of(const Case& script) {
  const std::string_view id = script.id;
  const std::size_t first = std::min(id.find('/'), id.size() - 1);
  return std::string(id.substr(0, id.find('/', first + 1)));
}

/// `server/close   14   37   10   2   2   -`: MUST and SHOULD include their negatives.
std::string case_row(std::string_view name, const CaseCounts& counts) {
  const auto of = [&](Level one, Level other) {
    return number(counts.by_level[static_cast<std::size_t>(one)] +
                  (one == other ? 0 : counts.by_level[static_cast<std::size_t>(other)]));
  };
  return fmt::format("  {:<22}{:>8}{:>9}{:>8}{:>8}{:>8}{:>9}\n", name, counts.cases,
                     counts.verdicts, of(Level::must, Level::must_not),
                     of(Level::should, Level::should_not), of(Level::prose, Level::prose),
                     of(Level::observe, Level::observe));
}

/// The cases that cover one of the rows, by topic and level.
std::string case_table(const std::vector<const Case*>& cases) {
  std::vector<std::pair<std::string, CaseCounts>> topics;
  CaseCounts all;
  const Case* before = nullptr;
  for (const Case* script : cases) {
    const bool again = before != nullptr && before->place.file == script->place.file &&
                       before->place.line == script->place.line;
    const std::string topic = topic_of(*script);
    if (topics.empty() || topics.back().first != topic)
      topics.emplace_back(topic, CaseCounts{});
    topics.back().second.add(*script, again);
    all.add(*script, again);
    before = script;
  }
  std::string out = fmt::format("\n{:<24}{:>8}{:>9}{:>8}{:>8}{:>8}{:>9}\n", "By topic", "cases",
                                "verdicts", "MUST", "SHOULD", "PROSE", "OBSERVE");
  for (const auto& [topic, counts] : topics) out += case_row(topic, counts);
  return out + case_row("all", all);
}

std::vector<const Case*> cases_of(const CaseLibrary& library, Roles roles,
                                  const std::vector<const Covered*>& rows) {
  std::vector<const Case*> cases;
  for (const Case& script : library.cases) {
    if (roles.bits != 0 && (roles.bits & script.roles.bits) == 0) continue;
    const bool wanted = std::any_of(rows.begin(), rows.end(), [&](const Covered* covered) {
      return std::find(script.covers.begin(), script.covers.end(), covered->row->id) !=
             script.covers.end();
    });
    if (wanted) cases.push_back(&script);
  }
  return cases;
}

/// Whether the row is one of the profile in one of the roles.
bool is_member(const Requirement& row, const CaseLibrary& library, const CoverageView& view) {
  if (view.profile == nullptr) return true;
  return std::any_of(all_roles.begin(), all_roles.end(), [&](Role role) {
    if (!view.roles.has(role)) return false;
    const auto rows = members(*view.profile, library.profiles, library.catalogue, role);
    return std::find(rows.begin(), rows.end(), &row) != rows.end();
  });
}

std::string opening(const CoverageView& view) {
  if (view.profile == nullptr) return {};
  return in_rows(fmt::format("{}: {} ({}, grade {})", view.profile->name, view.profile->title,
                             name_of(view.roles), name_of(view.profile->grade)),
                 0, view.width) +
         "\n";
}

std::string by_level(const std::vector<const Covered*>& rows) {
  RowTable table("By level of the row");
  for (const std::string_view level :
       {"MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "OUGHT", "MAY", "PROSE", "INFO"})
    for (const Covered* covered : rows)
      if (covered->row->level == level) table.at(std::string(level)).add(*covered);
  return table.text();
}

std::string by_section(const std::vector<const Covered*>& rows) {
  RowTable table("By section");
  for (const Covered* covered : rows)
    table.at(fmt::format("{} {}", covered->row->source, covered->row->section)).add(*covered);
  return table.text();
}

std::string by_role(const CaseLibrary& library) {
  RowTable table("By role");
  for (const Role role : all_roles)
    for (const Covered& covered : cover(library, role))
      table.at(std::string(name_of(role))).add(covered);
  return table.text();
}

}  // namespace

std::vector<std::string> words_without_rows(const CaseLibrary& library,
                                            const CoverageView& view) {
  const std::vector<Covered> all = cover(library, view.roles);
  std::vector<std::string> sentences;
  for (const std::string& word : view.words) {
    const std::string_view name = without_sign(word);
    if (std::any_of(all.begin(), all.end(),
                    [&](const Covered& covered) { return names_row(name, covered); }))
      continue;
    std::vector<std::string_view> known = {"played", "reason",     "open", "must",  "must-not",
                                           "should", "should-not", "may",  "prose", "info"};
    for (const Covered& covered : all) known.push_back(covered.row->id);
    std::string sentence = fmt::format("no row is selected by '{}'", name);
    const std::string_view meant = nearest(name, known);
    if (!meant.empty() && meant != name) sentence += fmt::format("; did you mean '{}'?", meant);
    sentences.push_back(std::move(sentence));
  }
  return sentences;
}

std::string coverage(const CaseLibrary& library, const CoverageView& view) {
  const std::vector<Covered> all = cover(library, view.roles);
  std::vector<const Covered*> rows;
  for (const Covered& covered : all)
    if (is_selected(covered, view.words) && is_member(*covered.row, library, view))
      rows.push_back(&covered);
  if (rows.empty()) return {};
  std::string out = opening(view);
  for (const Covered* covered : rows) out += one_row(*covered, library, view);
  out += case_table(cases_of(library, view.roles, rows));
  out += by_level(rows) + by_section(rows);
  if (view.roles.bits == 0 && view.words.empty()) out += by_role(library);
  Counts counts;
  for (const Covered* covered : rows) counts.add(*covered);
  return out + fmt::format("\n{}: {} played, {} with a reason why not, {} open\n",
                           counted(counts.rows, "row"), counts.played,
                           counts.rows - counts.played - counts.open, counts.open);
}

}  // namespace connspec
