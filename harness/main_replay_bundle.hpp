// The plays of one case, out of the bundle of a certificate.
#pragma once

#include "harness/commands.hpp"

namespace connspec {

/// `replay DIR CASE`: shows each play as it was, judged again.
Exit replay_bundle(const Options& options);

}  // namespace connspec
