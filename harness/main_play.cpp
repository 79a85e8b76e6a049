#include "fixtures/mutants.hpp"
#include "harness/bundled.hpp"
#include "harness/child.hpp"
#include "harness/commands.hpp"
#include "harness/deal.hpp"
#include "harness/grading.hpp"
#include "harness/rows_covered.hpp"
#include "harness/session.hpp"
#include "harness/terms.hpp"
#include "reports/folder.hpp"
#include "reports/html.hpp"
#include "reports/json_lines.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/progress.hpp"
#include "reports/run_json.hpp"
#include "reports/tap.hpp"
#include "reports/terminal.hpp"
#include "reports/text.hpp"
#include "reports/whole_file.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>

#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace connspec {

namespace asio = boost::asio;

namespace {

/// Many conversations want many descriptors.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  [[maybe_unused]] const int ignored = ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Memory that held a large content serves the next one: fetching its pages anew takes longer
/// than reading what goes in. Only the speed rests on it.
void keep_freed_memory() {
  constexpr int most = 32 << 20;
  ::mallopt(M_MMAP_THRESHOLD, most);
  ::mallopt(M_TRIM_THRESHOLD, 4 * most);
}

/// Standard output, a pipe or a device takes the report once, when it is complete.
bool takes_it_once(const std::string& path) {
  struct stat named {};
  return is_standard_output(path) ||
         (::stat(path.c_str(), &named) == 0 && !S_ISREG(named.st_mode));
}

/// A report beside JUnit: where it is written, if anywhere, and its name in a folder.
struct ReportKind {
  std::string_view name;
  std::string Options::*path;
  std::string_view file;
  std::optional<std::string> (*save)(const std::string& path, std::span<const Run> runs);
};
constexpr ReportKind report_kinds[] = {
    {"JSON", &Options::json, "run.json", save_run_json},
    {"HTML", &Options::html, "report.html", save_html},
    {"TAP", &Options::tap, "run.tap", save_tap},
    {"Markdown", &Options::markdown, "summary.md", save_markdown},
};

bool writes_to_standard_output(const Options& options) {
  return is_standard_output(options.junit) || is_standard_output(options.json_lines) ||
         std::ranges::any_of(report_kinds, [&options](const ReportKind& kind) {
           return is_standard_output(options.*kind.path);
         });
}

/// Where this report is to be written.
std::vector<std::string> files_of(const ReportKind& kind, const Options& options) {
  std::vector<std::string> paths;
  if (!(options.*kind.path).empty()) paths.push_back(options.*kind.path);
  if (!options.out.empty()) paths.push_back(fmt::format("{}/{}", options.out, kind.file));
  return paths;
}

JunitOptions junit_options(const Options& options) {
  using Flavour = JunitOptions::Flavour;
  return {.flavour = options.junit_strict ? Flavour::strict : Flavour::rich,
          .folder = options.out};
}

}  // namespace

std::vector<std::string> save_reports(const Options& options, std::span<Run> runs,
                                      std::vector<Written>& written) {
  std::vector<std::string> problems;
  if (!options.out.empty()) {
    problems =
        write_folder(options.out, runs, junit_options(options), {.ascii = options.ascii});
    written.emplace_back("reports", options.out);
  }
  if (!options.junit.empty()) {
    if (auto problem = save_junit(options.junit, runs, junit_options(options)))
      problems.push_back(std::move(*problem));
    else
      written.emplace_back("JUnit", options.junit);
  }
  for (const auto& kind : report_kinds) {
    for (const auto& path : files_of(kind, options))
      if (auto problem = kind.save(path, runs)) problems.push_back(std::move(*problem));
    if (!(options.*kind.path).empty()) written.emplace_back(kind.name, options.*kind.path);
  }
  return problems;
}

std::FILE* screen_for(const Options& options) {
  return writes_to_standard_output(options) ? stderr : stdout;
}

