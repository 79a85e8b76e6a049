// All cases that can be played: those inside connspec, and those of folders given at run time.
#pragma once

#include "catalogue.hpp"
#include "profile.hpp"
#include "script_reader.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

/// How much is read and kept: a list needs only the heads of cases, a run no catalogue.
enum class Depth { heads, run, lint };

/// In the order of files, and within a file of the file.
struct CaseLibrary {
  std::vector<Case> cases = {};
  Catalogue catalogue = {};  ///< Empty until load_catalogue().
  std::vector<ScriptError> errors = {};
  Depth depth = Depth::run;
  std::vector<std::string_view> mutants = {};   ///< What `kills` is checked against.
  std::vector<Profile> profiles = {};           ///< Empty until load_profiles().
  std::vector<ProfileFile> profile_files = {};  ///< Those of folders given at run time.
  /// A case that is added takes the place of an embedded one of its id. Else it is refused.
  bool replaces_embedded = false;

  const Case* find(std::string_view id) const;
};

/// The cases inside connspec. With Depth::lint the catalogue is loaded first, and all cases,
/// also those added later, are checked against it. `mutants` are views into constants.
CaseLibrary load_embedded(std::span<const std::string_view> mutants, Depth depth = Depth::run);

/// Fills `library.catalogue`, if it is empty. What is wrong with it becomes an error.
void load_catalogue(CaseLibrary& library);

/// Fills `library.profiles`, and the catalogue, from the profiles inside connspec and those
/// that add_folder() found. What is wrong with one becomes an error.
void load_profiles(CaseLibrary& library);

/// Adds the *.convo and *.profile files below a folder, or one file. What cannot be read
/// becomes an error.
void add_folder(CaseLibrary& library, const std::string& path);

/// Adds the cases of one text. Ids that are taken are refused.
void add_text(CaseLibrary& library, std::string_view file_name, std::string_view text,
              bool embedded, std::string_view id = {});

/// What a selection of cases came to.
struct Selection {
  std::vector<const Case*> cases;   ///< In the order of the library. Views into it.
  std::vector<std::string> errors;  ///< Selectors that match nothing, as sentences.
};

/// The cases of a role that the selectors name: the union of all, or every case where there is
/// none, less those that a selector behind `!` or `-` names. A selector is
///
///     server/close/option/ends    an id, or the beginning of one up to a slash
///     server/close/*              a pattern with * and ?
///     must, should-not, prose     a level; `must` and `should` include the negative
///     rfc9112/9.6, rfc9112        a section with those below it, or a whole RFC
///     R9112-9.6-04                a requirement that is covered
///     s-serve-after-close         a mutant that is killed
///     slow, alone, tag:close      a word of the head, a topic, or a name of `needs`
Selection select(const CaseLibrary& library, Role role, std::span<const std::string> selectors);
/// The same of those that have at least one of the roles.
Selection select(const CaseLibrary& library, Roles roles,
                 std::span<const std::string> selectors);

/// Whether one selector, without its sign, names a case.
bool selects(std::string_view selector, const Case& script);

}  // namespace connspec
