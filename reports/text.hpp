// Text that is safe to show: whatever a target sent leaves here as printable ASCII.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace connspec::text {

/// Bytes in the escapes of the language: `\r \n \t \0 \\ \xNN`. Nothing is lost.
std::string escaped(std::string_view bytes);

/// The same for what stands in quotation marks.
std::string quoted(std::string_view bytes);

/// A sentence of ours that may quote a target: as it is, but for bytes outside printable ASCII,
/// which become escapes. One line.
std::string one_line(std::string_view text);

/// The same for several lines: tabs and newlines stay.
std::string lines(std::string_view text);

/// One line of at most `limit` bytes; a longer one ends in `...`.
std::string shortened(std::string_view text, std::size_t limit);

/// Broken at blanks into lines of at most `width` columns; a longer word is broken anywhere.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// Columns that a UTF-8 text of ours takes.
std::size_t columns_of(std::string_view text);

/// `text` and blanks up to `width` columns.
std::string padded(std::string_view text, std::size_t width);

/// `1 case`, `2 cases`.
std::string counted(std::size_t number, std::string_view one);

/// `0.421`, whatever the locale.
std::string seconds(std::chrono::nanoseconds time);

/// The same in a place of the caller's.
std::string_view seconds_in(std::span<char> place, std::chrono::nanoseconds time);

}  // namespace connspec::text
