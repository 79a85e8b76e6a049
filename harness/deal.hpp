// A selection of cases, dealt out to several runs that together play all of it.
#pragma once

#include "harness/script.hpp"
#include "harness/verdict.hpp"

#include <vector>

namespace connspec {

/// A part of a selection, in its order, and what it says of itself.
struct Dealt {
  std::vector<const Case*> cases;
  Shard shard;
};

/// Part `part` of `of`. The same cases for the same selection: nothing else goes into it. Cases
/// that take long, and cases that are played alone, are spread evenly, so that the parts take
/// about the same time.
///
/// An `every` rule is judged over all that the target sends in a run, so no part alone can say
/// that it holds. Every part has all rules and judges them over its own conversations; `merge`
/// puts together what they saw: a breach in one part is a breach, and a rule holds where it
/// held in all parts that saw a message of its kind.
Dealt deal(const std::vector<const Case*>& selection, std::size_t part, std::size_t of);

/// How many cases of a selection can be dealt out: those that are no `every` rules.
std::size_t to_be_dealt(const std::vector<const Case*>& selection);

}  // namespace connspec
