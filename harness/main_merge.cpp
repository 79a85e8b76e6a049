#include "harness/commands.hpp"

namespace connspec {

Exit merge_runs(const Options& options) {
  static_cast<void>(options);
  return complain(Exit::usage, "merge is not there yet");
}

}  // namespace connspec
