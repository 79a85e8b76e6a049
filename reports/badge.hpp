// What came of a certified run, as a small picture for a page: profile, edition, date, and
// certified or not. Never a percentage.
#pragma once

#include <string>

namespace connspec {

struct Badge {
  std::string profile = {};
  std::string edition = {};
  std::string date = {};  ///< `2026-11-26`.
  bool certified = false;
};

/// SVG that fetches nothing.
std::string badge_svg(const Badge& badge);

}  // namespace connspec
