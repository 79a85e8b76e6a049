// What a play comes to, one settled expectation after the other (language sections 3.8
// to 3.11).
//
// No waiting and no connections: who plays a case and who judges it again conclude by this.
#pragma once

#include "harness/played.hpp"
#include "harness/settle.hpp"

namespace connspec {

class Conclusion {
 public:
  explicit Conclusion(const Case& script) : script_(script) {}

  /// A way is taken: its mark counts.
  void taken(const Decision& decision, const Short<WayOn>& ways);
  /// None of the ways is. The last row's lane is asked whether our request said close.
  void failed(const Decision& decision, const Short<WayOn>& ways, bool given);
  /// A way that was taken lets the case end here.
  bool is_over() const { return over_; }
  /// The steps are over: all of them were taken, or one ended the case. True: `origin saw` is
  /// still to be counted.
  bool steps_over(bool all);
  /// The fence before it did not come back.
  void no_fence();
  /// So many arrivals were counted. False: unmet, and the case ends here.
  bool saw(const Saw& saw, std::size_t count);
  /// How the connection of a client lane came about.
  void opened(const Wire& wire);

  Played& played() { return played_; }

 private:
  Verdict unmet_verdict() const;
  void mark(const Way& way);
  void allow(const Short<WayOn>& ways);

  const Case& script_;
  Verdict gravest_ = Verdict::pass;
  bool over_ = false;
  Played played_;
};

/// Notes on the lanes how each row that was judged came out: those of the way that was taken,
/// or each at which a way came out unmet. `now` is when that was seen.
void note_rows(const Decision& decision, const Short<WayOn>& ways, Time now);

/// `the origin saw it 2 times`.
std::string shown_count(std::size_t count);
/// Whether that many arrivals are what the row allows.
bool allows(const Saw& saw, std::size_t count);

}  // namespace connspec
