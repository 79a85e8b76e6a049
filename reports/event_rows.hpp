// The left side of a transcript: events as rows, with what repeats folded.
#pragma once

#include "harness/verdict.hpp"
#include "reports/style.hpp"
#include "reports/transcript.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace connspec {

/// One or several events that are shown as one.
struct Shown {
  const Event* event = nullptr;        ///< The first of them.
  bool under_head = false;             ///< Content that came with the head above it.
  std::vector<std::string> rows = {};  ///< Mark and text: `> Host: a`.
  std::vector<const Settled*> settled = {};
};

/// `columns` is what a row may take before it is broken.
std::vector<Shown> shown_events(const std::vector<Event>& events, std::size_t columns,
                                const Style& style, const Extent& extent);

}  // namespace connspec
