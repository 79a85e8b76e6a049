// The words of a command line about its target, as what plays needs them. Part of the program.
#pragma once

#include "harness/options.hpp"
#include "harness/session.hpp"

namespace connspec {

/// What the target is played as.
Role role_of(const Options& options);
/// The command line that plays one case of this target again; its id follows.
std::string again_command(const Options& options);
/// What is wrong with the words about the target; empty if nothing is.
std::string mistake_in(const Options& options);
TargetSpec target_of(const Options& options, double patience);

/// What a process that plays has to have: descriptors for many conversations, and pages that it
/// need not fetch anew.
void prepare_to_play();

}  // namespace connspec
