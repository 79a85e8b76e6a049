// What a play came to, and what that rests on, as plain values.
#pragma once

#include "harness/judge.hpp"
#include "harness/verdict.hpp"

#include <memory>

namespace connspec {

struct Testimony;

struct Played {
  Verdict verdict = Verdict::inconclusive;
  std::string reason = {};
  std::string expected = {};
  std::string seen = {};
  std::vector<std::pair<std::string, std::string>> allowed = {};
  std::string taken = {};
  bool timed = false;     ///< Depended on time.
  bool at_bound = false;  ///< Ended because nothing came within a bound.
  bool lagged = false;    ///< Our own lateness touched what decided.
  bool waited = false;    ///< For so long that others could be played meanwhile.
  bool refused = false;   ///< A connection was refused.
  bool given_unmet = false;
  std::size_t events = 0;  ///< On its connections to the target.
  ClosedBetween closed = ClosedBetween::no;
  Duration time{};
  std::vector<Event> transcript = {};
  std::shared_ptr<const Testimony> testimony = {};  ///< Where it was asked for.
};

}  // namespace connspec
