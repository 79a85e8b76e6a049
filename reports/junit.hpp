// JUnit XML that Jenkins, GitLab and the readers on GitHub all understand.
//
// One flat level of suites, one for each topic; totals known before the first byte is written;
// every byte a target sent in printable ASCII. A departure passes, as does an observation; what
// is inconclusive is an error, so that it can never be taken for a pass.
#pragma once

#include "harness/verdict.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace connspec {

struct JunitOptions {
  /// Strict holds to what Jenkins' xUnit schema allows: no file, line or properties on a case.
  enum class Flavour : std::uint8_t { rich, strict };
  Flavour flavour = Flavour::rich;
  /// The folder that transcript files are relative to, as a reader of the report would name it.
  std::string folder = {};
};

/// Hands the text to `write` piece by piece.
void junit(std::span<const Run> runs, const JunitOptions& options,
           const std::function<void(std::string_view)>& write);

std::string junit(std::span<const Run> runs, const JunitOptions& options);

/// Writes it to `path`, as a whole or not at all; a sentence if that cannot be done.
std::optional<std::string> save_junit(const std::string& path, std::span<const Run> runs,
                                      const JunitOptions& options);

}  // namespace connspec
