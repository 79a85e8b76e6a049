#include "tests/child_process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

namespace connspec {

namespace {

using Clock = std::chrono::steady_clock;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

constexpr std::chrono::milliseconds glance(2);

/// Starts a program of the PATH with `out` and `err` for its output.
int start(const std::vector<std::string>& words, const std::string& folder, int out, int err) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out, 1);
  ::posix_spawn_file_actions_adddup2(&actions, err, 2);
  if (!folder.empty()) ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int pid = -1;
  const int error =
      ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error(words[0] + " cannot be started");
  return pid;
}

/// How the child ended, if it does within `limit`.
std::optional<int> wait_for_end(int pid, std::chrono::milliseconds limit) {
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  pollfd waiting{handle, POLLIN, 0};
  const bool over = ::poll(&waiting, 1, static_cast<int>(limit.count())) == 1;
  ::close(handle);
  if (!over) return std::nullopt;
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Ends it by SIGTERM; what does not obey, by SIGKILL.
void end(int pid) {
  ::kill(pid, SIGTERM);
  if (wait_for_end(pid, std::chrono::seconds(10))) return;
  ::kill(pid, SIGKILL);
  wait_for_end(pid, std::chrono::seconds(10));
}

std::string contents_of(std::FILE* file) {
  std::string text;
  char bytes[4096];
  std::rewind(file);
  while (const auto size = std::fread(bytes, 1, sizeof bytes, file)) text.append(bytes, size);
  return text;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool accepts(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  const bool accepted =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return accepted;
}

}  // namespace

Finished run(std::vector<std::string> words, const std::string& folder,
             std::chrono::seconds limit) {
  const File out(std::tmpfile(), &std::fclose);
  const File err(std::tmpfile(), &std::fclose);
  const auto began = Clock::now();
  const int pid = start(words, folder, ::fileno(out.get()), ::fileno(err.get()));
  const auto status = wait_for_end(pid, limit);
  const auto time = Clock::now() - began;
  if (!status) end(pid);
  return {status.value_or(-1), contents_of(out.get()), contents_of(err.get()), time};
}

Background::Background(std::vector<std::string> words) {
  // It must not outlive us, whatever ends us.
  words.insert(words.begin(), {"setpriv", "--pdeathsig", "TERM"});
  pid_ = start(words, {}, 1, 2);
}

Background::~Background() {
  if (pid_ >= 0) end(pid_);
}

bool Background::is_running() {
  if (pid_ >= 0 && wait_for_end(pid_, {})) pid_ = -1;
  return pid_ >= 0;
}

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(socket, generic, size) == 0;
  if (!bound || ::getsockname(socket, generic, &size) != 0)
    throw std::runtime_error("no port is free");
  ::close(socket);
  return ntohs(address.sin_port);
}

bool wait_for_port(std::uint16_t port, std::chrono::seconds limit) {
  for (const auto until = Clock::now() + limit; !accepts(port);) {
    if (Clock::now() >= until) return false;
    std::this_thread::sleep_for(glance);
  }
  return true;
}

}  // namespace connspec
