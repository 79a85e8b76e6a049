// Bytes as rows of the language, so that a transcript reads like a script and could be played.
//
// A line that ends in CRLF is a `>` row, anything else a `>>` row, and what repeats is folded
// into `>* 400 "x"`; the same with `<` for what was received.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

struct ByteRow {
  std::string mark;  ///< `>`, `>>` or `>*`.
  std::string text;  ///< Printable ASCII.
};

/// As far as `most_rows` and `most_bytes` go.
struct ByteRows {
  std::vector<ByteRow> rows;
  std::size_t left_out = 0;  ///< Bytes for which there is no row.
};

ByteRows rows_of(std::string_view bytes, char side, std::size_t most_rows,
                 std::size_t most_bytes);

/// Received bytes that are no lines of a head: all in one `<<` row where `width` columns hold
/// them, else a `<<` row a line.
ByteRows content_rows_of(std::string_view bytes, std::size_t width, std::size_t most_rows);

}  // namespace connspec
