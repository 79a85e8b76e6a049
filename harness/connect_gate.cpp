#include "harness/connect_gate.hpp"

namespace connspec {

bool ConnectGate::try_enter() {
  if (inside_ >= limit_) return false;
  ++inside_;
  return true;
}

Task<void> ConnectGate::wait() {
  const auto turn = std::make_shared<Timer>(io_, Time::max());
  waiting_.push_back(turn);
  co_await turn->async_wait(no_throw);
}

void ConnectGate::leave() {
  --inside_;
  if (waiting_.empty()) return;
  waiting_.front()->cancel();
  waiting_.pop_front();
}

}  // namespace connspec
