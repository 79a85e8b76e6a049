#include "reports/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace connspec::utf8 {

namespace {

constexpr std::uint32_t first_stand_in = 0xEF80;  // For 0x80; of a private use area.
constexpr std::uint32_t last_stand_in = 0xEFFF;

/// A character and how many bytes it takes; none where no valid sequence begins.
struct Character {
  std::uint32_t number = 0;
  std::size_t size = 0;
};

Character character_at(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return {};
  std::uint32_t number = first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    number = (number << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (size == 3 && number < 0x800) || (size == 4 && number < 0x10000);
  const bool surrogate = number >= 0xD800 && number <= 0xDFFF;
  if (overlong || surrogate || number > 0x10FFFF) return {};
  return {number, size};
}

bool stands_in(std::uint32_t number) {
  return number >= first_stand_in && number <= last_stand_in;
}

/// Of at most three bytes.
void append(std::string& out, std::uint32_t number) {
  if (number < 0x80) {
    out += static_cast<char>(number);
    return;
  }
  if (number < 0x800) {
    out += static_cast<char>(0xC0U | (number >> 6U));
  } else {
    out += static_cast<char>(0xE0U | (number >> 12U));
    out += static_cast<char>(0x80U | ((number >> 6U) & 0x3FU));
  }
  out += static_cast<char>(0x80U | (number & 0x3FU));
}

}  // namespace

std::string valid(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character next = character_at(text);
    const bool itself = next.size > 0 && !stands_in(next.number);
    const std::size_t size = itself ? next.size : 1;
    if (itself)
      out += text.substr(0, size);
    else
      append(out, first_stand_in - 0x80 + static_cast<unsigned char>(text.front()));
    text.remove_prefix(size);
  }
  return out;
}

std::string original(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character next = character_at(text);
    const std::size_t size = next.size > 0 ? next.size : 1;
    if (stands_in(next.number))
      out += static_cast<char>(next.number - first_stand_in + 0x80);
    else
      out += text.substr(0, size);
    text.remove_prefix(size);
  }
  return out;
}

std::string of_bytes(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (char byte : bytes) append(out, static_cast<unsigned char>(byte));
  return out;
}

std::optional<std::string> bytes_of(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character next = character_at(text);
    if (next.size == 0 || next.number > 0xFF) return std::nullopt;
    out += static_cast<char>(next.number);
    text.remove_prefix(next.size);
  }
  return out;
}

}  // namespace connspec::utf8
