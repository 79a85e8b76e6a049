// Where the sessions of one command are played: they are followed, and at the end reported, on
// the terminal and in files. Part of the program.
#pragma once

#include "harness/bundled.hpp"
#include "harness/commands.hpp"
#include "harness/grading.hpp"
#include "harness/session.hpp"
#include "harness/terms.hpp"
#include "reports/json_lines.hpp"
#include "reports/progress.hpp"

#include <boost/asio/signal_set.hpp>

namespace connspec {

/// The reports of the sessions of one command, on the terminal and in files.
class Theatre {
 public:
  Theatre(const Options& options, CaseLibrary& library, Terms terms);

  /// Plays one session to its end; of --shard its part. `grading`, if there is one, outlives
  /// it.
  Exit play(const TargetSpec& spec, const std::vector<const Case*>& selection,
            std::string again, const Grading* grading = nullptr);

  /// Writes what is to be written and says what came of it all.
  Exit finish(Exit exit);

  const std::vector<Run>& runs() const { return runs_; }

  /// Where no rule says what is right, what the conforming fixture does stands in for it.
  void mark_unusual(const UsualWays& usual);

 private:
  /// Nothing was played: every case says why.
  void not_reached(Outcome& outcome);

  Exit refuse(const std::string& why);

  std::string too_many_parts(const std::vector<const Case*>& selection) const;

  /// Of the session that was played last. As late as can be: what came of it may be looked at
  /// once more.
  void end_lines();

  /// Writes reports in which nothing is finished yet, so that what cannot be written is known
  /// before anything is played, and whatever ends us leaves no green file behind.
  bool can_report();

  /// Once for each run, or copy of one, that is reported.
  void prepare(Run& run) const;

  /// What is to be said of one case while the others are played.
  Result as_reported(const Result& result) const;

  void settled(const Result& result);

  /// Sentences about what could not be written.
  std::vector<std::string> write_reports(std::vector<Written>& written);

  /// SIGINT, SIGTERM: what is known is reported; what was being played is not waited for.
  void interrupted();

  const Options& options_;
  CaseLibrary& library_;
  Terms terms_;
  Detail detail_;
  std::FILE* screen_;
  Style style_;
  Progress progress_;
  Loop loop_;
  boost::asio::signal_set signals_;
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

}  // namespace connspec
