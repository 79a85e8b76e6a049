// Profiles in plain English, and as a list.
#pragma once

#include "case_library.hpp"

#include <string>

namespace connspec {

/// Two rows a profile: what it is, with how many of its rows have a case in each role, and what
/// it says. Those for one of the roles; the profiles of the library are loaded.
std::string list_profiles(const CaseLibrary& library, Roles roles, std::size_t width = 80);

/// Who can be held to it, what its grade means, what is set apart, and what a result says.
std::string explain_profile(const Profile& profile, const CaseLibrary& library,
                            std::size_t width = 80);

}  // namespace connspec
