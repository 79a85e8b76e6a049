// What was seen on a connection, and when: bytes, FIN, RST, silence. Plain values; nothing here
// waits, reads a message or judges.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace connspec {

using Clock = std::chrono::steady_clock;
using Duration = std::chrono::nanoseconds;
using Time = std::chrono::time_point<Clock, Duration>;

/// How a peer stopped sending.
enum class Ending : std::uint8_t { fin, rst };

/// What delimits the content of a message (RFC 9112 section 6.3); `end`: that of the
/// connection.
enum class Framing : std::uint8_t { none, length, chunks, end };

/// When an event happened: a moment between two times. Bytes carry the kernel's stamp, so both
/// are equal; FIN and RST carry none, so all we know is when the socket was last seen without
/// them and when they were first seen.
struct Moment {
  Time earliest{};
  Time latest{};
};

/// Received bytes up to offset `end` of `Wire::received` had come at `at`.
struct Arrival {
  Moment at{};
  std::size_t end = 0;
};

/// Bytes up to offset `end` of `Wire::sent` had been handed to the kernel at `at`.
struct Departure {
  Time at{};
  std::size_t end = 0;
};

/// How the connection itself came about.
enum class Opening : std::uint8_t { pending, open, refused };

/// What the kernel knew about a connection when it was last asked, before our close.
struct TcpState {
  int poll_flags = 0;          ///< POLLIN, POLLRDHUP, POLLERR, POLLHUP.
  int socket_error = 0;        ///< SO_ERROR, an errno.
  int state = 0;               ///< tcpi_state.
  std::uint32_t unacked = 0;   ///< Segments of ours without acknowledgement.
  std::uint32_t not_sent = 0;  ///< Bytes of ours that have not left.
  std::uint32_t data_segments_in = 0;
};

/// Everything that one connection showed.
///
/// Content beyond `keep` bytes is counted in `received_total` and not kept; less is kept where
/// many connections carry much at the same time.
struct Wire {
  static constexpr std::size_t keep = 64'000'000;

  Opening opening = Opening::pending;
  int opening_error = 0;  ///< An errno, when refused.
  Time opened{};          ///< When the connection was there, or was refused.
  std::string received;
  std::uint64_t received_total = 0;
  std::vector<Arrival> arrivals;
  std::string sent;  ///< Kept up to `keep` as well.
  std::vector<Departure> departures;
  std::optional<Moment> fin;
  std::optional<Moment> rst;  ///< With `fin` set too: an RST that followed the FIN.
  std::optional<TcpState> tcp;

  /// The first end that was seen, if any.
  std::optional<Ending> ending() const {
    if (fin) return Ending::fin;
    if (rst) return Ending::rst;
    return std::nullopt;
  }
  bool overflowed() const { return received_total > received.size(); }
};

}  // namespace connspec
