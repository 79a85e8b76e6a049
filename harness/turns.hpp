// Whose turn it is: the lanes of a play, and the rows of a step that wait on them, in the order
// in which they are settled. The same for who plays a case and for who judges it again.
#pragma once

#include "harness/settle.hpp"

#include <memory>

namespace connspec {

/// The lanes of a play, in the order in which the script names them.
using Cast = Short<std::unique_ptr<Actor>>;

/// The actor of a lane that is no group; made where there is none yet.
Actor& actor_of(Cast& cast, Lane lane);
/// The same of any lane; a group has so many `clients`.
Short<Actor*> actors_of(Cast& cast, Lane lane, std::size_t clients);
/// The lane on which the proxy is given its turn before `origin saw` is counted.
Actor& add_fence(Cast& cast);
inline constexpr Lane fence_lane{Lane::Side::client, 1, false};

/// One expectation of a step: on which lane, and as what number.
struct Turn {
  Actor* actor = nullptr;
  std::size_t n = 1;
};
/// The expectations of a step that waits so many times on a lane.
Short<Turn> turns_of(Cast& cast, Lane lane, std::size_t times, std::size_t clients);

/// A row with the claim it has on a request; `claims` null: without an origin.
RowOn row_on(const Expect& row, Actor& actor, std::size_t n, Claims* claims);
/// The ways of an `either` on one lane.
Short<WayOn> ways_on(const Either& either, Actor& actor, Claims* claims);
/// The ways of an `either` on several lanes.
Short<WayOn> ways_of(const Either& either, Cast& cast, Claims* claims);

/// The rows that `asks` stands for: at the origin, and the answer.
Expect asked_by(const Asks& step, int line);
Expect answer_to(const Asks& step, int line);
/// The exchange through the proxy that gives it its turn.
Asks fence_asks();

}  // namespace connspec
