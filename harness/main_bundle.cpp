#include "harness/main_bundle.hpp"

#include "harness/evidence_file.hpp"
#include "harness/packed.hpp"
#include "harness/rows_covered.hpp"
#include "harness/seal.hpp"
#include "harness/sealed_folder.hpp"
#include "harness/terms.hpp"
#include "reports/badge.hpp"
#include "reports/html.hpp"
#include "reports/identity.hpp"
#include "reports/junit.hpp"
#include "reports/transcript.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace connspec {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_evidence = 1'000'000'000;  ///< Of one case, unpacked.
constexpr Style page{.width = 100, .colour = false, .ascii = false};

std::string readme_of(const Facts& facts, const Run& run) {
  return fmt::format(
      R"(This folder is what came of an official run of connspec {version}.

  profile    {profile}{edition}
  target     {target} as {role}{label}
  result     {result}

attestation.json   all that is claimed, and the facts of the run
evidence/          every play of every case: the bytes of both sides, their times, and what
                   the judge was shown; three plays of each case and those that followed.
                   A line a play, each a JSON document; zcat shows them
transcripts/       the play that decided, for people
junit.xml          the same result for other programs
badge.svg          the same result as a picture
public.pem         the key that signed MANIFEST, where it is signed

How to check it

  connspec verify .       judges all evidence again, and compares what is claimed
  sha256sum -c MANIFEST   the sums alone
  openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in MANIFEST -sigfile MANIFEST.sig

A signature is worth as much as the key: get it, or its fingerprint, from the signer by another
way, and give it to connspec verify with --key.
)",
      fmt::arg("version", facts.version), fmt::arg("profile", facts.profile),
      fmt::arg("edition", facts.edition.empty() ? "" : ", edition " + facts.edition),
      fmt::arg("target", facts.target), fmt::arg("role", facts.role),
      fmt::arg("label", facts.label.empty() ? "" : ", " + facts.label),
      fmt::arg("result", is_certified(run) ? "certified" : "not certified"));
}

bool is_fixed(const std::string& name) { return name == public_key_name; }

/// Looks at one bundle, and stops where nothing that follows could be believed.
class Examiner {
 public:
  Examiner(const std::string& path, CaseLibrary& library, const std::string& trusted)
      : folder_(path), library_(library), trusted_(trusted) {}

  Examination run() {
    out_.problems = folder_.problems();
    if (out_.problems.empty()) check_signature();
    if (!out_.problems.empty() || !read_facts() || !find_profile()) return std::move(out_);
    check_names();
    if (!out_.problems.empty() || !judge()) return std::move(out_);
    check_attestation();
    check_derived();
    return std::move(out_);
  }

 private:
  void refuse(std::string problem) { out_.problems.push_back(std::move(problem)); }

  void check_signature() {
    const auto& signature = folder_.signature();
    const auto own = folder_.read(std::string(public_key_name));
    if (!signature) {
      if (!trusted_.empty()) return refuse("MANIFEST is not signed");
      out_.signature = "not signed";
      return;
    }
    if (trusted_.empty() && !own)
      return refuse(fmt::format("{}: is missing, and MANIFEST is signed", public_key_name));
    const auto& key = trusted_.empty() ? *own : trusted_;
    std::string error;
    if (!is_signed_by(key, folder_.manifest(), *signature, error))
      return refuse(
          !error.empty()
              ? fmt::format("{}: {}", trusted_.empty() ? public_key_name : "the key", error)
          : trusted_.empty()
              ? "MANIFEST.sig: is no signature of MANIFEST by the key in the bundle"
              : "MANIFEST.sig: is no signature of MANIFEST by the key that was given");
    out_.signature =
        trusted_.empty()
            ? fmt::format("signed by the key in the bundle, fingerprint {}; compare it",
                          fingerprint_of(key))
            : fmt::format("signed by the key that was given, fingerprint {}",
                          fingerprint_of(key));
  }

  bool read_facts() {
    const auto text = folder_.read(std::string(attestation_name));
    if (!text) return refuse("attestation.json: is missing"), false;
    try {
      attestation_ = Json::parse(*text);
      out_.facts = facts_of(attestation_);
      return true;
    } catch (const std::exception& error) {
      refuse(fmt::format("attestation.json: {}", error.what()));
      return false;
    }
  }

