#include "harness/verdict_profile.hpp"

#include <algorithm>

namespace connspec {

namespace {

using State = RowResult::State;

bool counts(const RowResult& row) { return !row.apart && row.state != State::not_playable; }

}  // namespace

std::size_t ProfileResult::counted() const {
  return static_cast<std::size_t>(std::ranges::count_if(rows, counts));
}

std::size_t ProfileResult::played() const { return counted() - in(State::not_played); }

std::size_t ProfileResult::in(RowResult::State state) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      rows, [state](const RowResult& row) { return counts(row) && row.state == state; }));
}

std::string_view name_of(ProfileResult::Outcome outcome) {
  switch (outcome) {
    case ProfileResult::Outcome::certified:
      return "certified";
    case ProfileResult::Outcome::not_certified:
      return "not certified";
    case ProfileResult::Outcome::incomplete:
      return "incomplete";
    case ProfileResult::Outcome::reported:
      return "reported";
  }
  return "";
}

std::string_view name_of(RowResult::State state) {
  switch (state) {
    case State::met:
      return "met";
    case State::observed:
      return "observed";
    case State::departs:
      return "departs";
    case State::failed:
      return "not met";
    case State::not_played:
      return "not played";
    case State::not_playable:
      return "no way to play it";
  }
  return "";
}

ProfileResult::Outcome outcome_of(const ProfileResult& result) {
  using Outcome = ProfileResult::Outcome;
  if (result.grade == "none") return Outcome::reported;
  if (result.in(State::failed) > 0) return Outcome::not_certified;
  const std::size_t all = result.counted();
  const std::size_t needed = all * static_cast<std::size_t>(result.complete);
  return all == 0 || result.played() * 100 < needed ? Outcome::incomplete : Outcome::certified;
}

std::string share_of(const ProfileResult& result) {
  return std::to_string(result.played()) + " of " + std::to_string(result.counted()) +
         (result.counted() == 1 ? " row played" : " rows played");
}

}  // namespace connspec
