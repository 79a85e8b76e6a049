// The harness watching itself: how late its own loop runs, and since when it has surely looked
// at every socket.
//
// A timer ticks in the loop. What happened on a socket before the last tick but one has been
// handled by now; a tick that comes late is a stall, during which nothing was handled.
#pragma once

#include "harness/task.hpp"

namespace connspec {

class Pulse {
 public:
  explicit Pulse(boost::asio::io_context& io);
  void start();
  void stop();

  /// Every event before this time has been handled, if it was visible to poll.
  Time looked_until() const { return before_last_; }
  /// How much of the time since `from` the loop stood still.
  Duration stalled_since(Time from) const;
  Duration longest_stall() const { return longest_; }

  static constexpr Duration interval = std::chrono::milliseconds(4);
  /// Lateness below this is not a stall.
  static constexpr Duration tolerated = std::chrono::milliseconds(8);

 private:
  struct Stall {
    Time from;
    Time to;
  };
  void tick();

  Timer timer_;
  Time last_{};
  Time before_last_{};
  std::vector<Stall> stalls_;
  Duration longest_{};
  bool running_ = false;
};

}  // namespace connspec
