#include "harness/certificate.hpp"

#include "harness/embedded.hpp"
#include "harness/seal.hpp"
#include "harness/session.hpp"
#include "harness/terms.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

/// The bounds of an official play are no shorter than those of patience 1.
void check_bounds(const Testimony& testimony) {
  if (testimony.reply < reply_bound || testimony.late_tolerance != late_tolerance)
    throw TestimonyError("its bounds are not those of an official run");
}

Result judged(const Case& script, const Facts& facts, const Evidence& evidence,
              const Rules& rules, std::map<std::size_t, Rules>& seen) {
  auto result = unfinished(script, facts.again);
  const auto missing =
      missing_for(script, facts.offer, facts.calibration, facts.role != name_of(Role::server));
  if (missing) {
    leave_out(result, missing);
    return result;
  }
  const auto rounds = evidence(script);
  for (const auto& round : rounds)
    for (const auto& play : round.plays) check_bounds(play.testimony);
  return hear(script, rounds, facts.offer,
              {.official = true,
               .repeat = Official::repeat,
               .again = facts.again,
               .keep_transcripts = true,
               .lost = facts.target_lost,
               .rules = &rules,
               .seen = &seen});
}

}  // namespace

std::string digest_of_cases() {
  std::string all;
  for (const auto& file : embedded_files())
    all += fmt::format("{}\n{}\n{}", file.path, file.text.size(), file.text);
  return sha256_of(all);
}

std::string digest_of_profile(std::string_view name) {
  const auto path = fmt::format("profiles/{}.profile", name);
  for (const auto& file : embedded_files())
    if (file.path == path) return sha256_of(file.text);
  return {};
}

std::vector<const Case*> demanded_cases(const CaseLibrary& library, const Grading& grading,
                                        Role role) {
  return grading.covering(select(library, role, {}).cases);
}

bool was_played(const Case& script, const Facts& facts) {
  return script.everies.empty() && !missing_for(script, facts.offer, facts.calibration,
                                                facts.role != name_of(Role::server));
}

Run judged_run(const Facts& facts, const std::vector<const Case*>& cases,
               const Grading& grading, const Evidence& evidence) {
  Run run{.version = facts.version,
          .edition = facts.edition,
          .role = facts.role,
          .target = facts.target,
          .label = facts.label,
          .hostname = facts.hostname,
          .started = facts.started,
          .environment = facts.environment,
          .notes = facts.notes,
          .time = facts.time,
          .longest_wait = facts.longest_wait,
          .target_lost = facts.target_lost};
  Rules rules;
  for (const auto* script : cases)
    if (!script->everies.empty()) rules.add(*script);
  std::map<std::size_t, Rules> seen;
  for (const auto* script : cases) {
    if (!script->everies.empty()) {
      run.results.push_back(unfinished(*script, facts.again));
      continue;
    }
    try {
      run.results.push_back(judged(*script, facts, evidence, rules, seen));
    } catch (const TestimonyError& error) {
      throw TestimonyError(fmt::format("{}: {}", script->id, error.what()));
    }
  }
  for (const auto& [number, play] : seen) rules.observe(play);
  for (std::size_t i = 0; i < cases.size(); ++i)
    if (!cases[i]->everies.empty()) rules.settle(run.results[i], facts.again);
  if (facts.slow_left_out) leave_out_slow(cases, run);
  Terms{.edition = facts.edition}.apply_edition(run);
  grading.apply(run);
  return run;
}

bool is_certified(const Run& run) {
  return run.profile && run.profile->outcome == ProfileResult::Outcome::certified &&
         exit_of(run) == Exit::as_required;
}

}  // namespace connspec
