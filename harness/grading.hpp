// A run by a profile: what the grade makes of each verdict, and what comes of each requirement.
//
// Cases are played and confirmed by their own level; the grade is laid on what came of them.
// The rules, and the reason for each:
//
//  - A breach comes to what the grade's column says: FAIL, WARN or INFO. It softens a verdict
//    (fail, departs, observed) and never makes it graver, because a case knows better than the
//    catalogue what it has seen. One exception: where a row of a strict profile says FAIL, a
//    SHOULD is taken as a MUST, and what departs from it fails. A way that a case itself marks
//    `departs` stays a departure: it is a concession within a statement and has no level.
//  - A case that covers several rows is one behaviour, and each of them asks for it. A row has
//    its own grade: one breach may fail one row and only depart from another.
//  - The case itself, in reports and in the exit code, has the gravest of what its rows *in the
//    profile* come to, those set apart left out. Rows outside the profile lend it nothing: a
//    MUST that the profile does not ask for cannot fail it. A case all of whose rows are set
//    apart is observed, so that it fails nothing, --strict included.
//  - A case that is newer than the edition the run is judged by speaks for no row.
//  - With --strict a departure fails a row that gates as it fails a run.
//  - A row is played where at least one of its cases came to a verdict and none was
//    inconclusive, which may hide a failure; a failure is one whatever else there is.
#pragma once

#include "harness/case_library.hpp"
#include "harness/verdict.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

/// A row of a profile for one role.
struct GradedRow {
  const Requirement* row = nullptr;
  std::string_view on_fail = {};  ///< FAIL, WARN or INFO.
  bool apart = false;
  std::string gap = {};  ///< The reason why it has no case; empty where it has one.
  bool open = false;     ///< It could be played, and there is no case.
};

/// A profile as it binds one role. Refers to the library and the profile, which outlive it.
class Grading {
 public:
  Grading(const CaseLibrary& library, const Profile& profile, Role role);

  const Profile& profile() const { return profile_; }
  std::span<const GradedRow> rows() const { return rows_; }
  /// Of these cases those that cover at least one of its rows.
  std::vector<const Case*> covering(const std::vector<const Case*>& cases) const;

  /// What the profile makes of a verdict. Grades a result once.
  void apply(Result& result) const;
  /// The same for all of a run, and what it came to by the profile.
  void apply(Run& run) const;

 private:
  const GradedRow* find(std::string_view id) const;
  RowResult settle(const GradedRow& row, const Run& run) const;

  const Profile& profile_;
  std::vector<GradedRow> rows_;
};

/// What a verdict comes to where a breach comes to `on_fail`.
Verdict graded(const Result& result, std::string_view on_fail, Grade grade);

}  // namespace connspec
