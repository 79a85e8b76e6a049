// A client that speaks plainly, for calibration: one request at a time on one connection. What
// it does not get, it can put into words.
#pragma once

#include "harness/judge.hpp"
#include "harness/player.hpp"

namespace connspec {

/// How long answers are waited for. A target that let two of them wait in vain is not given the
/// whole bound a third time, so that one that never answers does not take minutes.
class Indulgence {
 public:
  explicit Indulgence(Duration bound) : bound_(bound) {}
  Duration limit() const { return disappointed_ < 2 ? bound_ : bound_ / 10; }
  void disappoint() { ++disappointed_; }

 private:
  Duration bound_;
  int disappointed_ = 0;
};

class PlainClient {
 public:
  /// Begins to connect.
  explicit PlainClient(Stage& stage);
  ~PlainClient();
  PlainClient(const PlainClient&) = delete;
  PlainClient& operator=(const PlainClient&) = delete;

  const Wire& wire() const { return connection_->wire(); }
  Task<bool> connected(Duration limit);

  /// The final response to `request`, whole, or null. Lives as long as the client.
  Task<const Message*> ask(std::string request, ReadAs as, Duration limit);
  /// The same, and the limit shrinks when it passes in vain.
  Task<const Message*> ask(std::string request, ReadAs as, Indulgence& indulgence);

  Duration took() const { return took_; }  ///< The last answer.
  /// What came instead of an answer: `the connection ended by RST before a response`.
  const std::string& instead() const { return instead_; }

 private:
  Task<void> wait(Time until);
  std::string put_into_words(const Message& message, Duration limit) const;

  Timer wake_;
  std::shared_ptr<Connection> connection_;
  MessagesRead readings_;
  std::size_t cursor_ = 0;
  Duration took_{};
  std::string instead_;
  bool timed_out_ = false;
};

/// `GET {target} HTTP/1.1` and Host.
std::string plain_get(const std::string& target, const std::string& host,
                      std::string_view version = "1.1");

}  // namespace connspec
