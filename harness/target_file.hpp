// A file that says what a target has, for --target: JSON with `role`, `forward` and `declare`,
// and `name`, `version`, `package` and `note`, which are for people. Anything else in it is a
// mistake.
#pragma once

#include "harness/declared.hpp"

#include <optional>
#include <string>

namespace connspec {

struct TargetFile {
  std::string role = {};  ///< `server`, `proxy`, `gateway`, `forward`; or empty.
  bool forward = false;   ///< The proxy is a forward proxy; so does the role say.
  Declared declared = {};
};

/// Unset where the file is none, with a sentence: `target.json:4: unknown key 'declares'; …`.
std::optional<TargetFile> read_target_file(const std::string& path, std::string& error);
/// The same from its text; `path` is for the sentence.
std::optional<TargetFile> read_target(const std::string& text, const std::string& path,
                                      std::string& error);

}  // namespace connspec
