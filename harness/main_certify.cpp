#include "harness/archive.hpp"
#include "harness/child.hpp"
#include "harness/commands.hpp"
#include "harness/evidence_file.hpp"
#include "harness/main_bundle.hpp"
#include "harness/main_target.hpp"
#include "harness/new_folder.hpp"
#include "harness/rows_covered.hpp"
#include "harness/seal.hpp"
#include "harness/sealed_folder.hpp"
#include "harness/session.hpp"
#include "harness/terms.hpp"
#include "reports/progress.hpp"
#include "reports/terminal.hpp"
#include "reports/whole_file.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <ctime>

#include <sys/utsname.h>

namespace connspec {

namespace asio = boost::asio;

namespace {

/// What the times in the evidence rest on.
std::vector<std::pair<std::string, std::string>> machine_facts(const Pulse& pulse) {
  utsname system{};
  ::uname(&system);
  timespec resolution{};
  ::clock_getres(CLOCK_MONOTONIC, &resolution);
  const auto stall = std::chrono::duration<double, std::milli>(pulse.longest_stall()).count();
  return {{"kernel", fmt::format("{} {} {}", system.sysname, system.release, system.machine)},
          {"clock", fmt::format("CLOCK_MONOTONIC, resolution {} ns", resolution.tv_nsec)},
          {"stamps of bytes", "of the kernel (SO_TIMESTAMPING); others by the loop"},
          {"our own longest stall", fmt::format("{:.1f} ms", stall)}};
}

/// What makes a run no official one; empty if nothing does.
std::string unofficial(const Options& options) {
  if (!options.words.empty()) return "an official run plays all that the profile demands";
  if (!options.case_folders.empty()) return "an official run plays no cases of one's own";
  return mistake_in(options);
}

/// One official run, whose evidence is written while it goes on.
class OfficialRun {
 public:
  OfficialRun(const Options& options, std::string folder)
      : options_(options),
        archive_(std::move(folder)),
        style_(style_of(options, stdout)),
        progress_(stdout, Progress::manner_for(stdout, Detail::quiet), style_),
        signals_(loop_.io, SIGINT, SIGTERM, SIGHUP) {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      interrupted_ = true;
      loop_.io.stop();
    });
  }

  /// What keeps it from being one; empty if it came to its end.
  std::string play(const TargetSpec& spec, const std::vector<const Case*>& cases) {
    Plan plan{.jobs = Official::jobs,
              .repeat = Official::repeat,
              .again = again_command(options_),
              .official = true};
    Audience audience;
    audience.begins = [&](const Run&) { progress_.expect(cases.size()); };
    audience.settled = [this](const Run&, const Result& result) { progress_.done(result); };
    audience.measured = [this](const Stage& stage, const Calibration& calibration) {
      facts_.offer = stage.offer;
      facts_.calibration = calibration;
    };
    audience.heard = [this](const Heard& heard) {
      archive_.add(evidence_path(facts_.role, heard.script.id),
                   [&script = heard.script, round = heard.round, alone = heard.alone,
                    number = ++plays_, testimony = heard.played.testimony] {
                     return evidence_line({script, round, alone, number}, *testimony);
                   });
    };
    audience.silent = [this](const Case& script, std::size_t round, const std::string& reason) {
      archive_.add(evidence_path(facts_.role, script.id),
                   [&script, round, reason] { return silence_line(script, round, reason); });
    };
    facts_.role = std::string(name_of(spec.role));
    asio::co_spawn(loop_.io,
                   run_session(loop_, spec, cases, std::move(plan), std::move(audience)),
                   [this](std::exception_ptr error, Outcome done) {
                     loop_.io.stop();
                     if (error) std::rethrow_exception(error);
                     outcome_ = std::move(done);
                   });
    loop_.io.run();
    progress_.clear();
    stop_children();
    auto problem = archive_.finish();
    if (interrupted_) return "interrupted; nothing is written";
    if (!outcome_->error.empty()) return outcome_->error;
    return problem;
  }

