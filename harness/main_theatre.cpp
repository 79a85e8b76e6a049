#include "harness/main_theatre.hpp"

#include "harness/child.hpp"
#include "harness/deal.hpp"
#include "harness/main_reports.hpp"
#include "harness/rows_covered.hpp"
#include "harness/standing.hpp"
#include "reports/terminal.hpp"
#include "reports/text.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

#include <csignal>

#include <unistd.h>

namespace connspec {

namespace asio = boost::asio;

Theatre::Theatre(const Options& options, CaseLibrary& library, Terms terms)
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

Exit Theatre::play(const TargetSpec& spec, const std::vector<const Case*>& selection,
                   std::string again, const Grading* grading) {
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
  Plan plan{.jobs = options_.jobs,
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

Exit Theatre::finish(Exit exit) {
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

void Theatre::mark_unusual(const UsualWays& usual) {
  for (auto& result : runs_.back().results) {
    const auto way = usual.find(result.id);
    if (result.verdict != Verdict::observed || way == usual.end()) continue;
    if (way->second == way_of(result)) continue;
    result.expected = fmt::format("expected the way {} of the conforming one", way->second);
    result.seen = fmt::format("took the way {}", way_of(result));
    result.verdict = Verdict::departs;
  }
}

void Theatre::not_reached(Outcome& outcome) {
  complain(outcome.exit, outcome.error);
  outcome.run.results = std::move(coming_.results);
  for (auto& result : outcome.run.results) {
    result.reason = "target-not-reached";
    result.seen = outcome.error;
  }
  outcome.run.target_lost = outcome.error;
}

Exit Theatre::refuse(const std::string& why) {
  refused_ = true;
  return complain(Exit::usage, why);
}

std::string Theatre::too_many_parts(const std::vector<const Case*>& selection) const {
  const auto cases = to_be_dealt(selection);
  if (cases >= options_.shards) return {};
  return fmt::format("--shard {}/{}: {} selected, which cannot be dealt out to so many parts",
                     options_.shard, options_.shards, text::counted(cases, "case"));
}

void Theatre::end_lines() {
  if (lines_to_end_ && !runs_.empty()) lines_.ends(runs_.back());
  lines_to_end_ = false;
}

bool Theatre::can_report() {
  auto so_far = runs_;
  prepare(so_far.emplace_back(*current_));
  auto problems = save_first_reports(options_, so_far);
  if (!options_.json_lines.empty())
    if (auto problem = lines_.open(options_.json_lines))
      problems.push_back(std::move(*problem));
  for (const auto& problem : problems) complain(Exit::usage, problem);
  refused_ = !problems.empty();
  return !refused_;
}

void Theatre::prepare(Run& run) const {
  run.version = program_version;
  run.strict = options_.strict;
  run.shard = shard_;
  if (!options_.label.empty()) run.label = options_.label;
  terms_.apply_edition(run);
  if (grading_) grading_->apply(run);
  terms_.apply_baseline(run);
}

Result Theatre::as_reported(const Result& result) const {
  Run alone{.results = {result}, .strict = options_.strict};
  terms_.apply_edition(alone);
  if (grading_) grading_->apply(alone.results[0]);
  terms_.apply_baseline(alone);
  return std::move(alone.results[0]);
}

void Theatre::settled(const Result& result) {
  const auto reported = as_reported(result);
  progress_.done(reported);
  lines_.result(reported);
  if (!keeps_junit(options_) || Clock::now() < next_write_) return;
  next_write_ = Clock::now() + std::chrono::seconds(1);
  auto so_far = runs_;
  if (current_) prepare(so_far.emplace_back(*current_));
  // A problem with a file is told at the end.
  [[maybe_unused]] const auto ignored = keep_junit(options_, so_far);
}

std::vector<std::string> Theatre::write_reports(std::vector<Written>& written) {
  std::vector<std::string> problems;
  if (!options_.html.empty() || !options_.json.empty() || !options_.out.empty())
    for (auto& run : runs_) run.coverage = rows_covered(library_, role_named(run.role));
  problems = save_reports(options_, runs_, written);
  if (!options_.json_lines.empty()) written.emplace_back("events", options_.json_lines);
  if (lines_.problem()) problems.push_back(*lines_.problem());
  return problems;
}

void Theatre::interrupted() {
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

}  // namespace connspec
