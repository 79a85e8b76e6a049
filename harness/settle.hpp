// Settling an expectation: which of its ways is taken, or why none is, as far as is known now.
//
// No waiting here: `Settling` is asked again whenever something has come or a time has passed.
#pragma once

#include "harness/actor.hpp"
#include "harness/claims.hpp"

#include <boost/container/small_vector.hpp>

namespace connspec {

/// One row of a way, on the lane it speaks of.
struct RowOn {
  const Expect* row = nullptr;
  Actor* actor = nullptr;
  std::size_t n = 1;
  Claim* claim = nullptr;  ///< Of the request it waits for.
};

/// Most expectations have one way of one row: their lists need no memory of their own.
template <typename T>
using Short = boost::container::small_vector<T, 1>;

/// A way of an `either`, or the only one of a plain expectation.
struct WayOn {
  const Way* way = nullptr;  ///< Null for a plain expectation.
  Short<RowOn> rows = {};
};

/// What a settling asks of the world: one looks at the connections themselves, another reads
/// out what was seen of them then.
class Witness {
 public:
  virtual ~Witness() = default;
  /// What the judge is shown of a row's lane, if the row takes `claim`.
  virtual Sight sight(const RowOn& on, const Claim* claim, Time since) = 0;
  virtual Time now() = 0;
  /// How much of the time since `from` our own loop stood still.
  virtual Duration stalled_since(Time from) = 0;
};

/// Looks at the connections.
class EyeWitness final : public Witness {
 public:
  explicit EyeWitness(const Pulse& pulse) : pulse_(pulse) {}
  Sight sight(const RowOn& row, const Claim* claim, Time since) override;
  Time now() override { return Clock::now(); }
  Duration stalled_since(Time from) override { return pulse_.stalled_since(from); }

 private:
  const Pulse& pulse_;
};

/// The bounds of a pending expectation.
struct Bounds {
  Duration reply{};
  Duration close{};
};

/// How one row came out.
struct RowFinding {
  RowOn on;
  Finding finding;
  std::size_t from = 0;  ///< Cursor before it.
};

/// What is known of an expectation.
struct Decision {
  Finding::State state = Finding::State::pending;
  std::size_t way = 0;          ///< Met: the way taken. Unmet: the one that came furthest.
  Short<RowFinding> rows = {};  ///< Of that way, as far as they were judged.
  std::vector<RowFinding> others = {};  ///< The rows at which the ways above it came out unmet.
  bool at_bound = false;
  bool undecided = false;   ///< A time lies on the border as exactly as we can tell.
  bool close_race = false;  ///< Which lane was first is not known for certain.
  /// Unmet: a way that is not wrong failed only because the peer ended between messages, and
  /// none asks when it does.
  ClosedBetween closed = ClosedBetween::no;
  Time again = Time::max();  ///< Pending: no need to ask before, unless something comes.
  bool learned = false;      ///< Pending: what comes next will be judged otherwise for it.
};

class Settling {
 public:
  /// `several`: the ways begin on different lanes, and the lane that is first decides. The ways
  /// and the witness outlive it.
  Settling(const Short<WayOn>& ways, bool several, Bounds bounds, Witness& witness, Time since);

  /// Sets `setting.n` to that of the row it judges.
  Decision decide(Setting& setting);

 private:
  /// Since when a way has been waiting at the place where it is.
  struct Progress {
    std::size_t row = 0;
    std::size_t item = 0;
    Time since{};
  };
  struct Outcome {
    Finding::State state = Finding::State::met;
    Short<RowFinding> rows = {};
    bool at_bound = false;
    Time again = Time::max();
    Moment first_met{};  ///< When its first row was met.
  };
  Decision judge_all(Setting& setting);
  Outcome judge_way(std::size_t index, Setting& setting, std::size_t rows);
  void apply_bound(std::size_t index, Outcome& outcome);
  bool silence_is_over(Setting& setting, Decision& decision);
  std::optional<const Actor*> first_lane(Setting& setting, Decision& waiting);

  /// It begins on another lane than the one that was first.
  bool is_out(const WayOn& way) const { return decided_ && way.rows.front().actor != decided_; }

  const Short<WayOn>& ways_;
  Short<Progress> progress_;
  bool several_;
  Bounds bounds_;
  Witness& witness_;
  Time since_;
  bool learned_ = false;
  const Actor* decided_ = nullptr;
  bool close_race_ = false;  ///< Which lane was first is not known for certain.
};

}  // namespace connspec
