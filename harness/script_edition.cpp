#include "script_edition.hpp"

#include "case_library.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace connspec {
namespace {

using Numbers = std::pair<unsigned, unsigned>;

std::optional<Numbers> numbers_of(std::string_view text) {
  Numbers numbers;
  const char* const end = text.data() + text.size();
  const auto [dot, wrong_year] = std::from_chars(text.data(), end, numbers.first);
  if (wrong_year != std::errc{} || dot - text.data() != 4 || dot == end || *dot != '.')
    return std::nullopt;
  const auto [behind, wrong] = std::from_chars(dot + 1, end, numbers.second);
  const bool plain = wrong == std::errc{} && behind == end && dot[1] != '0';
  return plain ? std::optional(numbers) : std::nullopt;
}

}  // namespace

bool is_edition(std::string_view text) { return numbers_of(text).has_value(); }

bool is_later(std::string_view one, std::string_view other) {
  return numbers_of(one) > numbers_of(other);
}

std::vector<std::string> editions_of(const CaseLibrary& library) {
  std::vector<std::string> editions;
  for (const Case& script : library.cases)
    if (std::find(editions.begin(), editions.end(), script.since) == editions.end())
      editions.push_back(script.since);
  std::sort(editions.begin(), editions.end(),
            [](const auto& one, const auto& other) { return is_later(other, one); });
  return editions;
}

}  // namespace connspec
