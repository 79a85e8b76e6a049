// The sentences that several reports share.
#pragma once

#include "harness/verdict.hpp"

#include <string>

namespace connspec {

/// `expected end, got a response 404`; of a way without these `took the way launders`; of
/// anything else its reason, or nothing.
std::string finding_of(const Result& result);

/// `MUST`; where a profile changed what came of it `MUST (SHOULD by server-core)`.
std::string level_of(const Result& result);

/// `MUST RFC 9112 section 9.6: expected end, got a response 404`, one line.
std::string verdict_sentence(const Result& result);

/// `unstable: the first play came to …`, for results that are.
std::string instability_of(const Result& result);

/// What the baseline says of it: `accepted by acme.baseline:5: ACME-481`, `acme.baseline:5 is
/// past its date`. Empty where it says nothing.
std::string deviation_of(const Result& result);

/// What is to be done with its line; empty where it is as it should be.
std::string correction_of(const Result& result);

/// `new since edition 2026.2, not gating`; empty where it gates.
std::string novelty_of(const Result& result);

/// What stands behind `expected` and behind `got`, whichever way the result has it.
std::string expected_of(const Result& result);
std::string seen_of(const Result& result);

}  // namespace connspec
