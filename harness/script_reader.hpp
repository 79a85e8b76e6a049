// From the text of a .convo file to cases: all mistakes of a file are found, none is fatal.
//
// A file is read once per combination of the values of `each`, so one case in a file may become
// many here.
#pragma once

#include "script.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

class Catalogue;

/// A mistake in a case file.
struct ScriptError {
  Place place;
  std::string row = {};  ///< As it stands in the file, with its indentation.
  std::string message;
};

/// `file:line:column: message`, the row, and a caret below the column. No line end at the end.
std::string what(const ScriptError& error);

/// What a file is checked against.
struct ReaderContext {
  std::span<const std::string_view> mutants = {};  ///< Empty: `kills` is not checked.
  const Catalogue* catalogue = nullptr;            ///< Null: covers, spec and level are not.
  bool embedded = false;     ///< One of ours: it must name the mutants it kills.
  bool heads = false;        ///< What the cases do is read, and not kept.
  std::string_view id = {};  ///< `server/close/option`; empty: from the name of the file.
};

struct Script {
  std::vector<Case> cases;  ///< Those without mistakes.
  std::vector<ScriptError> errors;
};

Script read_script(std::string_view file_name, std::string_view text,
                   const ReaderContext& context = {});

/// `cases/server/close/option.convo` to `server/close/option`.
std::string id_of_file(std::string_view file_name);

}  // namespace connspec
