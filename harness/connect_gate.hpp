// Connects come one after the other where many would come at once: short queues of targets drop
// what is too much, and what is dropped comes a second later.
#pragma once

#include "harness/task.hpp"

#include <deque>
#include <memory>

namespace connspec {

/// Lets a bounded number of connects be in flight.
class ConnectGate {
 public:
  ConnectGate(boost::asio::io_context& io, std::size_t limit) : io_(io), limit_(limit) {}
  /// False where the gate is full.
  bool try_enter();
  /// Ends when it may be worth trying again.
  Task<void> wait();
  void leave();

 private:
  boost::asio::io_context& io_;
  std::size_t limit_;
  std::size_t inside_ = 0;
  std::deque<std::shared_ptr<Timer>> waiting_;
};

}  // namespace connspec
