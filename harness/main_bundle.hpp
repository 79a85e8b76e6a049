// The bundle of a certificate: a folder with the evidence of every play, all that follows from
// it, and the seal. Part of the program: here the certificate meets the reports.
#pragma once

#include "harness/certificate.hpp"

#include <map>
#include <string>

namespace connspec {

inline constexpr std::string_view attestation_name = "attestation.json";
inline constexpr std::string_view public_key_name = "public.pem";

/// `evidence/server/close/option/ends.jsonl.gz`.
std::string evidence_path(std::string_view role, std::string_view id);
/// The plays in such a file; unset: it is not there. Throws TestimonyError.
std::vector<KeptRound> rounds_of(const std::optional<std::string>& file,
                                 std::string_view case_id);

/// The files that follow from the facts and the evidence: name and text.
std::map<std::string, std::string> derived_files(const Facts& facts, Run run);

/// What is to be said of a bundle.
struct Examination {
  std::vector<std::string> problems = {};  ///< Why it is not to be believed; none: it is.
  std::string made_by = {};                ///< Another connspec has to look at it: a sentence.
  std::string signature = {};              ///< A sentence.
  std::optional<Run> run = {};             ///< What its evidence comes to.
  std::optional<Facts> facts = {};
};

/// Looks at a bundle: sums, signature, completeness, and everything judged again. A key that is
/// trusted has to be the one that signed it.
Examination examine(const std::string& folder, CaseLibrary& library,
                    const std::string& trusted_pem);

/// `server-core, edition 2026.1: certified`, and what stands in its way.
std::string conclusion_of(const Run& run);

}  // namespace connspec
