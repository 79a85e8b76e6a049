#include "reports/markdown.hpp"
#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

namespace connspec::markup {

namespace {

constexpr std::string_view punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
/// What is plain within a sentence, and pleasant to read without a backslash.
constexpr std::string_view plain = "\"'(),-./:;=?%";

/// Of the longest run of backticks.
std::size_t longest_run(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (char letter : text) {
    run = letter == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool is_number_of_section(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '.';
  });
}

}  // namespace

/// The span is closed by as many backticks as have opened it, and by no other number.
std::string code(std::string_view bytes) {
  const std::string text = text::one_line(bytes);
  if (text.empty()) return {};
  const std::string ticks(longest_run(text) + 1, '`');
  const bool blank = text.find_first_not_of(' ') == std::string::npos;
  const bool spaced = !blank && (text.front() == '`' || text.back() == '`' ||
                                 (text.front() == ' ' && text.back() == ' '));
  return spaced ? fmt::format("{0} {1} {0}", ticks, text)
                : fmt::format("{0}{1}{0}", ticks, text);
}

std::string sentence(std::string_view text) {
  std::string out;
  for (char letter : text::one_line(text)) {
    const bool marks = punctuation.find(letter) != punctuation.npos;
    if (marks && (plain.find(letter) == plain.npos || out.empty())) out += '\\';
    out += letter;
  }
  return out;
}

/// Nothing but the end tag ends it, and no `<` of the lines stays one.
std::string block(std::string_view lines) {
  std::string out = "<pre>\n";
  for (char letter : text::lines(lines)) {
    switch (letter) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      default:
        out += letter;
    }
  }
  if (out.back() != '\n') out += '\n';
  return out + "</pre>\n";
}

std::string spec(std::string_view spec) {
  constexpr std::string_view rfc = "RFC ";
  constexpr std::string_view of = " section ";
  const auto middle = spec.find(of);
  if (!spec.starts_with(rfc) || middle == spec.npos) return sentence(spec);
  const auto number = spec.substr(rfc.size(), middle - rfc.size());
  const auto section = spec.substr(middle + of.size());
  const bool is_number =
      !number.empty() &&
      std::ranges::all_of(number, [](unsigned char digit) { return std::isdigit(digit) != 0; });
  if (!is_number || !is_number_of_section(section)) return sentence(spec);
  return fmt::format("[RFC {0} section {1}](https://www.rfc-editor.org/rfc/rfc{0}#section-{1})",
                     number, section);
}

}  // namespace connspec::markup
