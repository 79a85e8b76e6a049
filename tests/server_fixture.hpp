// What the tests of the server fixture share: a raw client, requests, and a server in this
// process.
#pragma once

#include "fixtures/hosted.hpp"
#include "fixtures/mutants.hpp"
#include "fixtures/server.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace fixtures {
inline constexpr Milliseconds reply{5'000};

/// A client that writes what it is told and notes what comes.
class Client {
 public:
  enum class End { none, fin, rst };

  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }

  Client& write(std::string_view bytes) {
    while (!bytes.empty()) {
      auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return *this;
  }

  Client& half_close() { return ::shutdown(socket_, SHUT_WR), *this; }

  void reset() {
    linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(socket_);
    socket_ = -1;
  }

  /// Reads until `text` has come; everything so far. The end comes first if it does.
  const std::string& until(std::string_view text) {
    while (end_ == End::none && received_.find(text) == received_.npos)
      if (!read(reply)) break;
    return received_;
  }

  /// Reads to the end; everything.
  const std::string& rest() {
    while (end_ == End::none && read(reply)) continue;
    return received_;
  }

  /// Whether nothing comes for so long.
  bool silent_for(Milliseconds time) { return !read(time); }

  End end() const { return end_; }

  /// Segments with content that have come, as the kernel counts them.
  std::uint32_t data_segments() const {
    constexpr std::size_t place = 152;  ///< Of tcpi_data_segs_in, which glibc does not name.
    char info[place + sizeof(std::uint32_t)] = {};
    socklen_t size = sizeof info;
    getsockopt(socket_, IPPROTO_TCP, TCP_INFO, info, &size);
    std::uint32_t segments = 0;
    std::memcpy(&segments, info + place, sizeof segments);
    return segments;
  }

 private:
  bool read(Milliseconds time) {
    pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(time.count())) <= 0) return false;
    char bytes[65'536];
    auto size = ::recv(socket_, bytes, sizeof bytes, 0);
    if (size == 0) end_ = End::fin;
    if (size < 0) end_ = End::rst;
    if (size > 0) received_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  int socket_;
  bool connected_ = false;
  std::string received_;
  End end_ = End::none;
};

using End = Client::End;

inline std::size_t count(std::string_view text, std::string_view part) {
  std::size_t times = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++times;
  return times;
}

inline bool has(std::string_view text, std::string_view part) { return count(text, part) > 0; }

/// `GET /a HTTP/1.1`, Host and more lines, each with its CRLF.
inline std::string request(std::string_view line, std::string_view more = "") {
  return std::string(line) + "\r\nHost: fixture\r\n" + std::string(more) + "\r\n";
}

inline std::string get(std::string_view path, std::string_view more = "") {
  return request("GET " + std::string(path) + " HTTP/1.1", more);
}

/// One server in this process; short times where a test waits for them.
class ServerFixture : public testing::Test {
 protected:
  void start(std::string_view mutant = "", Milliseconds patience = reply) {
    Conduct conduct;
    if (!mutant.empty()) find_mutant(mutant)->change(conduct);
    conduct.server.inbound.idle_timeout = patience;
    conduct.server.inbound.head_timeout = patience;
    conduct.server.inbound.body_timeout = patience;
    port_ = hosted_.add<Server>(conduct.server);
  }

  /// Everything that comes in answer to one write, to the end.
  std::string talk(std::string_view bytes) {
    Client client(port_);
    return client.write(bytes).rest();
  }

  std::string hits(std::string_view key) {
    return talk(get("/hits/" + std::string(key), "Connection: close\r\n"));
  }

  Hosted hosted_;
  std::uint16_t port_ = 0;
};

}  // namespace fixtures
