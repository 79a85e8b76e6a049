#include "harness/commands.hpp"

namespace connspec {

Exit compare_runs(const Options& options) {
  static_cast<void>(options);
  return complain(Exit::usage, "compare is not there yet");
}

}  // namespace connspec
