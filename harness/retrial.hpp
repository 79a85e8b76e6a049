// A play judged again from its testimony: the same steps in the same order, settled and
// concluded by the same code, with nothing to wait for.
#pragma once

#include "harness/played.hpp"
#include "harness/testimony.hpp"

#include <functional>
#include <stdexcept>

namespace connspec {

struct Offer;

/// A testimony that cannot be one of this case: its parts do not hold together.
class TestimonyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct RetrialOptions {
  bool keep_transcript = false;
  /// Called with every message of the target, in the order in which the play did.
  std::function<void(const Message&)> passing = {};
};

/// Throws TestimonyError.
Played judge_again(const Case& script, const Testimony& testimony, const Offer& offer,
                   const RetrialOptions& options = {});

}  // namespace connspec
