// A case as a Python 3 program of its own, for people without connspec: the same conversation,
// step by step, and what is expected of it. It is written from the case alone.
#pragma once

#include "harness/script.hpp"

#include <string>

namespace connspec {

/// Whom the program plays against unless its command line says otherwise.
struct ProgramTarget {
  Role role = Role::server;
  std::string host = "127.0.0.1";
  std::string port = "8080";
  std::string origin = "127.0.0.1:0";  ///< Where it listens, for a proxy.
};

/// The text of the program. The case has that role.
std::string program_of(const Case& script, const ProgramTarget& target);

}  // namespace connspec