  /// The same cases and the same profile as those inside this program.
  bool find_profile() {
    const auto& facts = *out_.facts;
    if (facts.cases_sha256 != digest_of_cases()) {
      out_.made_by = fmt::format(
          "the bundle was made by connspec {} with other cases (SHA-256 {}) than those of this "
          "connspec; verify it with that one",
          facts.version, facts.cases_sha256);
      return false;
    }
    load_profiles(library_);
    profile_ = connspec::find_profile(library_.profiles, facts.profile);
    const auto role = role_named(facts.role);
    if (!profile_ || !profile_->roles.has(role)) {
      refuse(fmt::format("attestation.json: there is no profile '{}' for {}", facts.profile,
                         facts.role));
      return false;
    }
    if (facts.profile_sha256 != digest_of_profile(facts.profile))
      refuse(
          fmt::format("attestation.json: the digest of profile {} is not that of the profile",
                      facts.profile));
    grading_.emplace(library_, *profile_, role);
    cases_ = demanded_cases(library_, *grading_, role);
    std::vector<std::string> errors;
    if (facts.edition.empty() || !read_terms(library_, facts.edition, {}, errors))
      refuse(fmt::format("attestation.json: there is no edition '{}'", facts.edition));
    return out_.problems.empty();
  }

  /// Every case that the profile demands is there, and nothing that belongs to none.
  void check_names() {
    const auto& facts = *out_.facts;
    std::set<std::string> known;
    for (const auto* script : cases_) {
      if (!was_played(*script, facts)) continue;
      const auto name = evidence_path(facts.role, script->id);
      known.insert(name);
      if (!folder_.has(name) && facts.target_lost.empty())
        refuse(fmt::format("{}: is missing; profile {} demands the case {}", name,
                           facts.profile, script->id));
    }
    for (const auto& name : folder_.names())
      if (name.starts_with("evidence/") && !known.contains(name))
        refuse(fmt::format("{}: is of no case that profile {} demands and that was played",
                           name, facts.profile));
  }

  bool judge() {
    const auto& facts = *out_.facts;
    try {
      out_.run = judged_run(facts, cases_, *grading_, [&](const Case& script) {
        return rounds_of(folder_.read(evidence_path(facts.role, script.id)), script.id);
      });
      out_.run->coverage = rows_covered(library_, role_named(facts.role));
      return true;
    } catch (const std::exception& error) {
      refuse(fmt::format("evidence/: {}", error.what()));
      return false;
    }
  }

  void check_attestation() {
    const auto follows = attestation_of(*out_.facts, *out_.run);
    compare_results(follows.at("results"));
    for (const auto& [key, value] : follows.items()) {
      if (key == "results" || (attestation_.contains(key) && attestation_[key] == value))
        continue;
      refuse(key == "profile" ? profile_problem(value)
                              : fmt::format("attestation.json: '{}' is not what the evidence "
                                            "comes to: {}",
                                            key, value.dump().substr(0, 200)));
    }
    for (const auto& [key, value] : attestation_.items())
      if (!follows.contains(key))
        refuse(fmt::format("attestation.json: '{}' is no part of an attestation", key));
  }

  std::string profile_problem(const Json& follows) const {
    const auto& claimed = attestation_.at("profile");
    for (const auto& [key, value] : follows.items())
      if (key != "rows" && (!claimed.contains(key) || claimed[key] != value))
        return fmt::format(
            "attestation.json: the profile's '{}' is said to be {}, and the evidence comes to "
            "{}",
            key, claimed.contains(key) ? claimed[key].dump() : "nothing", value.dump());
    return "attestation.json: the rows of the profile are not what the evidence comes to";
  }

  void compare_results(const Json& follows) {
    const auto claimed = attestation_.contains("results") ? attestation_["results"] : Json();
    if (!claimed.is_array()) return refuse("attestation.json: 'results' is no list");
    for (std::size_t i = 0; i < std::max(follows.size(), claimed.size()); ++i) {
      if (i >= claimed.size())
        return refuse(fmt::format("attestation.json: {} is missing; profile {} demands it",
                                  follows[i]["id"].get<std::string>(), out_.facts->profile));
      if (i >= follows.size())
        return refuse(
            fmt::format("attestation.json: result {} is of no case that profile {} "
                        "demands",
                        i + 1, out_.facts->profile));
      if (claimed[i] == follows[i]) continue;
      const auto id = follows[i]["id"].get<std::string>();
      if (!claimed[i].is_object() || !claimed[i].contains("id") || claimed[i]["id"] != id)
        return refuse(fmt::format("attestation.json: {} is missing; profile {} demands it", id,
                                  out_.facts->profile));
      for (const auto& [key, value] : follows[i].items())
        if (!claimed[i].contains(key) || claimed[i][key] != value)
          refuse(fmt::format(
              "{}: the attestation says {} {}, and its evidence, judged again, "
              "comes to {}",
              id, key, claimed[i].contains(key) ? claimed[i][key].dump() : "nothing",
              value.dump()));
    }
  }

