// How a report looks on a terminal: its width, its colours, and whether it keeps to ASCII.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace connspec {

struct Style {
  int width = 100;      ///< Columns; anything below 60 is taken as 60.
  bool colour = false;  ///< Words say the same without it.
  bool ascii = false;   ///< `...` for the ellipsis.

  std::size_t columns() const { return width < 60 ? 60 : static_cast<std::size_t>(width); }
  std::string_view ellipsis() const { return ascii ? "..." : "\xe2\x80\xa6"; }
};

/// What a colour means here.
enum class Ink : std::uint8_t { plain, strong, good, bad, warning, faint };

/// `text` in that ink, or as it is where the style has no colour.
std::string inked(Ink ink, std::string_view text, const Style& style);

/// `--color auto|always|never`.
enum class Colour : std::uint8_t { automatic, always, never };

/// Whether to colour what goes to a terminal, or elsewhere: automatic means a terminal that is
/// not dumb, and an environment in which NO_COLOR is unset or empty.
bool wants_colour(Colour choice, bool on_terminal);

/// Columns of the terminal behind `descriptor`, at most 100; 100 where it is none.
int width_of(int descriptor);

}  // namespace connspec
