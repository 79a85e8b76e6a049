#include "harness/packed.hpp"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace connspec {

namespace {

constexpr int gzip_window = 15 + 16;  ///< The largest, with the head of gzip.
constexpr int memory_level = 8;
constexpr std::size_t piece = 1 << 20;  ///< zlib counts in 32 bits.

Bytef* bytes_of(const char* text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text));  // zlib does not write there.
}

}  // namespace

std::string packed(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib does not do its work");
  std::string out;
  std::string buffer(piece, '\0');
  int state = Z_OK;
  while (state != Z_STREAM_END) {
    const auto size = std::min(text.size(), piece);
    stream.next_in = bytes_of(text.data());
    stream.avail_in = static_cast<uInt>(size);
    text.remove_prefix(size);
    do {
      stream.next_out = bytes_of(buffer.data());
      stream.avail_out = static_cast<uInt>(piece);
      state = deflate(&stream, text.empty() ? Z_FINISH : Z_NO_FLUSH);
      out.append(buffer, 0, piece - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return out;
}

std::optional<std::string> unpacked(std::string_view bytes, std::size_t most) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window) != Z_OK)
    throw std::runtime_error("zlib does not do its work");
  std::string out;
  std::string buffer(piece, '\0');
  bool whole = bytes.empty();
  bool sound = true;
  while (sound && !bytes.empty()) {
    const auto size = std::min(bytes.size(), piece);
    stream.next_in = bytes_of(bytes.data());
    stream.avail_in = static_cast<uInt>(size);
    stream.next_out = bytes_of(buffer.data());
    stream.avail_out = static_cast<uInt>(piece);
    const int state = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, 0, piece - stream.avail_out);
    bytes.remove_prefix(size - stream.avail_in);
    whole = state == Z_STREAM_END;
    sound = (state == Z_OK || whole) && out.size() <= most;
    if (whole) inflateReset(&stream);
  }
  inflateEnd(&stream);
  if (!sound || !whole) return std::nullopt;
  return out;
}

}  // namespace connspec
