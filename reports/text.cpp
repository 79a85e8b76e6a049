#include "reports/text.hpp"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace connspec::text {

namespace {

bool printable(char byte) { return byte >= ' ' && byte <= '~'; }

void escape_into(std::string& out, char byte) {
  switch (byte) {
    case '\r':
      out += "\\r";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\0':
      out += "\\0";
      return;
    default:
      break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  auto value = static_cast<unsigned char>(byte);
  out += "\\x";
  out += digits[value >> 4U];
  out += digits[value & 0xfU];
}

/// Bytes of `as_they_are` stand for themselves though they are not printable, those of
/// `with_backslash` get a backslash though they are.
std::string shown(std::string_view bytes, std::string_view as_they_are,
                  std::string_view with_backslash) {
  if (with_backslash.empty() && std::ranges::all_of(bytes, printable))
    return std::string(bytes);
  std::string out;
  out.reserve(bytes.size());
  for (char byte : bytes) {
    if (with_backslash.find(byte) != std::string_view::npos) {
      out += '\\';
      out += byte;
    } else if (printable(byte) || as_they_are.find(byte) != std::string_view::npos) {
      out += byte;
    } else {
      escape_into(out, byte);
    }
  }
  return out;
}

}  // namespace

std::string escaped(std::string_view bytes) { return shown(bytes, "", "\\"); }

std::string quoted(std::string_view bytes) { return shown(bytes, "", "\\\""); }

std::string one_line(std::string_view text) { return shown(text, "", ""); }

std::string lines(std::string_view text) { return shown(text, "\t\n", ""); }

std::string shortened(std::string_view text, std::size_t limit) {
  std::string line = one_line(text);
  if (line.size() <= limit) return line;
  line.resize(limit - 3);
  return line + "...";
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> out;
  while (text.size() > width) {
    std::size_t end = text.rfind(' ', width);
    if (end == std::string_view::npos || end == 0) {
      out.emplace_back(text.substr(0, width));
      text.remove_prefix(width);
      continue;
    }
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (!text.empty() || out.empty()) out.emplace_back(text);
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (char byte : text)
    if ((static_cast<unsigned char>(byte) & 0xc0U) != 0x80U) ++columns;
  return columns;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  std::size_t columns = columns_of(text);
  if (columns < width) out.append(width - columns, ' ');
  return out;
}

std::string counted(std::size_t number, std::string_view one) {
  return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
}

std::string seconds(std::chrono::nanoseconds time) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(time).count());
}

std::string_view seconds_in(std::span<char> place, std::chrono::nanoseconds time) {
  constexpr std::int64_t millisecond = 1'000'000;
  const auto count = time.count();
  // A half is rounded as the number that stands for it is, and that is not always up.
  const bool plain = count >= 0 && count % millisecond != millisecond / 2;
  if (!plain) return {place.data(), seconds(time).copy(place.data(), place.size())};
  const auto all = (count + millisecond / 2) / millisecond;
  const fmt::format_int whole(all / 1000);
  char* at = std::copy_n(whole.data(), whole.size(), place.data());
  *at++ = '.';
  for (std::int64_t unit = 100; unit > 0; unit /= 10)
    *at++ = static_cast<char>('0' + all % (unit * 10) / unit);
  return {place.data(), at};
}

}  // namespace connspec::text
