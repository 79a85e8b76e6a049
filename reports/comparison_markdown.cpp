// A comparison as a page of Markdown.
#include "reports/comparison.hpp"

namespace connspec {

std::string comparison_markdown(std::span<const Comparison> comparisons) {
  static_cast<void>(comparisons);
  return {};
}

}  // namespace connspec
