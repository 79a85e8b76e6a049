// The packets of one TCP connection, made from what either end sent, and the file they stand
// in.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

/// One end: an IPv4 or IPv6 address in the order of the network, and a port.
struct CaptureEnd {
  std::string address = {};  ///< 4 or 16 bytes; none where it is not known.
  std::uint16_t port = 0;

  explicit operator bool() const { return !address.empty(); }
};

struct CapturePacket {
  std::chrono::nanoseconds at{};
  std::string bytes = {};  ///< From the IP header on.
  std::size_t absent = 0;  ///< So many more it had, and the file does not have them.
  std::string comment = {};
};

/// Makes packets whose numbers and checksums fit. What is said goes out in that order; times
/// that go back are taken for the one before.
class CaptureStream {
 public:
  enum Side : std::uint8_t { opener = 0, other = 1 };

  CaptureStream(CaptureEnd from, CaptureEnd to, std::uint32_t seed);

  void handshake(std::chrono::nanoseconds at);
  /// SYN, and an RST instead of an answer.
  void refused(std::chrono::nanoseconds at);
  /// Cut into segments; the first has the comment. The other side acknowledges all of it.
  void data(Side side, std::chrono::nanoseconds at, std::string_view bytes,
            const std::string& comment);
  /// Segments of which the file has the headers alone.
  void absent(Side side, std::chrono::nanoseconds at, std::uint64_t size);
  void fin(Side side, std::chrono::nanoseconds at);
  void rst(Side side, std::chrono::nanoseconds at);

  const std::vector<CapturePacket>& packets() const { return packets_; }

 private:
  void add(Side side, std::chrono::nanoseconds at, std::uint8_t flags, std::string_view bytes,
           std::string comment = {}, std::size_t absent = 0);

  std::array<CaptureEnd, 2> ends_;
  std::array<std::uint32_t, 2> next_{};  ///< Number of the next octet of each side.
  std::array<bool, 2> finished_{};
  bool reset_ = false;
  std::chrono::nanoseconds last_{std::chrono::nanoseconds::min()};
  std::uint16_t identification_ = 1;
  std::vector<CapturePacket> packets_;
};

/// A pcapng file. `about` and `of_interface` become comments; `base` is added to all times and
/// counts from 1970.
std::string pcapng(const std::vector<CapturePacket>& packets, const std::string& about,
                   const std::string& of_interface, std::chrono::nanoseconds base);

}  // namespace connspec
