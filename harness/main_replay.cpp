#include "harness/commands.hpp"
#include "harness/main_replay_bundle.hpp"

#include <filesystem>

namespace connspec {

Exit replay_case(const Options& options) {
  std::error_code ignored;
  if (!options.words.empty() && std::filesystem::is_directory(options.words[0], ignored))
    return replay_bundle(options);
  return complain(Exit::usage, "replay takes the folder of a certificate and the id of a case");
}

}  // namespace connspec
