// What a target offers when our origin stands behind it: every resource that cases name.
#pragma once

#include "harness/bindings.hpp"

namespace connspec {

/// Sets in `offer` all that an origin of ours stands for, behind a proxy. `prefix` goes before
/// the paths: empty, or `http://host:port` for a forward proxy.
void offer_of_origin(Offer& offer, const std::string& prefix);

}  // namespace connspec
