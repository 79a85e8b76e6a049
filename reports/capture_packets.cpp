#include "reports/capture_packets.hpp"

#include <algorithm>
#include <utility>

namespace connspec {

namespace {

constexpr std::size_t segment_limit = 32'768;
constexpr std::uint8_t fin_flag = 0x01;
constexpr std::uint8_t syn_flag = 0x02;
constexpr std::uint8_t rst_flag = 0x04;
constexpr std::uint8_t push_flag = 0x08;
constexpr std::uint8_t ack_flag = 0x10;
constexpr std::uint8_t tcp_protocol = 6;

/// Numbers as the network has them.
void put16(std::string& to, std::size_t value) {
  to += static_cast<char>(value >> 8U);
  to += static_cast<char>(value);
}
void put32(std::string& to, std::uint32_t value) {
  put16(to, value >> 16U);
  put16(to, value & 0xffffU);
}

/// Numbers as this file has them: the least byte first.
void little16(std::string& to, std::size_t value) {
  to += static_cast<char>(value);
  to += static_cast<char>(value >> 8U);
}
void little32(std::string& to, std::uint32_t value) {
  little16(to, value & 0xffffU);
  little16(to, value >> 16U);
}

/// RFC 1071.
std::uint16_t checksum(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::uint32_t byte = static_cast<unsigned char>(bytes[i]);
    sum += i % 2 == 0 ? byte << 8U : byte;
    sum = (sum & 0xffffU) + (sum >> 16U);
  }
  return static_cast<std::uint16_t>(~sum);
}

void set16(std::string& in, std::size_t at, std::uint16_t value) {
  in[at] = static_cast<char>(value >> 8U);
  in[at + 1] = static_cast<char>(value);
}

/// The TCP header and its content under an IP header.
std::string under_ip(const CaptureEnd& from, const CaptureEnd& to, std::string tcp,
                     std::size_t absent, std::uint16_t identification) {
  constexpr std::size_t checksum_of_tcp = 16;
  constexpr std::size_t checksum_of_ip = 10;
  bool v6 = from.address.size() == 16;
  std::string pseudo = from.address + to.address;
  if (v6) {
    put32(pseudo, static_cast<std::uint32_t>(tcp.size()));
    put32(pseudo, tcp_protocol);
  } else {
    put16(pseudo, tcp_protocol);
    put16(pseudo, tcp.size());
  }
  set16(tcp, checksum_of_tcp, checksum(pseudo + tcp));
  std::string ip;
  if (v6) {
    put32(ip, 0x60000000U);
    put16(ip, tcp.size() + absent);
    ip += static_cast<char>(tcp_protocol);
    ip += '\x40';
    ip += from.address + to.address;
    return ip + tcp;
  }
  constexpr std::size_t header = 20;
  put16(ip, 0x4500);
  put16(ip, header + tcp.size() + absent);
  put16(ip, identification);
  put16(ip, 0x4000);  // Not to be cut.
  ip += '\x40';
  ip += static_cast<char>(tcp_protocol);
  put16(ip, 0);
  ip += from.address + to.address;
  set16(ip, checksum_of_ip, checksum(ip));
  return ip + tcp;
}

void pad(std::string& bytes) { bytes.resize((bytes.size() + 3) / 4 * 4, '\0'); }

void add_option(std::string& to, std::size_t code, std::string_view value) {
  constexpr std::size_t most = 65'000;
  value = value.substr(0, most);
  little16(to, code);
  little16(to, value.size());
  to += value;
  pad(to);
}

/// A block of the file: its length stands before and behind what is in it.
void add_block(std::string& file, std::uint32_t type, std::string body) {
  pad(body);
  auto length = static_cast<std::uint32_t>(body.size() + 12);
  little32(file, type);
  little32(file, length);
  file += body;
  little32(file, length);
}

constexpr std::size_t end_of_options = 0;
constexpr std::size_t comment_option = 1;

void add_section(std::string& file, const std::string& about) {
  constexpr std::size_t application_option = 4;
  std::string body;
  little32(body, 0x1a2b3c4dU);
  little16(body, 1);
  little16(body, 0);
  body.append(8, '\xff');  // Its length is not said.
  add_option(body, comment_option, about);
  add_option(body, application_option, "connspec");
  add_option(body, end_of_options, "");
  add_block(file, 0x0a0d0d0aU, std::move(body));
}

void add_interface(std::string& file, const std::string& description) {
  constexpr std::size_t raw_ip = 101;
  constexpr std::size_t name_option = 2;
  constexpr std::size_t description_option = 3;
  constexpr std::size_t resolution_option = 9;
  std::string body;
  little16(body, raw_ip);
  little16(body, 0);
  little32(body, 0);  // Nothing is cut off.
  add_option(body, name_option, "connspec");
  add_option(body, description_option, description);
  add_option(body, resolution_option, "\x09");  // Nanoseconds.
  add_option(body, end_of_options, "");
  add_block(file, 1, std::move(body));
}

void add_packet(std::string& file, const CapturePacket& packet, std::chrono::nanoseconds base) {
  auto time = static_cast<std::uint64_t>((base + packet.at).count());
  std::string body;
  little32(body, 0);  // The interface.
  little32(body, static_cast<std::uint32_t>(time >> 32U));
  little32(body, static_cast<std::uint32_t>(time));
  little32(body, static_cast<std::uint32_t>(packet.bytes.size()));
  little32(body, static_cast<std::uint32_t>(packet.bytes.size() + packet.absent));
  body += packet.bytes;
  pad(body);
  if (!packet.comment.empty()) {
    add_option(body, comment_option, packet.comment);
    add_option(body, end_of_options, "");
  }
  add_block(file, 6, std::move(body));
}

}  // namespace