  Exit exit() const { return outcome_ ? outcome_->exit : Exit::interrupted; }
  /// As it was played, without the profile.
  const Run& run() const { return outcome_->run; }

  /// Judged by that edition.
  Facts facts(const std::string& edition) {
    const auto& run = outcome_->run;
    facts_.version = std::string(program_version);
    facts_.edition = edition;
    facts_.target = options_.url;
    facts_.label = options_.label.empty() ? run.label : options_.label;
    facts_.hostname = run.hostname;
    facts_.started = run.started;
    facts_.ended = utc_now();
    facts_.time = run.time;
    facts_.longest_wait = run.longest_wait;
    facts_.environment = run.environment;
    facts_.machine = machine_facts(loop_.pulse);
    facts_.notes = run.notes;
    facts_.target_lost = run.target_lost;
    for (const auto& result : run.results)
      facts_.slow_left_out = facts_.slow_left_out || (result.reason == "not-as-declared" &&
                                                      result.seen.starts_with("{slow}"));
    facts_.declared = options_.declared;
    facts_.again = again_command(options_);
    facts_.profile = options_.profile;
    facts_.cases_sha256 = digest_of_cases();
    facts_.profile_sha256 = digest_of_profile(options_.profile);
    return facts_;
  }

 private:
  const Options& options_;
  Archive archive_;
  Style style_;
  Progress progress_;
  Loop loop_;
  asio::signal_set signals_;
  Facts facts_;
  std::optional<Outcome> outcome_;
  std::size_t plays_ = 0;
  bool interrupted_ = false;
};

/// What was played and what its evidence comes to are the same.
std::string first_difference(const Run& played, const Run& judged) {
  if (played.results.size() != judged.results.size()) return "there are other cases";
  for (std::size_t i = 0; i < played.results.size(); ++i) {
    const auto& one = played.results[i];
    const auto& other = judged.results[i];
    if (one.verdict != other.verdict || one.reason != other.reason ||
        one.expected != other.expected || one.seen != other.seen)
      return fmt::format("{} came to {} {} ({}, {}), and judged again to {} {} ({}, {})",
                         one.id, name_of(one.verdict), one.reason, one.expected, one.seen,
                         name_of(other.verdict), other.reason, other.expected, other.seen);
  }
  return {};
}

/// All files but the evidence, which is there. A sentence where that cannot be done.
std::string write_bundle(const std::string& folder, const Facts& facts, const Run& run,
                         const std::optional<SigningKey>& key) {
  auto files = derived_files(facts, run);
  if (key) files[std::string(public_key_name)] = key->public_pem;
  for (const auto& [name, text] : files)
    if (auto problem = write_whole_file(fmt::format("{}/{}", folder, name), text))
      return *problem;
  const auto manifest = manifest_of(folder);
  if (auto problem = write_whole_file(fmt::format("{}/{}", folder, manifest_name), manifest))
    return *problem;
  if (!key) return {};
  return write_whole_file(fmt::format("{}/{}", folder, signature_name), sign(*key, manifest))
      .value_or("");
}

Exit certificate_of(const Run& run) {
  const auto exit = exit_of(run);
  return exit == Exit::as_required && !is_certified(run) ? Exit::inconclusive : exit;
}

/// What keeps a profile from being one that this target can be certified by.
std::string mistake_in(const Profile& profile, Role role) {
  if (!profile.roles.has(role))
    return fmt::format("profile {} is for role {}, not for {}", profile.name,
                       name_of(profile.roles), name_of(role));
  if (profile.grade == Grade::none)
    return fmt::format("profile {} gates nothing: there is nothing to certify by it",
                       profile.name);
  return {};
}

/// Makes the certificate of the evidence alone, and lets it pass before anybody hears of it.
class Notary {
 public:
  Notary(const Options& options, CaseLibrary& library, const Grading& grading,
         const std::optional<SigningKey>& key, NewFolder& folder)
      : options_(options), library_(library), grading_(grading), key_(key), folder_(folder) {}

