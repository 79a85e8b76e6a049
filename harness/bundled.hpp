// The fixtures that connspec brings along, as targets of a session.
#pragma once

#include "fixtures/conduct.hpp"
#include "fixtures/hosted.hpp"
#include "harness/session.hpp"

namespace connspec {

/// Hosts a server and proxies of one conduct in a thread of their own, as long as it lives.
class Bundled {
 public:
  /// Idle connections end after `timeout`, unfinished heads and bodies after twice that: soon,
  /// so that cases about it are short.
  explicit Bundled(fixtures::Conduct conduct,
                   std::chrono::seconds timeout = std::chrono::seconds(1));

  /// A target of that role. The fixture starts when the session does. Outlives the session.
  TargetSpec spec(Role role);

 private:
  fixtures::Conduct conduct_;
  fixtures::Hosted hosted_;
};

/// The ways that the conforming fixture takes, by id, of cases that only observe. A mutant of a
/// thing that no rule forbids shows by taking another.
using UsualWays = std::map<std::string, std::string>;
UsualWays usual_ways(std::span<const Case* const> cases, Role role);
/// What `usual_ways` holds of a result.
std::string way_of(const Result& result);

/// Those that no gateway is asked: they are played against the forward proxy.
std::vector<const Case*> only_forward(const std::vector<const Case*>& cases);

}  // namespace connspec
