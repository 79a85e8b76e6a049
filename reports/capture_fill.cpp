#include "reports/capture_fill.hpp"

#include <fmt/core.h>

#include <charconv>

namespace connspec {

namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view last_chunk = "0\r\n\r\n";
constexpr std::size_t chunk_size_limit = 1U << 30;

/// Where kept chunks stop making sense: behind the last whole one or inside the content of the
/// next, of which `missing` bytes are still to come.
struct Stop {
  std::size_t at = 0;
  std::size_t missing = 0;
  bool inside = false;
};

Stop stop_in(std::string_view chunks) {
  Stop stop;
  while (true) {
    auto line_end = chunks.find(crlf, stop.at);
    if (line_end == std::string_view::npos) return stop;
    std::size_t size = 0;
    auto read = std::from_chars(chunks.data() + stop.at, chunks.data() + line_end, size, 16);
    if (read.ec != std::errc{} || size == 0 || size > chunk_size_limit) return stop;
    auto begin = line_end + crlf.size();
    if (begin + size > chunks.size())
      return {.at = chunks.size(), .missing = begin + size - chunks.size(), .inside = true};
    if (begin + size + crlf.size() > chunks.size())
      return {.at = begin + size, .missing = 0, .inside = true};
    stop.at = begin + size + crlf.size();
  }
}

/// One chunk of `size` bytes with all that belongs to it; empty if there is none so small.
std::string chunk_of(std::size_t size) {
  constexpr std::size_t least = 6;
  if (size < least) return {};
  for (std::size_t digits = 1; digits < 9; ++digits) {
    if (size < digits + 2 * crlf.size() + 1) break;
    std::size_t content = size - digits - 2 * crlf.size();
    std::string line = fmt::format("{:0{}x}", content, digits);
    if (line.size() == digits) return line + "\r\n" + std::string(content, 'x') + "\r\n";
  }
  return {};
}

/// The rest of the chunks in exactly `size` bytes; empty if that cannot be.
std::string rest_of(const Stop& stop, std::size_t size, bool whole) {
  std::string out;
  if (stop.inside) out = std::string(stop.missing, 'x') + "\r\n";
  std::size_t tail = whole ? last_chunk.size() : 0;
  if (out.size() + tail > size) return {};
  std::size_t more = size - tail - out.size();
  if (more > 0) {
    std::string chunk = chunk_of(more);
    if (chunk.empty()) return {};
    out += chunk;
  }
  if (whole) out += last_chunk;
  return out;
}

}  // namespace

std::string filled_up(std::string_view kept, std::uint64_t size, bool chunked, bool whole) {
  std::string out(kept);
  if (size <= out.size()) return out;
  if (chunked) {
    Stop stop = stop_in(kept);
    if (std::string rest = rest_of(stop, size - stop.at, whole); !rest.empty())
      return out.substr(0, stop.at) + rest;
    // Cut inside a chunk that does not end, or no room for the frame: content, as it were.
  }
  out.resize(size, 'x');
  return out;
}

}  // namespace connspec
