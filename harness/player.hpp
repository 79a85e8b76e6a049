// Plays one case: walks its steps, waits for what they expect, and says what came of it.
//
// The player knows no HTTP. It prompts; the connections record; the judge decides.
#pragma once

#include "harness/actor.hpp"
#include "harness/bindings.hpp"
#include "harness/connect_gate.hpp"
#include "harness/origin.hpp"
#include "harness/played.hpp"
#include "harness/pulse.hpp"
#include "harness/task.hpp"

namespace connspec {

/// Where plays take place: one target, and our origin if it is a proxy.
struct Stage {
  boost::asio::io_context& io;
  Pulse& pulse;
  boost::asio::ip::tcp::endpoint target;
  const Offer& offer;
  Origin* origin = nullptr;
  bool forward = false;
  std::string advertised = {};  ///< Host at which the proxy reaches our origin.
  ConnectGate& connects;
  Duration reply{};  ///< Bounds, with patience already in them.
  Duration close{};
  Duration late_tolerance{};
};

/// How one play is to go.
struct PlayOptions {
  std::string token;
  bool keep_transcript = false;       ///< Else only where the verdict is no pass.
  bool testify = false;               ///< Keep what the verdict rests on.
  std::function<void()> parked = {};  ///< Called once, when the play only waits.
  /// Called with every message of the target, at the end of the play.
  std::function<void(const Message&)> passing = {};
};

/// Plays a case with steps. The case, the stage and what they refer to outlive the play.
Task<Played> play(const Case& script, Stage& stage, PlayOptions options);

}  // namespace connspec
