// The files of cases/, as they were when connspec was built.
#pragma once

#include <span>
#include <string_view>

namespace connspec {

/// One file of cases/. Views into the program itself.
struct EmbeddedFile {
  std::string_view path;  ///< Relative to cases/: `server/close/option.convo`.
  std::string_view text;
};

/// All of them, in the order of their paths: *.convo, requirements.tsv, profiles.
std::span<const EmbeddedFile> embedded_files();

}  // namespace connspec
