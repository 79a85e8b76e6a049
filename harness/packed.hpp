// Text in the format of gzip, by zlib. Several texts packed one behind the other are one file,
// as `zcat` reads it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace connspec {

std::string packed(std::string_view text);

/// Unset where the bytes are no such file, are cut short, or hold more than `most` bytes.
std::optional<std::string> unpacked(std::string_view bytes, std::size_t most);

}  // namespace connspec
