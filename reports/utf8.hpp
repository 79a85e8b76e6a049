// Texts that may hold any bytes as valid UTF-8, and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace connspec::utf8 {

/// `text` as it is where it is valid UTF-8. A byte that is no part of a valid sequence becomes
/// a character from U+EF80 to U+EFFF, and so do the bytes of such a character itself: nothing
/// is lost, and `original` gives `text` again.
std::string valid(std::string_view text);

/// Of valid UTF-8, what `valid` made it of.
std::string original(std::string_view text);

/// Bytes as the characters U+0000 to U+00FF.
std::string of_bytes(std::string_view bytes);

/// Of valid UTF-8; unset where it has a character beyond U+00FF.
std::optional<std::string> bytes_of(std::string_view text);

}  // namespace connspec::utf8
