// What the tests of the proxy fixture share: raw sockets on both sides of it, and a proxy in
// this process.
#pragma once

#include "fixtures/hosted.hpp"
#include "fixtures/mutants.hpp"
#include "fixtures/proxy.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace proxy_fixture {

using namespace fixtures;
using namespace std::chrono_literals;

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline void limit_waits(int socket, std::chrono::milliseconds time) {
  const timeval limit{.tv_sec = time.count() / 1000, .tv_usec = time.count() % 1000 * 1000};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

/// One side of a connection. What it reads ends in `<FIN>`, `<RST>` or `<silence>` where no
/// more came.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    limit_waits(socket_, 3s);
  }
  ~Peer() {
    if (socket_ >= 0) ::close(socket_);
  }
  Peer(Peer&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  Peer& operator=(Peer&&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
  }

  /// Up to and including `end`.
  std::string until(std::string_view end) {
    std::string text;
    while (text.size() < end.size() || text.substr(text.size() - end.size()) != end) {
      char byte = 0;
      const auto size = ::recv(socket_, &byte, 1, 0);
      if (size == 1) {
        text += byte;
        continue;
      }
      if (size == 0) return text + "<FIN>";
      return text + (errno == ECONNRESET ? "<RST>" : "<silence>");
    }
    return text;
  }
  std::string head() { return until("\r\n\r\n"); }
  std::string rest() { return until("no such text"); }

  /// Whatever comes within a tenth of a second.
  std::string soon() {
    limit_waits(socket_, 100ms);
    auto text = rest();
    limit_waits(socket_, 3s);
    return text;
  }

  void half_close() { ::shutdown(socket_, SHUT_WR); }
  void close() { ::close(std::exchange(socket_, -1)); }
  void reset() {
    const linger hard{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
  }

 private:
  int socket_;
};

/// A listening socket that plays the origin.
class Listening {
 public:
  Listening() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    auto address = loopback(0);
    ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(socket_, 16);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    limit_waits(socket_, 3s);
  }
  ~Listening() { ::close(socket_); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  std::uint16_t port() const { return port_; }
  Peer accept() { return Peer(::accept(socket_, nullptr, nullptr)); }
  bool is_called_soon() {
    limit_waits(socket_, 100ms);
    const int socket = ::accept(socket_, nullptr, nullptr);
    limit_waits(socket_, 3s);
    if (socket >= 0) ::close(socket);
    return socket >= 0;
  }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

class ProxyFixture : public testing::Test {
 protected:
  /// Starts the proxy, conforming or with one fault.
  void start(std::string_view mutant = {}, bool forward = false) {
    Conduct conduct;
    if (!mutant.empty()) find_mutant(mutant)->change(conduct);
    const Upstream upstream{.port = listening.port(), .forward = forward};
    port_ = hosted_.add<Proxy>(conduct.proxy, upstream);
  }

  Peer client() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const auto address = loopback(port_);
    EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    return Peer(socket);
  }

  std::string authority() const { return "127.0.0.1:" + std::to_string(listening.port()); }

  Listening listening;

 private:
  Hosted hosted_;
  std::uint16_t port_ = 0;
};

inline constexpr std::string_view get = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
inline constexpr std::string_view post =
    "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
inline constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// One whole exchange on new connections; the origin's side of it is then in the pool.
inline Peer exchange(Peer& client, Listening& listening) {
  client.send(get);
  auto origin = listening.accept();
  origin.head();
  origin.send(ok);
  client.until("\r\n\r\nok");
  return origin;
}

}  // namespace proxy_fixture
