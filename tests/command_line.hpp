// The program as a person or a CI job meets it: what tests of its command line share.
#pragma once

#include "tests/child_process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A folder of its own for each test, and the bundled server on a port.
class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() { std::filesystem::create_directories(folder_); }
  ~CommandLineTest() override { std::filesystem::remove_all(folder_); }

  static Finished connspec(std::vector<std::string> words) {
    words.insert(words.begin(), CONNSPEC_PROGRAM);
    return run(std::move(words));
  }

  void start_server() {
    server_.emplace(
        std::vector<std::string>{FIXTURE_PROGRAM, "server", "--port", std::to_string(port_)});
    ASSERT_TRUE(wait_for_port(port_));
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  const std::uint16_t port_ = free_port();
  const std::string url_ = "http://127.0.0.1:" + std::to_string(port_);
  const std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) /
                                        ("command-line-" + std::to_string(::getpid()));

 private:
  std::optional<Background> server_;
};

}  // namespace connspec
