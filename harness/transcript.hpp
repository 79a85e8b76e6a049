// The conversation of a play as it happened, for people.
#pragma once

#include "harness/turns.hpp"

namespace connspec {

/// Of all lanes, in the order of time.
std::vector<Event> transcribe(const Cast& actors, Time began);

/// What a report can show of it; a target without measure must not fill our memory with it.
void shorten(std::vector<Event>& transcript);

}  // namespace connspec
