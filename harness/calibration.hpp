// What has to be known of a target before it is judged: whether it answers, how fast, which
// targets tell answers apart, whether it serves a second connection while the first idles.
#pragma once

#include "harness/player.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace connspec {

/// What calibration found.
struct Calibration {
  bool reached = false;
  std::string why = {};      ///< Where it was not: a sentence.
  Duration response_time{};  ///< Of the slowest plain answer.
  bool persists = false;
  bool second_connection = false;  ///< Served while the first idles.
  bool http10 = false;
  bool connect = false;   ///< A forward proxy that tunnels to our origin.
  bool cache = false;     ///< A second answer came from a cache.
  std::string name = {};  ///< What the target calls itself: Server, or Via of a proxy.
  /// The same for people, in order.
  std::vector<std::pair<std::string, std::string>> found = {};

  bool has(std::string_view need) const;  ///< A word of `needs`.
};

/// Fills the offer of a server: {a}, {b}, {c}, {post} where they were not declared.
Task<Calibration> calibrate_server(Stage& stage, Offer& offer);

/// Tries a proxy with our origin behind it.
Task<Calibration> calibrate_proxy(Stage& stage);

/// The control conversation: a plain request on a connection of its own gets its answer. Empty,
/// or why not.
Task<std::string> control(Stage& stage);

}  // namespace connspec
