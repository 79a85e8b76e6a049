// Whether the resources that a target declares do what they should.
//
// A case that rests on a resource which does something else would find fault with the target
// where the declaration is wrong. So each is tried once, and what fails is as good as not
// declared.
#pragma once

#include "harness/player.hpp"

namespace connspec {

/// A declared resource that did not stand its proof.
struct Doubt {
  Binding binding{};
  std::string why;  ///< `expected response 204, got a response 404 with 153 bytes`.
};

/// Tries what the offer has of {sink}, {early}, {big}, {chunked}, {nobody}, {etag}, {upgrade},
/// {hit} and {hits}. {slow} is believed: to try it takes as long as it says.
Task<std::vector<Doubt>> prove_declared(Stage& stage);

}  // namespace connspec