namespace {

/// The reports of the sessions of one command, on the terminal and in files.
class Theatre {
 public:
  Theatre(const Options& options, CaseLibrary& library, Terms terms)
      : options_(options),
        library_(library),
        terms_(std::move(terms)),
        detail_(options.quiet     ? Detail::quiet
                : options.verbose ? Detail::verbose
                                  : Detail::normal),
        screen_(screen_for(options)),
        style_(style_of(options, screen_)),
        progress_(screen_, Progress::manner_for(screen_, detail_), style_, options.strict),
        signals_(loop_.io, SIGINT, SIGTERM, SIGHUP) {
    std::signal(SIGPIPE, SIG_IGN);  // Who stops listening does not stop the reports.
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) interrupted();
    });
  }

  Loop& loop() { return loop_; }

  /// Plays one session to its end; of --shard its part. `grading`, if there is one, outlives
  /// it.
  Exit play(const TargetSpec& spec, const std::vector<const Case*>& selection,
            std::string again, const Grading* grading = nullptr) {
    end_lines();
    auto cases = selection;
    if (options_.shards > 1) {
      if (const auto wrong = too_many_parts(selection); !wrong.empty()) return refuse(wrong);
      auto dealt = deal(selection, options_.shard, options_.shards);
      cases = std::move(dealt.cases);
      shard_ = std::move(dealt.shard);
    }
    grading_ = grading;
    coming_ = begun(spec);
    began_ = Clock::now();
    for (const auto* script : cases) coming_.results.push_back(unfinished(*script, again));
    current_ = &coming_;
    if (runs_.empty() && !can_report()) return Exit::usage;
    Run begins = coming_;
    prepare(begins);
    lines_.begins(begins, cases.size());
    lines_to_end_ = true;
    Plan plan{
        .jobs = options_.jobs,
        .repeat = options_.repeat,
        .transcripts = options_.verbose || !options_.out.empty() || !options_.json.empty(),
        .again = std::move(again)};
    Audience audience;
    audience.begins = [this, &cases](const Run& run) {
      current_ = &run;
      Run calibrated = run;
      prepare(calibrated);
      lines_.calibrated(calibrated);
      progress_.expect(cases.size());
      progress_.phase("playing");
    };
    audience.settled = [this](const Run&, const Result& result) { settled(result); };
    progress_.phase("calibrating");
    std::optional<Outcome> outcome;
    asio::co_spawn(loop_.io,
                   run_session(loop_, spec, cases, std::move(plan), std::move(audience)),
                   [&](std::exception_ptr error, Outcome done) {
                     if (error) std::rethrow_exception(error);
                     outcome = std::move(done);
                     loop_.io.stop();
                   });
    loop_.io.restart();
    loop_.io.run();
    progress_.clear();
    current_ = nullptr;
    if (outcome->exit == Exit::usage) return refuse(outcome->error);
    if (!outcome->error.empty()) not_reached(*outcome);
    prepare(outcome->run);
    const auto exit = outcome->error.empty() ? exit_of(outcome->run) : outcome->exit;
    runs_.push_back(std::move(outcome->run));
    grading_ = nullptr;
    return exit;
  }

  /// Writes what is to be written and says what came of it all.
  Exit finish(Exit exit) {
    if (refused_) return Exit::usage;
    end_lines();
    std::vector<Written> written;
    const auto problems = write_reports(written);
    if (!problems.empty() && exit != Exit::interrupted) exit = Exit::usage;
    const auto text = terminal_report(runs_, written, exit, style_, detail_);
    std::fwrite(text.data(), 1, text.size(), screen_);
    std::fflush(screen_);
    for (const auto& problem : problems) complain(exit, problem);
    return exit;
  }

  const std::vector<Run>& runs() const { return runs_; }

  /// Where no rule says what is right, what the conforming fixture does stands in for it.
  void mark_unusual(const UsualWays& usual) {
    for (auto& result : runs_.back().results) {
      const auto way = usual.find(result.id);
      if (result.verdict != Verdict::observed || way == usual.end()) continue;
      if (way->second == way_of(result)) continue;
      result.expected = fmt::format("expected the way {} of the conforming one", way->second);
      result.seen = fmt::format("took the way {}", way_of(result));
      result.verdict = Verdict::departs;
    }
  }

 private:
  /// Nothing was played: every case says why.
  void not_reached(Outcome& outcome) {
    complain(outcome.exit, outcome.error);
    outcome.run.results = std::move(coming_.results);
    for (auto& result : outcome.run.results) {
      result.reason = "target-not-reached";
      result.seen = outcome.error;
    }
    outcome.run.target_lost = outcome.error;
  }

  Exit refuse(const std::string& why) {
    refused_ = true;
    return complain(Exit::usage, why);
  }

  std::string too_many_parts(const std::vector<const Case*>& selection) const {
    const auto cases = to_be_dealt(selection);
    if (cases >= options_.shards) return {};
    return fmt::format("--shard {}/{}: {} selected, which cannot be dealt out to so many parts",
                       options_.shard, options_.shards, text::counted(cases, "case"));
  }

  /// Of the session that was played last. As late as can be: what came of it may be looked at
  /// once more.
  void end_lines() {
    if (lines_to_end_ && !runs_.empty()) lines_.ends(runs_.back());
    lines_to_end_ = false;
  }

  /// Writes reports in which nothing is finished yet, so that what cannot be written is known
  /// before anything is played, and whatever ends us leaves no green file behind.
  bool can_report() {
    auto so_far = runs_;
    prepare(so_far.emplace_back(*current_));
    std::vector<std::string> problems;
    for (const auto& path : report_files())
      if (auto problem = save_junit(path, so_far, junit_options(options_)))
        problems.push_back(std::move(*problem));
    for (const auto& kind : report_kinds)
      for (const auto& path : files_of(kind, options_))
        if (!takes_it_once(path))
          if (auto problem = kind.save(path, so_far)) problems.push_back(std::move(*problem));
    if (!options_.json_lines.empty())
      if (auto problem = lines_.open(options_.json_lines))
        problems.push_back(std::move(*problem));
    for (const auto& problem : problems) complain(Exit::usage, problem);
    refused_ = !problems.empty();
    return !refused_;
  }

  /// Of JUnit, those that can be written time and again.
  std::vector<std::string> report_files() const {
    std::vector<std::string> paths;
    if (!options_.junit.empty() && !takes_it_once(options_.junit))
      paths.push_back(options_.junit);
    if (!options_.out.empty()) paths.push_back(options_.out + "/junit.xml");
    return paths;
  }

  /// Once for each run, or copy of one, that is reported.
  void prepare(Run& run) const {
    run.version = program_version;
    run.strict = options_.strict;
    run.shard = shard_;
    if (!options_.label.empty()) run.label = options_.label;
    terms_.apply_edition(run);
    if (grading_) grading_->apply(run);
    terms_.apply_baseline(run);
  }

  /// What is to be said of one case while the others are played.
  Result as_reported(const Result& result) const {
    Run alone{.results = {result}, .strict = options_.strict};
    terms_.apply_edition(alone);
    if (grading_) grading_->apply(alone.results[0]);
    terms_.apply_baseline(alone);
    return std::move(alone.results[0]);
  }

  void settled(const Result& result) {
    const auto reported = as_reported(result);
    progress_.done(reported);
    lines_.result(reported);
    const auto files = report_files();
    if (files.empty() || Clock::now() < next_write_) return;
    next_write_ = Clock::now() + std::chrono::seconds(1);
    auto so_far = runs_;
    if (current_) prepare(so_far.emplace_back(*current_));
    // A problem with a file is told at the end.
    for (const auto& path : files)
      [[maybe_unused]] const auto ignored = save_junit(path, so_far, junit_options(options_));
  }

  /// Sentences about what could not be written.
  std::vector<std::string> write_reports(std::vector<Written>& written) {
    std::vector<std::string> problems;
    if (!options_.html.empty() || !options_.json.empty() || !options_.out.empty())
      for (auto& run : runs_) run.coverage = rows_covered(library_, role_named(run.role));
    problems = save_reports(options_, runs_, written);
    if (!options_.json_lines.empty()) written.emplace_back("events", options_.json_lines);
    if (lines_.problem()) problems.push_back(*lines_.problem());
    return problems;
  }

  /// SIGINT, SIGTERM: what is known is reported; what was being played is not waited for.
  void interrupted() {
    progress_.clear();
    if (current_) {
      prepare(runs_.emplace_back(*current_));
      runs_.back().interrupted = true;
      runs_.back().time = Clock::now() - began_;
    }
    finish(Exit::interrupted);
    std::fflush(stderr);
    stop_children();
    ::_exit(static_cast<int>(Exit::interrupted));
  }

  const Options& options_;
  CaseLibrary& library_;
  Terms terms_;
  Detail detail_;
  std::FILE* screen_;
  Style style_;
  Progress progress_;
  Loop loop_;
  asio::signal_set signals_;
  std::vector<Run> runs_;
  Run coming_;  ///< The session that is played, before it has begun.
  const Run* current_ = nullptr;
  std::optional<Shard> shard_;
  JsonLines lines_;
  bool lines_to_end_ = false;
  const Grading* grading_ = nullptr;  ///< Of the session that is played.
  Time began_{};
  bool refused_ = false;  ///< Nothing could be begun, and a sentence has said why.
  Time next_write_{};
};

