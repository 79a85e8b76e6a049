#include "harness/pulse.hpp"

#include <algorithm>

namespace connspec {

Pulse::Pulse(boost::asio::io_context& io) : timer_(io) {}

void Pulse::start() {
  if (running_) return;
  running_ = true;
  last_ = before_last_ = Clock::now();
  tick();
}

void Pulse::stop() {
  running_ = false;
  timer_.cancel();
}

void Pulse::tick() {
  timer_.expires_after(interval);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || !running_) return;
    const Time now = Clock::now();
    const auto late = now - last_ - interval;
    if (late > tolerated) {
      stalls_.push_back({last_ + interval, now});
      longest_ = std::max(longest_, Duration(late));
    }
    before_last_ = last_;
    last_ = now;
    tick();
  });
}

Duration Pulse::stalled_since(Time from) const {
  Duration total{};
  for (auto stall = stalls_.rbegin(); stall != stalls_.rend() && stall->to > from; ++stall)
    total += stall->to - std::max(stall->from, from);
  const Time now = Clock::now();  // A stall that the tick has not noticed yet.
  if (running_ && now - last_ > interval + tolerated)
    total += now - std::max(last_ + interval, from);
  return std::max(total, Duration{});
}

}  // namespace connspec
