// One TCP connection under observation.
//
// In the background it records every byte that arrives, and how the peer stops sending, so
// nothing is missed while the conversation is busy elsewhere; and it writes what is queued, in
// the pieces and at the pace that the script asks for. It knows no HTTP.
#pragma once

#include "harness/evidence.hpp"
#include "harness/pulse.hpp"
#include "harness/task.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/container/small_vector.hpp>

#include <functional>
#include <memory>
#include <string_view>
#include <variant>

namespace connspec {

/// What must be known before a connection is opened.
struct ConnectOptions {
  std::optional<std::size_t> window = {};       ///< SO_RCVBUF, bytes.
  bool late_acks = false;                       ///< Leave delayed acknowledgements on.
  std::optional<std::uint16_t> from_port = {};  ///< Local port, on another loopback address.
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Endpoint = boost::asio::ip::tcp::endpoint;
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

  /// Begins to connect. Failure is evidence: the wire ends by RST before its first byte.
  static std::shared_ptr<Connection> open(boost::asio::io_context& io, const Pulse& pulse,
                                          const Endpoint& to,
                                          const ConnectOptions& options = {});
  /// Watches a connection that was accepted.
  static std::shared_ptr<Connection> adopt(Socket socket, const Pulse& pulse);

  Connection(boost::asio::io_context& io, const Pulse& pulse);
  Connection(Socket&& socket, const Pulse& pulse);
  ~Connection();

  /// Called after each thing that was recorded, and when the queue of writes runs empty. The
  /// connection keeps it until `shut` or the next call.
  void on_change(std::function<void()> change) { change_ = std::move(change); }

  const Wire& wire() const { return wire_; }
  Endpoint local() const;
  Endpoint remote() const { return remote_; }
  /// Something waits to leave that is not held back.
  bool is_writing() const;
  Time last_sent() const {
    return wire_.departures.empty() ? wire_.opened : wire_.departures.back().at;
  }
  Time last_write() const {
    return last_write_;
  }  ///< Start of the last write; else the opening.
  std::uint32_t segments_since_write() const;
  /// How often something was done or came on it so far, and on all connections.
  std::size_t events() const { return events_; }
  static std::size_t events_of_all();

  /// Reads what the kernel has by now. True if that was something.
  bool read_now();
  /// The same, and tells of it: nothing else will, of bytes that have been read.
  void look() {
    if (read_now()) changed();
  }
  /// Asks the kernel for its state of the connection and keeps it in the wire.
  void sample();

  // What a script does. Each takes its turn behind the writes before it.
  void write(std::string bytes);
  void half_close();
  void close();  ///< Reads what is unread first, so that it is a FIN.
  void reset();
  void slice(std::size_t bytes, Duration every);
  /// What is still to leave does so at no pace.
  void hurry();
  void hold(std::size_t bytes);
  void release();
  /// The last bytes of what follows leave in the segment of the FIN behind them.
  void gather();
  void stop_reading() { reading_ = false; }
  void resume_reading();

  /// Ends it at once, politely: FIN where nothing is unread. No more calls of `on_change`.
  void shut();
  bool is_shut() const { return !socket_.is_open(); }
  bool ended_by_us() const {
    return ended_by_us_;
  }  ///< After our close or reset nothing is seen.

 private:
  enum class Ours : std::uint8_t { half_close, close, reset };
  /// `hold`, `slice` and `gather` are about the writes behind them, so they wait their turn.
  struct Holding {
    std::size_t bytes = 0;
  };
  struct Slicing {
    std::size_t bytes = 0;
    Duration every{};
  };
  struct Gathering {};
  using Queued = std::variant<std::string, Ours, Holding, Slicing, Gathering>;

  void set_options(const ConnectOptions& options);
  void connect(const Endpoint& to);
  void connect_decided();
  void connected(const boost::system::error_code& error);
  void watch();
  void watch_for_reset();
  bool read_some(bool to_the_end);
  void told(int error);
  void keep_bytes(std::string_view bytes);
  void note_bytes(std::size_t size, Time at, bool by_kernel);
  void note_end(Ending ending);
  void quick_ack();
  void pump();
  void pump_on();
  std::size_t allowance(std::size_t size) const;
  bool send_some(std::string& bytes);
  void note_sent(std::string& bytes, std::size_t count);
  void wait_writable();
  void wait_slice();
  Timer& pace();
  void carry_out(Ours act);
  void drop_queue();
  void enqueue(Ours act);
  void changed();
  void count_event();

  Socket socket_;
  const Pulse& pulse_;
  std::optional<Timer> pace_ = {};  ///< Of slices, and of acts behind bytes that nobody takes.
  Wire wire_;
  std::function<void()> change_;
  boost::container::small_vector<Queued, 1> queue_;
  std::size_t offset_ = 0;  ///< Of the front of the queue: bytes that have left.
  std::size_t slice_ = 0;   ///< 0: whole writes.
  Duration every_{};
  Time due_{};                       ///< When the next piece is to leave.
  std::optional<std::size_t> held_;  ///< Bytes that may still leave.
  Time last_write_{};
  Time quiet_at_{};  ///< The socket was last seen with nothing to read.
  Endpoint local_;   ///< Kept when the socket is closed.
  Endpoint remote_;
  std::uint32_t segments_at_write_ = 0;
  bool late_acks_ = false;
  bool reading_ = true;
  bool watching_ = false;
  bool waiting_writable_ = false;
  bool pacing_ = false;
  bool pumping_ = false;
  bool ended_by_us_ = false;
  bool half_closed_ = false;
  int told_ = 0;  ///< An error of the socket that a read will not tell again.
  std::size_t events_ = 0;
  std::size_t charged_ = 0;  ///< Bytes kept out of what all connections share.
};

}  // namespace connspec
