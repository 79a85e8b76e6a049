// What the user says that the target has: checked, put into the offer, and tried out.
#pragma once

#include "harness/player.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace connspec {

/// `post` = `/echo`, `idle` = `5s`.
using Declared = std::map<std::string, std::string, std::less<>>;

/// Reads what was declared for a target of that role into an offer. The sentence says what is
/// wrong, if anything is.
std::optional<std::string> declare(const Declared& declared, Role role, Offer& offer);

/// Holds a conversation with each resource that a server declared and one of the cases uses,
/// all at once. Those that do not do what they should are taken out of the offer, since every
/// case that uses one would blame the server for it: a sentence for each. The requests are the
/// plainest there are.
Task<std::vector<std::string>> try_declared(Stage& stage, Offer& offer,
                                            std::span<const Case* const> cases);

/// The same for {slow}, which would cost every run its pause: afterwards, and only where the
/// results of the cases that use it, which stand in the run in the order of the cases, give
/// reason to. If it is not slow, or no answer, these are inconclusive.
Task<void> try_slow(Stage& stage, Offer& offer, std::span<const Case* const> cases, Run& run);

/// The results of the cases that use {slow}, and came to a verdict, are inconclusive: it is not
/// what was declared.
void leave_out_slow(std::span<const Case* const> cases, Run& run);

/// What is still missing for a case to be played.
struct Missing {
  std::vector<Binding> undeclared = {};  ///< What the target could declare.
  std::string other = {};  ///< A sentence about the first thing that it could not; or empty.
  bool left_out = false;   ///< What was declared does not do what it should.

  explicit operator bool() const { return !undeclared.empty() || !other.empty(); }
};

/// `{hit} and {hits} are not declared`.
std::string sentence_of(const Missing& missing);

}  // namespace connspec
