// A run as a page of Markdown, for the summary of a CI job or a merge request.
//
// Below the bound that GitHub sets for the summary of a step. What a target sent stands in
// `<pre>` or in spans of code alone, so that no byte of it is taken for markup.
#pragma once

#include "harness/verdict.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace connspec {

/// GitHub takes 1 MiB.
inline constexpr std::size_t largest_markdown = 1'000'000;

/// What does not fit into `most` bytes is counted: transcripts go first, then failures.
std::string markdown(std::span<const Run> runs, std::size_t most = largest_markdown);

/// Writes it to `path`, as a whole or not at all; a sentence if that cannot be done.
std::optional<std::string> save_markdown(const std::string& path, std::span<const Run> runs);

namespace markup {

/// A span of code that shows any bytes; those that are not printable ASCII as escapes.
std::string code(std::string_view bytes);
/// A sentence of ours, so that it shows as it is.
std::string sentence(std::string_view text);
/// Lines in a block of their own.
std::string block(std::string_view lines);
/// `[RFC 9112 section 9.6](https://…)`.
std::string spec(std::string_view spec);

}  // namespace markup

}  // namespace connspec
