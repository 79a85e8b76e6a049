#include "reports/badge.hpp"

#include <fmt/format.h>

#include <string_view>

namespace connspec {

namespace {

constexpr std::size_t character_width = 7;  ///< Of a monospaced font of 11 pixels, and air.
constexpr std::size_t margin = 8;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c >= 0x20 && c < 0x7f ? c : '?';
  }
  return out;
}

}  // namespace

std::string badge_svg(const Badge& badge) {
  auto left = "connspec " + badge.profile;
  if (!badge.edition.empty()) left += " " + badge.edition;
  const auto right =
      fmt::format("{} {}", badge.certified ? "certified" : "not certified", badge.date);
  const auto left_width = left.size() * character_width + 2 * margin;
  const auto right_width = right.size() * character_width + 2 * margin;
  const auto width = left_width + right_width;
  const auto whole = escaped(left + ": " + right);
  return fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="20" role="img" aria-label="{1}">
<title>{1}</title>
<rect width="{2}" height="20" fill="#444"/>
<rect x="{2}" width="{3}" height="20" fill="{4}"/>
<g fill="#fff" font-family="monospace" font-size="11">
<text x="{5}" y="14" textLength="{6}">{7}</text>
<text x="{8}" y="14" textLength="{9}">{10}</text>
</g>
</svg>
)",
      width, whole, left_width, right_width, badge.certified ? "#186a2c" : "#9a1c1c", margin,
      left_width - 2 * margin, escaped(left), left_width + margin, right_width - 2 * margin,
      escaped(right));
}

}  // namespace connspec
