// A program that a test runs: what it printed and how it ended, or a target that runs until the
// test is over.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace connspec {

struct Finished {
  int status = -1;  ///< Exit code; 128 and the signal, if one ended it; -1: it took too long.
  std::string output = {};
  std::string errors = {};
  std::chrono::nanoseconds time{};
};

/// Runs a program to its end, in `folder` if one is given, with nothing to read. What takes
/// longer than `limit` is ended.
Finished run(std::vector<std::string> words, const std::string& folder = {},
             std::chrono::seconds limit = std::chrono::seconds(120));

/// A program in the background, ended by SIGTERM when this is.
class Background {
 public:
  explicit Background(std::vector<std::string> words);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  bool is_running();

 private:
  int pid_ = -1;
};

/// A port of 127.0.0.1 on which nobody listens.
std::uint16_t free_port();

/// Waits until somebody accepts connections there; false if nobody does in time.
bool wait_for_port(std::uint16_t port, std::chrono::seconds limit = std::chrono::seconds(10));

}  // namespace connspec
