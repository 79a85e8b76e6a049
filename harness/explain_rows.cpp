#include "explain_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

std::string in_rows(std::string_view text, std::size_t indent, std::size_t width) {
  const std::size_t room = std::max<std::size_t>(width, indent + 20) - indent;
  std::string out;
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end > room) {
      end = text.rfind(' ', room);
      if (end == text.npos || end == 0) end = room;
    }
    out.append(indent, ' ').append(text.substr(0, end)) += '\n';
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return out;
}

std::string in_rows_behind(std::string_view label, std::string_view text, std::size_t indent,
                           std::size_t width) {
  std::string rows = in_rows(text, indent, width);
  const bool beside = label.size() + 4 <= indent;
  if (!beside || rows.empty()) return fmt::format("  {}\n{}", label, rows);
  return rows.replace(2, label.size(), label);
}

std::string counted(std::size_t number, std::string_view one) {
  return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
}

}  // namespace connspec