/// The command line that plays one case of this target again; its id follows.
std::string again_command(const Options& options) {
  std::string command = fmt::format(
      "connspec {} {}", options.command == Command::proxy ? "proxy" : "server", options.url);
  if (options.command == Command::proxy) {
    command += " --origin " + options.origin;
    if (!options.advertise.empty()) command += " --advertise " + options.advertise;
    if (options.forward) command += " --forward";
  }
  for (const auto& [name, value] : options.declared)
    command += fmt::format(" --declare {}={}", name, value);
  return command + " ";
}

Role role_of(const Options& options) {
  if (options.command == Command::server) return Role::server;
  return options.forward ? Role::forward : Role::gateway;
}

/// What is wrong with the words about the target; empty if nothing is.
std::string mistake_in(const Options& options) {
  std::string error;
  if (!read_url(options.url, error)) return error;
  if (!read_host_port(options.origin))
    return fmt::format("--origin takes HOST:PORT, not '{}'", options.origin);
  Offer offer;
  return declare(options.declared, role_of(options), offer).value_or("");
}

/// What the run is judged by; unset, with messages, where something is wrong with it.
std::optional<Terms> load_terms(const CaseLibrary& library, const Options& options) {
  std::vector<std::string> errors;
  auto terms = read_terms(library, options.edition, options.baseline, errors);
  for (const auto& error : errors) complain(Exit::usage, error);
  return terms;
}

