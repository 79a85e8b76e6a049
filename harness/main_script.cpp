#include "harness/commands.hpp"

namespace connspec {

Exit print_script(const Options& options) {
  static_cast<void>(options);
  return complain(Exit::usage, "script is not there yet");
}

}  // namespace connspec
