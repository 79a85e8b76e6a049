// The plays of one case, out of the bundle of a certificate.
#pragma once

#include "harness/commands.hpp"

namespace connspec {

/// Whether a folder is a certificate, and not a folder of reports.
bool is_bundle(const std::string& folder);

/// `replay DIR CASE`: shows each play as it was, judged again.
Exit replay_bundle(const Options& options);

}  // namespace connspec
