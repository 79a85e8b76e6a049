// One run against one target: finds the address, opens our origin, calibrates, plays, and says
// what came of it.
#pragma once

#include "harness/calibration.hpp"
#include "harness/case_library.hpp"
#include "harness/declared.hpp"
#include "harness/scheduler.hpp"
#include "harness/stamps.hpp"

namespace connspec {

/// The bounds of patience 1; calibration may lengthen those of a slow target.
inline constexpr std::chrono::seconds reply_bound{3};
inline constexpr std::chrono::seconds close_bound{2};
inline constexpr std::chrono::seconds late_tolerance{2};  ///< Of clocks of whole seconds.

/// What is to be tested, and how to reach it.
struct TargetSpec {
  Role role = Role::server;            ///< server, gateway or forward.
  std::string url = {};                ///< `http://127.0.0.1:8080`.
  int family = 0;                      ///< 4 or 6 where the host has both; 0: the first.
  std::string origin = "127.0.0.1:0";  ///< Where we listen behind a proxy.
  std::string advertise = {};          ///< How the proxy reaches that, if otherwise.
  Declared declared = {};
  double patience = 1;
  std::string spawn = {};  ///< Command that starts the target.
  /// Starts a target that needs to know our origin, and gives its URL. Instead of `url`.
  std::function<std::string(const std::string& origin)> start = {};
};

/// The loop, the clock's watch and the stamps that all sessions of a process share.
class Loop {
 public:
  Loop();
  /// Used by one thread alone: nothing in it is locked.
  boost::asio::io_context io{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
  Pulse pulse;
  StampKeeper keeper;
};

/// Called when calibration is done, with what is known so far; and for each verdict.
struct Audience {
  std::function<void(const Run&)> begins = {};
  std::function<void(const Run&, const Result&)> settled = {};
  /// When all is known of the target, before anything is played.
  std::function<void(const Stage&, const Calibration&)> measured = {};
  std::function<void(const Heard&)> heard = {};
  std::function<void(const Case&, std::size_t round, const std::string& reason)> silent = {};
};

/// What kept a session from being one, or the run.
struct Outcome {
  Run run;
  Exit exit = Exit::as_required;
  std::string error = {};  ///< A sentence, where nothing could be played.
};

/// Plays these cases. `run` of the audience's calls is the one that will be returned, so an
/// interrupted process can report what it has.
Task<Outcome> run_session(Loop& loop, const TargetSpec& spec,
                          std::span<const Case* const> cases, Plan plan, Audience audience);

/// `2026-11-26T05:24:15`.
std::string utc_now();

/// A run of this target that begins now.
Run begun(const TargetSpec& spec);

/// `http://h:80/` as host, port and the value of Host; unset with a sentence where it is none.
struct Url {
  std::string host;
  std::string port;
  std::string authority;
};
std::optional<Url> read_url(std::string_view text, std::string& error);

/// `127.0.0.1:7001`, `[::1]:0`.
std::optional<Url> read_host_port(std::string_view text);

}  // namespace connspec
