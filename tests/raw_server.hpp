// Servers of a few lines on the loopback, each connection in the hands of a function of the
// test, and plays of a case against them.
#pragma once

#include "harness/player.hpp"
#include "tests/wires.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <functional>
#include <thread>

namespace connspec::raw {

using tcp = boost::asio::ip::tcp;

/// One accepted connection, read and written with blocking calls. It is closed when the test's
/// function returns.
class Peer {
 public:
  explicit Peer(tcp::socket socket) : socket_(std::move(socket)) {}

  /// Reads until `mark` has come; empty at an end before it. The rest is kept for later.
  std::string read_until(const std::string& mark = "\r\n\r\n") {
    while (buffer_.find(mark) == std::string::npos)
      if (!read_more()) return {};
    const auto end = buffer_.find(mark) + mark.size();
    auto taken = buffer_.substr(0, end);
    buffer_.erase(0, end);
    return taken;
  }
  /// Reads so many bytes; fewer at an end before.
  std::string read_exactly(std::size_t size) {
    while (buffer_.size() < size && read_more()) {}
    auto taken = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return taken;
  }
  /// Reads until the other side ends.
  void drain() {
    while (read_more()) {}
  }
  void say(const std::string& bytes) {
    boost::system::error_code ignored;
    boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
  }
  void wait(int milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  }
  void half_close() {
    boost::system::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }
  void reset() {
    boost::system::error_code ignored;
    socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
  }

 private:
  bool read_more() {
    char bytes[4096];
    boost::system::error_code error;
    const auto size = socket_.read_some(boost::asio::buffer(bytes), error);
    buffer_.append(bytes, size);
    return !error;
  }

  tcp::socket socket_;
  std::string buffer_;
};

/// Accepts connections, one thread for each, until it is destroyed.
class Server {
 public:
  using Conduct = std::function<void(Peer&)>;

  explicit Server(Conduct conduct)
      : conduct_(std::move(conduct)), accepting_([this] { accept(); }) {}
  ~Server() {
    stopped_ = true;
    boost::system::error_code ignored;
    tcp::socket knock(io_);
    knock.connect(endpoint(), ignored);
    accepting_.join();
    for (auto& thread : threads_) thread.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
  int accepted() const { return accepted_; }

 private:
  void accept() {
    while (!stopped_) {
      tcp::socket socket(io_);
      boost::system::error_code error;
      acceptor_.accept(socket, error);
      if (stopped_ || error) return;
      ++accepted_;
      threads_.emplace_back(
          [this, peer = std::make_shared<Peer>(std::move(socket))] { conduct_(*peer); });
    }
  }

  Conduct conduct_;
  boost::asio::io_context io_;
  tcp::acceptor acceptor_{io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  std::atomic<bool> stopped_ = false;
  std::atomic<int> accepted_ = 0;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

/// A stage with short bounds, and plays on it.
class Theatre {
 public:
  explicit Theatre(const tcp::endpoint& target) : target_(target) {
    offer.set(Binding::host, "127.0.0.1:" + std::to_string(target.port()));
    offer.set(Binding::a, "/a");
    offer.set(Binding::b, "/b");
    offer.answer[static_cast<std::size_t>(Binding::a)] = Answer{200, "hello"};
    offer.answer[static_cast<std::size_t>(Binding::b)] = Answer{404, std::nullopt};
    pulse.start();
  }

  Stage stage() {
    return {.io = io,
            .pulse = pulse,
            .target = target_,
            .offer = offer,
            .origin = origin,
            .connects = connects,
            .reply = std::chrono::milliseconds(300),
            .close = std::chrono::milliseconds(150),
            .late_tolerance = std::chrono::milliseconds(50)};
  }

  Played play(const Case& script) {
    auto stage = this->stage();
    Played played;
    bool over = false;
    boost::asio::co_spawn(
        io, connspec::play(script, stage, {.token = "k1", .keep_transcript = true}),
        [&](const std::exception_ptr& error, Played result) {
          if (error) std::rethrow_exception(error);
          played = std::move(result);
          over = true;
        });
    const auto limit = Clock::now() + std::chrono::seconds(20);
    while (!over && Clock::now() < limit) io.run_one_for(std::chrono::milliseconds(10));
    io.run_for(std::chrono::milliseconds(5));
    return played;
  }

  boost::asio::io_context io{1};
  Pulse pulse{io};
  ConnectGate connects{io, 64};
  Offer offer;
  Origin* origin = nullptr;

 private:
  tcp::endpoint target_;
};

/// `pass`, or the verdict with its reason.
inline std::string came_to(const Played& played) {
  const std::string verdict(name_of(played.verdict));
  return played.reason.empty() ? verdict : verdict + " " + played.reason;
}

}  // namespace connspec::raw
