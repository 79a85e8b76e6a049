// A profile: a set of requirements by which a target is certified, as cases/profiles holds
// them.
//
// Its members are not listed in it: they are the rows of the catalogue whose column `profiles`
// names it, so that a requirement and the profiles it belongs to stand in one place.
#pragma once

#include "script_reader.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

class Catalogue;
struct Requirement;

/// Which column of the catalogue says what a breach comes to: on_fail_core, on_fail_strict, or
/// neither, where nothing gates.
enum class Grade : std::uint8_t { core, strict, none };

/// `core`, `strict`, `none`.
std::string_view name_of(Grade grade);

struct Profile {
  std::string name;
  std::string title;
  Roles roles = {};  ///< Who can be held to it.
  Grade grade = Grade::core;
  std::vector<std::string> with = {};   ///< Profiles whose rows are rows of it as well.
  std::vector<std::string> apart = {};  ///< Rows that do not gate. Those of `with` stay there.
  int complete = 95;  ///< Per cent of the rows that have to be played for a result.
  Place place = {};

  bool sets_apart(std::string_view id) const;
};

/// The text of a *.profile file.
struct ProfileFile {
  std::string name;  ///< Relative to cases/, or as it was given.
  std::string text;
};

/// What a profile is checked against; without a catalogue it is only read.
struct ProfileContext {
  const Catalogue* catalogue = nullptr;
  std::span<const Profile> others = {};  ///< Those it can be `with`; it may be among them.
};

struct ReadProfile {
  std::optional<Profile> profile = {};  ///< Unset where the file says too little.
  std::vector<ScriptError> errors = {};
};

ReadProfile read_profile(const ProfileFile& file, const ProfileContext& context = {});

/// Its rows that bind the role, those of `with` among them, in the order of the catalogue.
/// Those that it is `with` are looked for in `all`.
std::vector<const Requirement*> members(const Profile& profile, std::span<const Profile> all,
                                        const Catalogue& catalogue, Role role);

/// Null if there is none of that name.
const Profile* find_profile(std::span<const Profile> all, std::string_view name);

/// `there is no profile 'server-cor'; did you mean 'server-core'?`
std::string unknown_profile(std::span<const Profile> all, std::string_view name);

/// FAIL, WARN or INFO: what a breach of that row comes to. With none always INFO.
std::string_view on_fail(const Requirement& row, Grade grade);

}  // namespace connspec
