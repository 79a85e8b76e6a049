// Servers that nobody would want, each in a thread on a port of its own: what a target may do
// to us, as one function from a connection to what is written on it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace connspec {

/// A connection that a hostile target has accepted. It is closed when its function returns.
class Victim {
 public:
  Victim(int socket, const std::atomic<bool>& over) : socket_(socket), over_(over) {}

  /// False once the peer does not take it any longer.
  bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent =
          ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent >= 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      if (sent < 0 && (errno != EAGAIN || !wait_for(POLLOUT))) return false;
    }
    return !over_;
  }

  /// Waits for the head of a request and gives its target; empty at the end of the connection.
  std::string read_target() {
    while (true) {
      if (const auto end = unread_.find("\r\n\r\n"); end != std::string::npos) {
        const auto from = unread_.find(' ') + 1;
        auto target = unread_.substr(from, unread_.find(' ', from) - from);
        unread_.erase(0, end + 4);
        return target;
      }
      char bytes[4096];
      if (!wait_for(POLLIN)) return {};
      const auto size = ::recv(socket_, bytes, sizeof bytes, 0);
      if (size <= 0) return {};
      unread_.append(bytes, static_cast<std::size_t>(size));
    }
  }

  /// Keeps the connection until the peer ends it or the test is over.
  void linger() const {
    char bytes[4096];
    while (wait_for(POLLIN) && ::recv(socket_, bytes, sizeof bytes, 0) > 0) continue;
  }

  /// The close behind this is an RST.
  void will_reset() const {
    const ::linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

 private:
  bool wait_for(short what) const {
    pollfd wanted{socket_, what, 0};
    while (!over_)
      if (::poll(&wanted, 1, 20) > 0) return true;
    return false;
  }

  int socket_;
  const std::atomic<bool>& over_;
  std::string unread_;
};

/// Plays `conduct` on every connection; its number counts from 1.
class HostileTarget {
 public:
  using Conduct = std::function<void(Victim&, int number)>;

  explicit HostileTarget(Conduct conduct) : conduct_(std::move(conduct)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 512) != 0 ||
        ::getsockname(listener_, generic, &size) != 0)
      throw std::runtime_error("a hostile target cannot listen");
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }

  ~HostileTarget() {
    over_ = true;
    accepting_.join();
    for (auto& thread : threads_) thread.join();
  }
  HostileTarget(const HostileTarget&) = delete;
  HostileTarget& operator=(const HostileTarget&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// Very soon connections are refused. A conduct may call it.
  void stop_listening() { refusing_ = true; }

 private:
  void accept_all() {
    int number = 0;
    while (!over_ && !refusing_) {
      pollfd wanted{listener_, POLLIN, 0};
      if (::poll(&wanted, 1, 5) <= 0) continue;
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) continue;
      threads_.emplace_back([this, socket, count = ++number] {
        Victim victim(socket, over_);
        conduct_(victim, count);
        ::close(socket);
      });
    }
    ::close(listener_);
  }

  Conduct conduct_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_ = false;
  std::atomic<bool> refusing_ = false;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace connspec