CaptureStream::CaptureStream(CaptureEnd from, CaptureEnd to, std::uint32_t seed)
    : ends_{std::move(from), std::move(to)},
      next_{seed * 1'000'000U + 1000, seed * 1'000'000U} {}

void CaptureStream::add(Side side, std::chrono::nanoseconds at, std::uint8_t flags,
                        std::string_view bytes, std::string comment, std::size_t absent) {
  if (reset_) return;
  const Side back = side == opener ? other : opener;
  const bool first = (flags & syn_flag) != 0;
  last_ = std::max(last_, at);
  std::string tcp;
  put16(tcp, ends_[side].port);
  put16(tcp, ends_[back].port);
  put32(tcp, next_[side]);
  put32(tcp, (flags & ack_flag) != 0 ? next_[back] : 0);
  tcp += first ? '\x80' : '\x50';  // Its length in words of four bytes.
  tcp += static_cast<char>(flags);
  put16(tcp, 0xffff);
  put32(tcp, 0);  // Checksum, no urgent pointer.
  if (first) tcp.append("\x02\x04\xff\xc3\x01\x03\x03\x0e\x01\x01\x01\x01", 12);
  tcp += bytes;
  packets_.push_back(
      {last_, under_ip(ends_[side], ends_[back], std::move(tcp), absent, identification_++),
       absent, std::move(comment)});
  next_[side] += static_cast<std::uint32_t>(bytes.size() + absent);
  if ((flags & (syn_flag | fin_flag)) != 0) ++next_[side];
  reset_ = (flags & rst_flag) != 0;
}

void CaptureStream::handshake(std::chrono::nanoseconds at) {
  add(opener, at - std::chrono::nanoseconds(2), syn_flag, {});
  add(other, at - std::chrono::nanoseconds(1), syn_flag | ack_flag, {});
  add(opener, at, ack_flag, {});
}

void CaptureStream::refused(std::chrono::nanoseconds at) {
  add(opener, at, syn_flag, {});
  next_[other] = 0;
  add(other, at, rst_flag | ack_flag, {});
}

void CaptureStream::data(Side side, std::chrono::nanoseconds at, std::string_view bytes,
                         const std::string& comment) {
  if (finished_[side]) return;
  for (bool first = true; !bytes.empty(); first = false) {
    auto piece = bytes.substr(0, segment_limit);
    bytes.remove_prefix(piece.size());
    auto flags = static_cast<std::uint8_t>(bytes.empty() ? ack_flag | push_flag : ack_flag);
    add(side, at, flags, piece, first ? comment : std::string());
    add(side == opener ? other : opener, at, ack_flag, {});
  }
}

void CaptureStream::absent(Side side, std::chrono::nanoseconds at, std::uint64_t size) {
  while (size > 0 && !finished_[side]) {
    const auto piece = std::min<std::uint64_t>(size, segment_limit);
    add(side, at, ack_flag, {}, {}, piece);
    add(side == opener ? other : opener, at, ack_flag, {});
    size -= piece;
  }
}

void CaptureStream::fin(Side side, std::chrono::nanoseconds at) {
  if (std::exchange(finished_[side], true)) return;
  add(side, at, fin_flag | ack_flag, {});
  add(side == opener ? other : opener, at, ack_flag, {});
}

void CaptureStream::rst(Side side, std::chrono::nanoseconds at) {
  add(side, at, rst_flag | ack_flag, {});
}

std::string pcapng(const std::vector<CapturePacket>& packets, const std::string& about,
                   const std::string& of_interface, std::chrono::nanoseconds base) {
  std::string file;
  add_section(file, about);
  add_interface(file, of_interface);
  for (const auto& packet : packets) add_packet(file, packet, base);
  return file;
}

}  // namespace connspec
