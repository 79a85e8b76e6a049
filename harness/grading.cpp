#include "harness/grading.hpp"

#include "harness/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

using State = RowResult::State;

bool covers(const std::vector<std::string>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Of two verdicts of one case, graded by two rows.
Verdict graver(Verdict one, Verdict other) { return std::max(one, other); }

/// How a case with this verdict would have been written.
std::string_view level_of(Verdict verdict) {
  if (verdict == Verdict::fail) return "MUST";
  return verdict == Verdict::departs ? "SHOULD" : "OBSERVE";
}

State state_of(Verdict verdict, bool strict) {
  switch (verdict) {
    case Verdict::fail:
      return State::failed;
    case Verdict::departs:
      return strict ? State::failed : State::departs;
    case Verdict::observed:
      return State::observed;
    case Verdict::pass:
      return State::met;
    case Verdict::skipped:
    case Verdict::inconclusive:
      break;
  }
  return State::not_played;
}

/// From good to bad, for the state of a row of which several cases speak.
int gravity_of(State state) {
  switch (state) {
    case State::failed:
      return 4;
    case State::departs:
      return 3;
    case State::observed:
      return 2;
    case State::met:
      return 1;
    case State::not_played:
    case State::not_playable:
      break;
  }
  return 0;
}

/// Why a case came to no verdict.
std::string why_not(const Result& result) {
  if (result.verdict == Verdict::inconclusive) return "inconclusive: " + result.reason;
  return result.reason == "not-available" ? result.seen : result.reason;
}

RowResult named(const GradedRow& row) {
  return {.id = std::string(row.row->id),
          .level = std::string(row.row->level),
          .requirement = std::string(row.row->requirement),
          .apart = row.apart};
}

}  // namespace

Verdict graded(const Result& result, std::string_view on_fail, Grade grade) {
  const Verdict verdict = result.verdict;
  if (verdict != Verdict::fail && verdict != Verdict::departs) return verdict;
  if (on_fail == "INFO") return Verdict::observed;
  if (on_fail == "WARN") return Verdict::departs;
  const bool should = result.level == "SHOULD" || result.level == "SHOULD NOT";
  const bool by_a_way = result.reason.empty();
  return grade == Grade::strict && should && !by_a_way ? Verdict::fail : verdict;
}

Grading::Grading(const CaseLibrary& library, const Profile& profile, Role role)
    : profile_(profile) {
  const auto all = cover(library, role);
  for (const Requirement* row : members(profile, library.profiles, library.catalogue, role)) {
    const auto covered = std::find_if(all.begin(), all.end(),
                                      [&](const Covered& one) { return one.row == row; });
    rows_.push_back({.row = row,
                     .on_fail = on_fail(*row, profile.grade),
                     .apart = profile.sets_apart(row->id),
                     .gap = covered->gap,
                     .open = covered->open});
  }
}

const GradedRow* Grading::find(std::string_view id) const {
  const auto found = std::find_if(rows_.begin(), rows_.end(),
                                  [&](const GradedRow& row) { return row.row->id == id; });
  return found == rows_.end() ? nullptr : &*found;
}

std::vector<const Case*> Grading::covering(const std::vector<const Case*>& cases) const {
  std::vector<const Case*> covering;
  for (const Case* script : cases)
    if (std::any_of(script->covers.begin(), script->covers.end(),
                    [&](const std::string& id) { return find(id) != nullptr; }))
      covering.push_back(script);
  return covering;
}

void Grading::apply(Result& result) const {
  const GradedRow* gating = nullptr;
  const GradedRow* apart = nullptr;
  Verdict verdict = Verdict::pass;
  for (const std::string& id : result.covers) {
    const GradedRow* row = find(id);
    if (row == nullptr) continue;
    (row->apart ? apart : gating) = row;
    if (!row->apart) verdict = graver(verdict, graded(result, row->on_fail, profile_.grade));
  }
  if (gating == nullptr && apart == nullptr) return;
  if (gating == nullptr) verdict = graded(result, "INFO", profile_.grade);
  if (verdict == result.verdict) return;
  result.verdict = verdict;
  result.graded = gating == nullptr ? fmt::format("apart in {}", profile_.name)
                                    : fmt::format("{} by {}", level_of(verdict), profile_.name);
}

/// What comes of a row, of results that are not yet graded.
RowResult Grading::settle(const GradedRow& row, const Run& run) const {
  RowResult out = named(row);
  std::string why;
  bool any = false, inconclusive = false;
  for (const Result& result : run.results) {
    if (!covers(result.covers, row.row->id) || !result.gating) continue;
    const State state =
        state_of(graded(result, row.on_fail, profile_.grade), run.strict && !row.apart);
    const bool is_inconclusive = result.verdict == Verdict::inconclusive;
    if (state == State::not_played && (!any || (is_inconclusive && !inconclusive)))
      why = why_not(result);
    any = true;
    inconclusive = inconclusive || is_inconclusive;
    if (gravity_of(state) > gravity_of(out.state)) {
      out.state = state;
      out.by.clear();
    }
    if (state == out.state && state != State::not_played) out.by.push_back(result.id);
  }
  if (inconclusive && out.state != State::failed) {
    out.state = State::not_played;
    out.by.clear();
  }
  if (out.state != State::not_played) return out;
  if (!any && !row.gap.empty() && !row.open) out.state = State::not_playable;
  out.why = any ? why : row.gap.empty() ? "no case of it was selected" : row.gap;
  return out;
}

void Grading::apply(Run& run) const {
  ProfileResult result{.name = profile_.name,
                       .title = profile_.title,
                       .grade = std::string(name_of(profile_.grade)),
                       .complete = profile_.grade == Grade::none ? 0 : profile_.complete};
  for (const GradedRow& row : rows_) result.rows.push_back(settle(row, run));
  result.outcome = outcome_of(result);
  run.profile = std::move(result);
  for (Result& one : run.results) apply(one);
}

}  // namespace connspec
