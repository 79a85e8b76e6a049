// A certificate: what is known of an official run beside its evidence, what the evidence comes
// to, and both as the attestation.
//
// Who certifies and who verifies make the run of the evidence by the same code, so that nothing
// in a bundle is said that does not follow.
#pragma once

#include "harness/grading.hpp"
#include "harness/hearing.hpp"
#include "harness/scheduler.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string_view>

namespace connspec {

/// How every official run goes.
struct Official {
  static constexpr std::size_t jobs = 8;
  static constexpr int repeat = 3;
  static constexpr double patience = 1;
};

/// What no evidence tells.
struct Facts {
  std::string version = {};
  std::string edition = {};
  std::string role = {};
  std::string target = {};
  std::string label = {};  ///< What the target calls itself, or the user calls it.
  std::string hostname = {};
  std::string started = {};
  std::string ended = {};
  Duration time{};
  Duration longest_wait{};
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::vector<std::pair<std::string, std::string>> machine = {};
  std::vector<std::string> notes = {};
  std::string target_lost = {};
  bool slow_left_out = false;  ///< {slow} was declared and is not slow.
  Declared declared = {};
  std::string again = {};  ///< The command that plays a case.
  std::string profile = {};
  std::string cases_sha256 = {};
  std::string profile_sha256 = {};
  Offer offer = {};
  Calibration calibration = {};  ///< What it can, without the times.
};

/// Of the cases, the catalogue and the profiles inside this program.
std::string digest_of_cases();
/// Of the text of one profile inside this program; empty where there is none.
std::string digest_of_profile(std::string_view name);

/// The cases of a profile, in the order of the library.
std::vector<const Case*> demanded_cases(const CaseLibrary& library, const Grading& grading,
                                        Role role);

/// The rounds of a case that was played. Throws TestimonyError.
using Evidence = std::function<std::vector<KeptRound>(const Case&)>;

/// The cases that were played, by what the target offers: the others have no evidence.
bool was_played(const Case& script, const Facts& facts);

/// The run that the evidence comes to. Throws TestimonyError, naming the case.
Run judged_run(const Facts& facts, const std::vector<const Case*>& cases,
               const Grading& grading, const Evidence& evidence);

/// Whether a run is certified, and nothing in it came to no verdict.
bool is_certified(const Run& run);

nlohmann::json attestation_of(const Facts& facts, const Run& run);
/// Of an attestation. Throws TestimonyError where something is missing or no such thing.
Facts facts_of(const nlohmann::json& json);
/// The same from the text of an attestation.
Facts facts_in(std::string_view attestation);

}  // namespace connspec