std::string nothing_selected(const Options& options) {
  return options.profile.empty()
             ? "no case is selected"
             : fmt::format("no case of profile {} is selected", options.profile);
}

std::string is_for_others(const Profile& profile, Role role) {
  Roles roles;
  roles.add(role);
  return fmt::format("profile {} is for role {}, and this target is played as {}", profile.name,
                     name_of(profile.roles), name_of(roles));
}

}  // namespace

Exit run_target(const Options& options) {
  raise_descriptor_limit();
  keep_freed_memory();
  if (const auto wrong = mistake_in(options); !wrong.empty())
    return complain(Exit::usage, wrong);
  static std::optional<CaseLibrary>* kept = nullptr;  // To the end: nobody waits for its end.
  auto& library = *(kept = new std::optional(load_cases(options, Depth::run)));
  if (!library) return Exit::usage;
  const auto role = role_of(options);
  std::optional<Grading> grading;
  if (!options.profile.empty()) {
    const auto* profile = load_profile(*library, options);
    if (!profile) return Exit::usage;
    if (!profile->roles.has(role)) return complain(Exit::usage, is_for_others(*profile, role));
    grading.emplace(*library, *profile, role);
  }
  auto cases = select_cases(*library, role, options);
  if (!cases) return Exit::usage;
  if (grading) cases = grading->covering(*cases);
  if (cases->empty()) return complain(Exit::nothing_tested, nothing_selected(options));
  const TargetSpec spec{.role = role,
                        .url = options.url,
                        .family = options.family,
                        .origin = options.origin,
                        .advertise = options.advertise,
                        .declared = options.declared,
                        .patience = options.patience,
                        .spawn = options.spawn};
  auto terms = load_terms(*library, options);
  if (!terms) return Exit::usage;
  Theatre theatre(options, *library, std::move(*terms));
  const auto exit =
      theatre.play(spec, *cases, again_command(options), grading ? &*grading : nullptr);
  return theatre.finish(exit);
}

Exit run_demo(const Options& options) {
  raise_descriptor_limit();
  keep_freed_memory();
  const auto* mutant = fixtures::find_mutant(options.mutant);
  if (!options.mutant.empty() && !mutant)
    return complain(
        Exit::usage,
        fmt::format("there is no mutant '{}'; connspec selftest lists them", options.mutant));
  auto playing = options;
  const bool by_profile = !options.profile.empty();
  if (mutant && !by_profile) {  // A mutant is there to be seen.
    if (playing.words.empty()) playing.words = {options.mutant};
    playing.strict = true;
  }
  auto library = load_cases(options, Depth::run);
  if (!library) return Exit::usage;
  const auto* profile = by_profile ? load_profile(*library, options) : nullptr;
  if (by_profile && !profile) return Exit::usage;
  const auto again = mutant ? fmt::format("connspec demo --mutant {} ", options.mutant)
                            : std::string("connspec demo ");
  auto terms = load_terms(*library, options);
  if (!terms) return Exit::usage;
  Theatre theatre(playing, *library, std::move(*terms));
  std::vector<Exit> exits;
  fixtures::Conduct conduct;
  if (mutant) mutant->change(conduct);
  Bundled bundled(conduct);
  for (const auto role : {Role::server, Role::gateway, Role::forward}) {
    const auto part = role == Role::server ? fixtures::Part::server : fixtures::Part::proxy;
    if (mutant && mutant->part != part) continue;
    if (profile && !profile->roles.has(role)) continue;
    auto selection = select(*library, role, playing.words);
    std::optional<Grading> grading;
    if (profile)
      selection.cases = grading.emplace(*library, *profile, role).covering(selection.cases);
    else if (role == Role::forward)
      selection.cases = only_forward(selection.cases);
    if (selection.cases.empty()) continue;
    auto spec = bundled.spec(role);
    spec.patience = options.patience;
    exits.push_back(theatre.play(spec, selection.cases, again, grading ? &*grading : nullptr));
    if (mutant && !profile) theatre.mark_unusual(usual_ways(selection.cases, role));
  }
  if (exits.empty()) return complain(Exit::nothing_tested, nothing_selected(options));
  return theatre.finish(exit_of(theatre.runs()));
}

}  // namespace connspec
