// Plays a selection of cases against one target: the longest first, a bounded number at a time,
// those that only wait on the side, what failed once more alone; and notices when the target
// dies.
#pragma once

#include "harness/calibration.hpp"
#include "harness/case_library.hpp"
#include "harness/declared.hpp"
#include "harness/rules.hpp"
#include "harness/standing.hpp"

namespace connspec {

/// How a run goes.
struct Plan {
  std::size_t jobs = 8;  ///< Active conversations at a time.
  int repeat = 1;
  bool transcripts = false;  ///< Keep those of passing cases too.
  std::string again = {};    ///< The command that plays one case; its id is appended.
  bool official = false;     ///< Of plays that differ the gravest counts.
};

/// A play with its testimony, as the scheduler had it.
struct Heard {
  const Case& script;
  std::size_t round = 0;  ///< From 1. In one several plays may follow on fresh connections.
  bool alone = false;     ///< Played again by itself, because of what came before.
  const Played& played;
};

/// What the scheduler tells while it runs, and may ask for.
struct Reporter {
  /// A case has its verdict. It may get another one when it is played again.
  std::function<void(const Result&)> settled = {};
  /// Starts the target again after it died; false if that cannot be done.
  std::function<Task<bool>()> restart = {};
  /// Gets each play; where it is set all plays testify.
  std::function<void(const Heard&)> heard = {};
  /// The target did not answer behind a round: `target-lost`, or it died of it.
  std::function<void(const Case&, std::size_t round, const std::string& reason)> silent = {};
};

class Scheduler {
 public:
  Scheduler(Stage& stage, const Calibration& calibration, Plan plan, Reporter reporter);

  /// Plays them all. Results stand in `run.results`, in the order of `cases`, from the start.
  Task<void> play_all(std::span<const Case* const> cases, Run& run);

 private:
  /// One case and what is known of it.
  struct Entry {
    const Case* script = nullptr;
    std::size_t result = 0;  ///< Index in the run.
    Duration planned{};
    Standing standing;
    std::size_t rounds = 0;
    bool in_play = false;  ///< For the first time.
    int beside_waits = 0;  ///< Plays beside others that wait, of one that is to be alone.
  };

  /// Plays one case and gives back the slot it holds, when it only waits or is over.
  using How = Task<void> (Scheduler::*)(Entry& entry, bool can_park);
  Task<void> play_at_once(std::vector<Entry*> entries, How how, bool meanwhile = false);
  void begin(Entry& entry, How how);
  Entry* next_alone() const;
  Task<void> play_beside_waits(Entry& entry);
  Task<void> next_event();
  Task<void> hear_all();
  Entry* next_to_confirm(bool aside);
  bool is_played_aside(const Entry& entry) const;
  Task<void> play_serially(std::vector<Entry*> entries);
  Task<void> drain();
  Task<void> play_again();
  Task<void> play_entry(Entry& entry, bool can_park);
  Task<Played> play_with_patience(Entry& entry, bool alone, std::function<void()> parked,
                                  int& plays);
  Task<Played> play_once(Entry& entry, bool alone, std::function<void()> parked);
  Task<Played> play_side_by_side(Entry& entry, bool alone, int count);
  void hear(const Entry& entry, bool alone, const Played& played) const;
  void fall_silent(const Entry& entry, const Played& played) const;
  Task<void> confirm(Entry& entry, bool can_park);
  Task<bool> is_alive(const Case* during = nullptr);
  Task<bool> answers_control(const Case* during);
  void give_up();

  Missing missing_for(const Case& script) const;
  void settle(Entry& entry, Played played, int plays);
  void settle_again(Entry& entry, Played played, int plays);
  void settle_everies();
  void add_notes();
  std::string next_token();
  Task<void> wait_for_slot();
  void free_slot();

  Stage& stage_;
  const Calibration& calibration_;
  Plan plan_;
  Reporter reporter_;
  Run* run_ = nullptr;
  std::vector<Entry> entries_;
  std::vector<Entry*> alone_;  ///< That are still to be played alone.
  Rules rules_;
  std::size_t slots_;  ///< Conversations that may be active.
  std::size_t active_ = 0;
  std::size_t unfinished_ = 0;
  Timer slot_;
  std::string prefix_;
  std::uint64_t plays_ = 0;
  bool checking_ = false;  ///< The control conversation is being held.
  bool alive_ = true;      ///< What it came to last.
};

/// What keeps a case from being played.
Missing missing_for(const Case& script, const Offer& offer, const Calibration& calibration,
                    bool has_origin);
/// It is not played, because of what is missing.
void leave_out(Result& result, const Missing& missing);

/// How long it takes on a target that behaves, with the times that are declared.
Duration planned_time(const Case& script, const Offer& offer);

}  // namespace connspec
