// What a verdict rests on, as plain values: the wires of a play as far as it used them, and
// what the judge was shown at each expectation.
//
// It is enough to judge the play again, by the same code, without a target. A sight is kept
// where it decided something; what was still pending and taught nothing leaves no trace.
#pragma once

#include "harness/evidence.hpp"
#include "harness/script.hpp"

#include <array>

namespace connspec {

/// A lane of a play: `clients` has several of one name, told apart by `n`.
struct LaneName {
  Lane lane = {};
  std::size_t n = 1;
  bool fence = false;
  friend bool operator==(const LaneName&, const LaneName&) = default;
};

/// What was done on a lane, or remarked: for people alone.
struct KeptRemark {
  std::size_t lane = 0;  ///< Index in Testimony::lanes.
  Time at{};
  bool act = false;  ///< `half-close`; else a remark.
  std::string text = {};
};

/// What was kept of one connection. Of one with our origin, which plays share, only what is of
/// this exchange: it begins behind one byte that stands for all before it, if there was any.
struct KeptWire {
  std::optional<LaneName> lane = {};  ///< Of a client lane.
  std::uint64_t connection = 0;       ///< Identity of an origin's connection, from 1.
  std::string opening = {};           ///< `127.0.0.1:41022 to 127.0.0.1:8080`.
  bool first = false;                 ///< The exchange is the first on it.
  bool whole = true;                  ///< It was opened for this play.
  Wire wire = {};
};

/// What the judge was shown of a lane.
struct KeptSight {
  std::size_t lane = 0;                   ///< Index in Testimony::lanes.
  std::optional<std::size_t> claim = {};  ///< Of a request that has come: index of the claim.
  std::optional<std::size_t> wire = {};   ///< Index in Testimony::wires.
  Opening opening = Opening::pending;     ///< Of the wire, as far as it was known.
  std::size_t received = 0;               ///< Bytes that had come and were kept.
  std::uint64_t received_total = 0;
  std::size_t arrivals = 0;
  bool fin = false;
  bool rst = false;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> unacked = {};  ///< And not sent.
  std::size_t cursor = 0;
  bool fin_taken = false;
  Time last_write{};
  Time last_sent{};
  Time seen_until{};
  bool writing = false;
  std::optional<std::uint32_t> segments = {};
  std::uint64_t connection = 0;
  bool fresh = false;
};

/// One look at all lanes of an expectation, at one time.
struct KeptLook {
  Time now{};
  std::vector<std::pair<Time, Duration>> stalled = {};  ///< Since when, how long; not zero.
  std::vector<KeptSight> sights = {};
};

/// One expectation that was settled.
struct KeptSettling {
  int line = 0;  ///< Of its step.
  Time since{};
  std::vector<KeptLook> looks = {};  ///< The last one decided.
};

/// A request of this play at our origin.
struct KeptArrival {
  std::size_t wire = 0;
  std::string path = {};
  std::optional<std::size_t> claim = {};  ///< That took it: its index.
};

struct Testimony {
  std::string token = {};
  std::string origin = {};
  Duration reply{};
  Duration close{};
  Duration late_tolerance{};
  Time began{};
  Duration time{};
  bool waited = false;
  std::vector<LaneName> lanes = {};
  std::vector<KeptWire> wires = {};
  std::vector<KeptSettling> settlings = {};  ///< In the order in which they were settled.
  std::vector<KeptArrival> arrivals = {};
  std::vector<KeptRemark> remarks = {};
  std::size_t messages = 0;  ///< That were shown to the rules of `every`.
};

}  // namespace connspec
