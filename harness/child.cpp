#include "harness/child.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstring>
#include <set>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace connspec {

namespace asio = boost::asio;

namespace {

constexpr Duration between_tries = std::chrono::milliseconds(10);
constexpr int stop_tries = 200;  ///< 10 ms each, before SIGKILL.

/// Those that have been made and not destroyed. One thread.
std::set<Child*>& children() {
  static std::set<Child*> all;
  return all;
}

bool accepts(const asio::ip::tcp::endpoint& port) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  boost::system::error_code error;
  socket.connect(port, error);
  return !error;
}

/// `127.0.0.1:8080`, `[::1]:8080`.
std::string named(const asio::ip::tcp::endpoint& port) {
  const auto address = port.address().to_string();
  return port.address().is_v6() ? fmt::format("[{}]:{}", address, port.port())
                                : fmt::format("{}:{}", address, port.port());
}

}  // namespace

Child::Child(std::string command) : command_(std::move(command)) { children().insert(this); }

Child::~Child() {
  children().erase(this);
  stop();
}

void stop_children() {
  for (auto* child : children()) child->stop();
}

Task<std::string> Child::start(asio::io_context& io, asio::ip::tcp::endpoint port,
                               Duration limit) {
  if (accepts(port))
    co_return fmt::format("something listens on {} before '{}' is started", named(port),
                          command_);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t defaults;
  ::sigemptyset(&defaults);
  ::sigaddset(&defaults, SIGINT);
  ::sigaddset(&defaults, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  std::string shell = "sh";
  std::string flag = "-c";
  char* arguments[] = {shell.data(), flag.data(), command_.data(), nullptr};
  const int failed = ::posix_spawn(&pid_, "/bin/sh", nullptr, &attributes, arguments, environ);
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0) {
    pid_ = -1;
    co_return fmt::format("'{}' cannot be started: {}", command_, std::strerror(failed));
  }
  const auto until = Clock::now() + limit;
  while (Clock::now() < until) {
    if (accepts(port)) co_return std::string();
    if (!is_running()) co_return fmt::format("'{}' ended before it listened", command_);
    Timer pause(io, between_tries);
    co_await pause.async_wait(no_throw);
  }
  co_return fmt::format("'{}' does not listen on {}", command_, named(port));
}

bool Child::is_running() {
  if (pid_ < 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  ::kill(-pid_, SIGKILL);  // What is left of its group.
  pid_ = -1;
  return false;
}

void Child::stop() {
  if (pid_ < 0) return;
  ::kill(-pid_, SIGTERM);
  for (int i = 0; i < stop_tries && is_running(); ++i) ::usleep(10'000);
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace connspec
