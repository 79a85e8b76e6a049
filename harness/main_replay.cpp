#include "harness/commands.hpp"

namespace connspec {

Exit replay_case(const Options& options) {
  static_cast<void>(options);
  return complain(Exit::usage, "replay is not there yet");
}

}  // namespace connspec
