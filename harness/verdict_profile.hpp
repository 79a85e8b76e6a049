// What a run came to by a profile, row by row of the catalogue, as plain values for the
// reports. Standard library only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

/// What came of one requirement in a run.
struct RowResult {
  enum class State : std::uint8_t {
    met,
    observed,      ///< Unmet, or taken otherwise, where nothing is required of it.
    departs,       ///< From a SHOULD, or from what the grade counts as one.
    failed,        ///< It makes the profile `not certified`, unless it is set apart.
    not_played,    ///< No case of it came to a verdict; `why` says why not.
    not_playable,  ///< No case can be written, and there is a reason: it counts nowhere.
  };
  std::string id = {};           ///< `R9112-9.6-04`.
  std::string level = {};        ///< `MUST`, in the words of the catalogue.
  std::string requirement = {};  ///< One sentence.
  State state = State::not_played;
  bool apart = false;                ///< Shown, and does not gate.
  std::string why = {};              ///< What was found, or why nothing was.
  std::vector<std::string> by = {};  ///< Ids of the cases that brought it to this state.
};

/// A run by one profile.
struct ProfileResult {
  enum class Outcome : std::uint8_t {
    certified,
    not_certified,  ///< A row that gates has failed.
    incomplete,     ///< None has, and fewer rows were played than have to be.
    reported,       ///< The profile gates nothing.
  };
  std::string name = {};
  std::string title = {};
  std::string grade = {};  ///< `core`.
  int complete = 0;        ///< Per cent of the rows that have to be played; 0: no matter.
  Outcome outcome = Outcome::incomplete;
  std::vector<RowResult> rows = {};  ///< In the order of the catalogue.

  /// Those that count: neither set apart nor without a way to play them.
  std::size_t counted() const;
  std::size_t played() const;                    ///< Of those that count.
  std::size_t in(RowResult::State state) const;  ///< Of those that count.
};

/// `certified`, `not certified`, `incomplete`, `reported`.
std::string_view name_of(ProfileResult::Outcome outcome);

/// `met`, `observed`, `departs`, `not met`, `not played`, `no way to play it`.
std::string_view name_of(RowResult::State state);

/// What the rows come to: a failed row that gates, too few rows played, or neither.
ProfileResult::Outcome outcome_of(const ProfileResult& result);

/// `87 of 101 rows played`.
std::string share_of(const ProfileResult& result);

}  // namespace connspec
