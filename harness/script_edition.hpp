// Editions of the suite: `2026.1` is the first one of 2026.
//
// A case says since which edition it exists, and a run is judged by one: what came later is
// played, shown, and does not gate, so that a newer connspec does not turn a CI red on its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace connspec {

struct CaseLibrary;

/// Of a case that does not say.
inline constexpr std::string_view first_edition = "2026.1";

/// Whether it reads `YEAR.NUMBER`.
bool is_edition(std::string_view text);

/// Whether `one` came after `other`. Both are editions.
bool is_later(std::string_view one, std::string_view other);

/// All in which a case of the library came, the oldest first.
std::vector<std::string> editions_of(const CaseLibrary& library);

}  // namespace connspec
