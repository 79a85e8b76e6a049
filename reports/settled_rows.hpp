// The right side of a transcript: the rows of the script as they were settled.
#pragma once

#include "harness/verdict.hpp"
#include "reports/style.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace connspec {

/// `response {a}           met   :18`: columns of its two halves.
struct SettledColumns {
  static constexpr std::size_t gap = 2;
  std::size_t row = 0;
  std::size_t outcome = 0;
  const Settled* deciding = nullptr;  ///< The row that decided against the target, if one did.
  bool deciding_explained = false;    ///< The result says why elsewhere.
  std::size_t all() const { return row + gap + outcome; }
};

/// What the rows of a case need, `most` columns at most.
SettledColumns settled_columns(const Result& result, std::size_t most);

struct SettledLine {
  std::string text;
  Ink ink = Ink::plain;
};

/// Lines for what one event settled. What decided against the target is in capitals; why a row
/// is unmet is told unless another way was taken or the result tells it.
std::vector<SettledLine> settled_lines(const std::vector<const Settled*>& rows,
                                       const SettledColumns& columns);

}  // namespace connspec
