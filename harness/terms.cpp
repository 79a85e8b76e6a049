#include "harness/terms.hpp"

#include "harness/script_edition.hpp"
#include "harness/words.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace connspec {

namespace {

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

/// A line of the baseline whose case is not there would hide nothing, for ever.
void check_ids(const Baseline& baseline, const CaseLibrary& library,
               std::vector<std::string>& errors) {
  for (const auto& expected : baseline.deviations) {
    if (library.find(expected.id)) continue;
    std::vector<std::string_view> ids;
    for (const auto& script : library.cases) ids.push_back(script.id);
    const auto meant = nearest(expected.id, ids);
    errors.push_back(fmt::format(
        "{}:{}:1: there is no case '{}'{}", baseline.file, expected.line, expected.id,
        meant.empty() ? std::string() : fmt::format("; did you mean '{}'?", meant)));
  }
}

}  // namespace

bool Terms::gates(const Result& result) const {
  return result.since.empty() || !is_later(result.since, edition);
}

void Terms::apply_edition(Run& run) const {
  run.edition = edition;
  for (auto& result : run.results) result.gating = gates(result);
}

void Terms::apply_baseline(Run& run) const {
  if (baseline) apply(*baseline, run, today);
}

std::optional<Terms> read_terms(const CaseLibrary& library, const std::string& edition,
                                const std::string& baseline, std::vector<std::string>& errors) {
  const auto editions = editions_of(library);
  Terms terms{.edition = edition.empty() ? editions.back() : edition,
              .today = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)))};
  if (std::ranges::find(editions, terms.edition) == editions.end())
    errors.push_back(fmt::format("there is no edition '{}'; the cases here are of {}",
                                 terms.edition, joined(editions)));
  if (!baseline.empty()) {
    std::string error;
    if (const auto text = text_of_file(baseline, error)) {
      terms.baseline = read_baseline(baseline, *text, true, errors);
      check_ids(*terms.baseline, library, errors);
    } else {
      errors.push_back(error);
    }
  }
  if (!errors.empty()) return std::nullopt;
  return terms;
}

}  // namespace connspec
