#include "reports/style.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstdlib>

namespace connspec {

namespace {

std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::strong:
      return "\x1b[1m";
    case Ink::good:
      return "\x1b[32m";
    case Ink::bad:
      return "\x1b[1;31m";
    case Ink::warning:
      return "\x1b[33m";
    case Ink::faint:
      return "\x1b[2m";
  }
  return "";
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

std::string inked(Ink ink, std::string_view text, const Style& style) {
  if (!style.colour || ink == Ink::plain || text.empty()) return std::string(text);
  return fmt::format("{}{}\x1b[0m", code_of(ink), text);
}

bool wants_colour(Colour choice, bool on_terminal) {
  if (choice != Colour::automatic) return choice == Colour::always;
  if (is_set("NO_COLOR") || !on_terminal) return false;
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) != "dumb";
}

int width_of(int descriptor) {
  constexpr int widest = 100;
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return widest;
  return std::min<int>(size.ws_col, widest);
}

}  // namespace connspec
