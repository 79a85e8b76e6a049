// A target that we start ourselves, in a process group of its own.
#pragma once

#include "harness/task.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace connspec {

class Child {
 public:
  /// `command` is for /bin/sh. Nothing is started yet.
  explicit Child(std::string command);
  ~Child();  ///< Stops it: SIGTERM to the group, then SIGKILL.
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Starts it and waits until `port` accepts connections. Empty, or why it does not.
  Task<std::string> start(boost::asio::io_context& io, boost::asio::ip::tcp::endpoint port,
                          Duration limit);
  void stop();
  bool is_running();

 private:
  std::string command_;
  int pid_ = -1;
};

/// Stops every child that runs: for a process that ends without coming to their destructors.
void stop_children();

}  // namespace connspec
