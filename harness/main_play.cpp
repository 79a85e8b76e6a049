#include "fixtures/mutants.hpp"
#include "harness/bundled.hpp"
#include "harness/child.hpp"
#include "harness/commands.hpp"
#include "harness/session.hpp"
#include "reports/folder.hpp"
#include "reports/junit.hpp"
#include "reports/progress.hpp"
#include "reports/terminal.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>

#include <sys/resource.h>
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

/// The reports of the sessions of one command, on the terminal and in files.
class Theatre {
 public:
  explicit Theatre(const Options& options)
      : options_(options),
        detail_(options.quiet     ? Detail::quiet
                : options.verbose ? Detail::verbose
                                  : Detail::normal),
        style_(style_of(options, stdout)),
        progress_(stdout, Progress::manner_for(stdout, detail_), style_, options.strict),
        signals_(loop_.io, SIGINT, SIGTERM) {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) interrupted();
    });
  }

  Loop& loop() { return loop_; }

  /// Plays one session to its end.
  Exit play(const TargetSpec& spec, const std::vector<const Case*>& cases, std::string again) {
    Plan plan{.jobs = options_.jobs,
              .repeat = options_.repeat,
              .transcripts = options_.verbose || !options_.out.empty(),
              .again = std::move(again)};
    Audience audience;
    audience.begins = [this, &cases](const Run& run) {
      current_ = &run;
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
    prepare(outcome->run);
    if (!outcome->error.empty()) {
      complain(outcome->exit, outcome->error);
      if (outcome->run.results.empty())
        for (const auto* script : cases)
          outcome->run.results.push_back(unfinished(*script, plan.again));
      for (auto& result : outcome->run.results) {
        result.reason = "target-not-reached";
        result.seen = outcome->error;
      }
      outcome->run.target_lost = outcome->error;
    }
    runs_.push_back(std::move(outcome->run));
    return outcome->exit;
  }

  /// Writes what is to be written and says what came of it all.
  Exit finish(Exit exit) {
    std::vector<Written> written;
    const auto problems = write_reports(written);
    const auto text = terminal_report(runs_, written, exit, style_, detail_);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    for (const auto& problem : problems) complain(Exit::usage, problem);
    return problems.empty() ? exit : Exit::usage;
  }

  const std::vector<Run>& runs() const { return runs_; }

 private:
  void prepare(Run& run) const {
    run.version = program_version;
    run.strict = options_.strict;
  }

  void settled(const Result& result) {
    progress_.done(result);
    if (options_.junit.empty() || Clock::now() < next_write_) return;
    next_write_ = Clock::now() + std::chrono::seconds(1);
    auto so_far = runs_;
    if (current_) prepare(so_far.emplace_back(*current_));
    // A problem with the file is told at the end.
    [[maybe_unused]] const auto ignored = save_junit(options_.junit, so_far, junit_options());
  }

  JunitOptions junit_options() const {
    using Flavour = JunitOptions::Flavour;
    return {.flavour = options_.junit_strict ? Flavour::strict : Flavour::rich,
            .folder = options_.out};
  }

  /// Sentences about what could not be written.
  std::vector<std::string> write_reports(std::vector<Written>& written) {
    std::vector<std::string> problems;
    if (!options_.out.empty()) {
      problems = write_folder(options_.out, runs_, junit_options(), {.ascii = options_.ascii});
      written.emplace_back("reports", options_.out);
    }
    if (!options_.junit.empty()) {
      if (auto problem = save_junit(options_.junit, runs_, junit_options()))
        problems.push_back(std::move(*problem));
      else
        written.emplace_back("JUnit", options_.junit);
    }
    return problems;
  }

  /// SIGINT, SIGTERM: what is known is reported; what was being played is not waited for.
  void interrupted() {
    progress_.clear();
    if (current_) {
      prepare(runs_.emplace_back(*current_));
      runs_.back().interrupted = true;
    }
    finish(Exit::interrupted);
    std::fflush(stderr);
    stop_children();
    ::_exit(static_cast<int>(Exit::interrupted));
  }

  const Options& options_;
  Detail detail_;
  Style style_;
  Progress progress_;
  Loop loop_;
  asio::signal_set signals_;
  std::vector<Run> runs_;
  const Run* current_ = nullptr;
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

}  // namespace

Exit run_target(const Options& options) {
  raise_descriptor_limit();
  const auto library = load_cases(options, Depth::run);
  if (!library) return Exit::usage;
  const auto role = options.command == Command::server ? Role::server
                    : options.forward                  ? Role::forward
                                                       : Role::gateway;
  const auto cases = select_cases(*library, role, options);
  if (!cases) return Exit::usage;
  if (cases->empty()) return complain(Exit::nothing_tested, "no case is selected");
  const TargetSpec spec{.role = role,
                        .url = options.url,
                        .family = options.family,
                        .origin = options.origin,
                        .advertise = options.advertise,
                        .declared = options.declared,
                        .patience = options.patience,
                        .spawn = options.spawn};
  Theatre theatre(options);
  const auto exit = theatre.play(spec, *cases, again_command(options));
  return theatre.finish(exit);
}

Exit run_demo(const Options& options) {
  raise_descriptor_limit();
  const auto* mutant = fixtures::find_mutant(options.mutant);
  if (!options.mutant.empty() && !mutant)
    return complain(
        Exit::usage,
        fmt::format("there is no mutant '{}'; connspec selftest lists them", options.mutant));
  auto playing = options;
  if (mutant && playing.words.empty()) playing.words = {options.mutant};
  const auto library = load_cases(options, Depth::run);
  if (!library) return Exit::usage;
  const auto again = mutant ? fmt::format("connspec demo --mutant {} ", options.mutant)
                            : std::string("connspec demo ");
  Theatre theatre(playing);
  std::vector<Exit> exits;
  fixtures::Conduct conduct;
  if (mutant) mutant->change(conduct);
  Bundled bundled(conduct);
  for (const auto role : {Role::server, Role::gateway, Role::forward}) {
    const auto part = role == Role::server ? fixtures::Part::server : fixtures::Part::proxy;
    if (mutant && mutant->part != part) continue;
    auto selection = select(*library, role, playing.words);
    if (role == Role::forward) selection.cases = only_forward(selection.cases);
    if (selection.cases.empty()) continue;
    auto spec = bundled.spec(role);
    spec.patience = options.patience;
    exits.push_back(theatre.play(spec, selection.cases, again));
  }
  if (exits.empty()) return complain(Exit::nothing_tested, "no case is selected");
  return theatre.finish(exit_of(theatre.runs()));
}

}  // namespace connspec