  Exit certify(const Facts& facts, const std::vector<const Case*>& cases, Run played) {
    Run judged;
    try {
      judged = judged_run(facts, cases, grading_,
                          [&](const Case& script) { return evidence_of(facts, script); });
    } catch (const TestimonyError& error) {
      return refuse(fmt::format("the evidence does not hold together: {}", error.what()));
    }
    Terms{.edition = facts.edition}.apply_edition(played);
    grading_.apply(played);
    if (const auto difference = first_difference(played, judged); !difference.empty())
      return refuse("the evidence does not bear out what was seen: " + difference);
    judged.coverage = rows_covered(library_, role_of(options_));
    if (const auto error = write_bundle(folder_.temporary(), facts, judged, key_);
        !error.empty())
      return complain(Exit::usage, error);
    const auto examined = examine(folder_.temporary(), library_, key_ ? key_->public_pem : "");
    if (!examined.problems.empty())
      return refuse("the bundle does not stand its own examination: " +
                    examined.problems.front());
    if (const auto error = folder_.finish(); !error.empty())
      return complain(Exit::usage, error);
    return tell(judged);
  }

 private:
  static Exit refuse(const std::string& why) {
    return complain(Exit::inconclusive, "nothing is certified, for " + why);
  }

  std::vector<KeptRound> evidence_of(const Facts& facts, const Case& script) const {
    std::string ignored;
    const auto path = folder_.temporary() + "/" + evidence_path(facts.role, script.id);
    return rounds_of(read_plain_file(path, ignored), script.id);
  }

  Exit tell(const Run& judged) const {
    const auto exit = certificate_of(judged);
    fmt::print("{}bundle     {}\nseal       {}\n{}\n", conclusion_of(judged), folder_.path(),
               key_ ? "signed, fingerprint " + fingerprint_of(key_->public_pem) : "not signed",
               last_line(std::span(&judged, 1), exit, style_of(options_, stdout)));
    return exit;
  }

  const Options& options_;
  CaseLibrary& library_;
  const Grading& grading_;
  const std::optional<SigningKey>& key_;
  NewFolder& folder_;
};

}  // namespace

Exit certify_target(const Options& options) {
  std::signal(SIGPIPE, SIG_IGN);
  prepare_to_play();
  if (const auto wrong = unofficial(options); !wrong.empty())
    return complain(Exit::usage, wrong);
  auto library = load_cases(options, Depth::run);
  if (!library) return Exit::usage;
  const auto* profile = load_profile(*library, options);
  if (!profile) return Exit::usage;
  const auto role = role_of(options);
  if (const auto wrong = mistake_in(*profile, role); !wrong.empty())
    return complain(Exit::usage, wrong);
  std::vector<std::string> errors;
  const auto terms = read_terms(*library, options.edition, {}, errors);
  if (!terms) return complain(Exit::usage, errors.front());
  std::optional<SigningKey> key;
  std::string error;
  if (!options.key.empty()) {
    const auto pem = read_plain_file(options.key, error);
    key = pem ? read_signing_key(*pem, error) : std::nullopt;
    if (!key) return complain(Exit::usage, fmt::format("{}: {}", options.key, error));
  }
  NewFolder folder(options.out);
  if (error = folder.make(); !error.empty()) return complain(Exit::usage, error);
  const Grading grading(*library, *profile, role);
  const auto cases = demanded_cases(*library, grading, role);
  OfficialRun official(options, folder.temporary());
  if (error = official.play(target_of(options, Official::patience), cases); !error.empty())
    return complain(official.exit() == Exit::as_required ? Exit::usage : official.exit(),
                    error);
  return Notary(options, *library, grading, key, folder)
      .certify(official.facts(terms->edition), cases, official.run());
}

}  // namespace connspec