  void check_derived() {
    const auto follows = derived_files(*out_.facts, *out_.run);
    for (const auto& [name, text] : follows) {
      if (name == attestation_name) continue;
      const auto claimed = folder_.read(name);
      if (!claimed)
        refuse(fmt::format("{}: is missing", name));
      else if (*claimed != text)
        refuse(fmt::format("{}: is not what the evidence comes to", name));
    }
    for (const auto& name : folder_.names())
      if (!follows.contains(name) && !name.starts_with("evidence/") && !is_fixed(name))
        refuse(fmt::format("{}: is no part of a bundle", name));
  }

  SealedFolder folder_;
  CaseLibrary& library_;
  const std::string& trusted_;
  Json attestation_;
  const Profile* profile_ = nullptr;
  std::optional<Grading> grading_;
  std::vector<const Case*> cases_;
  Examination out_;
};

}  // namespace

std::string evidence_path(std::string_view role, std::string_view id) {
  const auto transcript = transcript_path(role, id);
  const auto slash = transcript.find('/');
  return fmt::format("evidence{}.jsonl.gz",
                     transcript.substr(slash, transcript.size() - slash - 4));
}

std::vector<KeptRound> rounds_of(const std::optional<std::string>& file,
                                 std::string_view case_id) {
  const auto text = unpacked(file.value_or(""), most_evidence);
  if (!text) throw TestimonyError("its evidence is cut short, or no file of gzip");
  return read_evidence(*text, case_id);
}

std::map<std::string, std::string> derived_files(const Facts& facts, Run run) {
  std::map<std::string, std::string> files;
  for (auto& result : run.results) {
    result.transcript_file = transcript_path(run.role, result.id);
    files[result.transcript_file] = transcript_page(result, page, whole_extent);
  }
  const Run runs[] = {std::move(run)};
  files["junit.xml"] = junit(runs, {});
  files["report.html"] = html(runs);
  files["badge.svg"] = badge_svg({.profile = facts.profile,
                                  .edition = facts.edition,
                                  .date = facts.started.substr(0, 10),
                                  .certified = is_certified(runs[0])});
  files["README.txt"] = readme_of(facts, runs[0]);
  files[std::string(attestation_name)] = attestation_of(facts, runs[0]).dump(1) + "\n";
  return files;
}

Examination examine(const std::string& folder, CaseLibrary& library,
                    const std::string& trusted_pem) {
  return Examiner(folder, library, trusted_pem).run();
}

std::string conclusion_of(const Run& run) {
  std::string text;
  for (const auto& row : run.profile->rows) {
    const bool failed = row.state == RowResult::State::failed && !row.apart;
    const bool missing = row.state == RowResult::State::not_played && !row.apart;
    if (!failed && !missing) continue;
    text += fmt::format("  {:10}  {}  {}\n", name_of(row.state), row.id, row.requirement);
    for (const auto& id : row.by) text += fmt::format("              {}\n", id);
    if (missing) text += fmt::format("              {}\n", row.why);
  }
  for (const auto& result : run.results) {
    if (result.verdict == Verdict::inconclusive)
      text += fmt::format("  inconclusive  {}: {}\n", result.id, result.reason);
    if (result.unstable)
      text += fmt::format("  unstable      {}: {} {}, and another time {}\n", result.id,
                          name_of(result.verdict), result.reason, result.first_reason);
  }
  if (!run.target_lost.empty()) text += fmt::format("  target lost   {}\n", run.target_lost);
  return fmt::format("{}{}{}{}: {}{}\n", text, run.profile->name,
                     run.edition.empty() ? "" : ", edition ", run.edition,
                     is_certified(run) ? "certified" : "not certified",
                     run.profile->outcome == ProfileResult::Outcome::incomplete
                         ? fmt::format(" (incomplete: {}; {} % have to be)",
                                       share_of(*run.profile), run.profile->complete)
                         : "");
}

}  // namespace connspec
