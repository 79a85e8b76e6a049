// What stands in a capture for bytes that a transcript has counted and not kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace connspec {

/// `kept` and what is made up behind it, `size` bytes in all. Chunked content stays chunked, if
/// `chunked` says that `kept` begins with a chunk; with `whole` it ends with the last one.
std::string filled_up(std::string_view kept, std::uint64_t size, bool chunked, bool whole);

}  // namespace connspec
