// The judge: whether what was seen on a lane is what an expectation asks for.
//
// Pure functions of values: no clock, no socket, no waiting. All knowledge of the protocol that
// a verdict rests on is here and in message_reader.
#pragma once

#include "harness/bindings.hpp"
#include "harness/message_reader.hpp"

namespace connspec {

/// One lane as it is seen when an expectation is judged.
struct Sight {
  const Wire* wire = nullptr;        ///< Null: no connection is bound to the lane yet.
  MessagesRead* readings = nullptr;  ///< Of that wire.
  std::size_t cursor = 0;            ///< Offset behind what was taken.
  bool fin_taken = false;  ///< `end by FIN` was met: `end by RST` means one behind it.
  Time since{};            ///< When the expectation's turn came.
  Time last_write{};       ///< Start of the lane's last write; the opening without one.
  Time last_sent{};        ///< When bytes of it went out last; the opening without one.
  Time seen_until{};       ///< All that had come by then has been recorded.
  bool writing = false;    ///< Something of ours has not been handed to the kernel yet.
  std::optional<std::uint32_t> segments = {};  ///< That came since the last write.
  std::uint64_t connection = 0;                ///< Identity of an origin's connection, from 1.
  bool fresh = false;                          ///< The exchange is the first on it.
};

/// What does not change while an expectation waits.
struct Setting {
  const Bindings* bindings = nullptr;
  std::size_t n = 1;          ///< Number of the repetition or of the group's connection.
  Duration late_tolerance{};  ///< Added to times that the target declares.
  std::array<std::uint64_t, 10> origin_connections = {};  ///< By number of the lane.
};

/// A peer may close between messages (language section 3.10).
enum class ClosedBetween : std::uint8_t { no, announced, unannounced };

/// Why something is unmet.
struct Complaint {
  std::string reason;    ///< Stable code: `expected-end-got-response`.
  std::string expected;  ///< `expected end`.
  std::string seen;      ///< `got a response 404`.
};

/// The judge's answer.
struct Finding {
  enum class State : std::uint8_t { met, unmet, pending };
  State state = State::pending;
  std::size_t item = 0;    ///< Of a sequence: the one that decided or waits.
  std::size_t cursor = 0;  ///< Behind what was taken; met sequences and those before `item`.
  bool fin_taken = false;
  Time at{};                                ///< Met: when what was asked for was complete.
  Time earliest{};                          ///< Met: it may have been as early as this.
  std::optional<Complaint> complaint = {};  ///< Unmet.
  std::optional<Time> again = {};           ///< Pending: time alone can change the answer then.
  bool timed = false;                       ///< The answer rests on a time.
  bool undecided = false;  ///< The event lies on the border as exactly as we can tell.
  ClosedBetween closed = ClosedBetween::no;
};

inline Finding met() { return {.state = Finding::State::met}; }

/// `expected EXPECTED`, `got SEEN`.
Finding unmet(std::string reason, std::string_view expected, std::string_view seen);

/// Judges a sequence from the cursor on.
Finding judge(const Sequence& sequence, const Sight& sight, const Setting& setting);

/// What a pending finding becomes when its bound has passed.
Finding at_bound(Finding pending, const Sequence& sequence, const Sight& sight);

/// Whether a message breaks a rule of `every`; unset where the rule does not speak of it.
std::optional<Finding> judge(const Every& rule, const Message& message, const Setting& setting);

/// Judges one fact about a message; `interims` came before it. Unmet ones say why.
Finding judge_fact(const Fact& fact, const Message& message, std::size_t interims,
                   const Sight& sight, const Setting& setting);

/// Judges the form of a head, or of its trailers.
Finding judge_form(Form form, const Message& message);

/// Judges `within`, `not before` and their kin for something that happened at `happened`, or
/// has not yet. `reference` is where they count from.
Finding judge_time(const Fact& fact, const std::optional<Moment>& happened, Time reference,
                   const Message* last, const Sight& sight, const Setting& setting);

/// Whether a fact speaks of time.
bool is_timed(const Fact& fact);

/// `a response 404 of 153 bytes`, `the end by FIN`, `bytes "…"`: what stands at the cursor.
std::string describe(const Sight& sight);
std::string describe(const Message& message);

/// `"HTTP/1.1 2\x00"`, at most `limit` bytes of it.
std::string quoted(std::string_view bytes, std::size_t limit = 60);

}  // namespace connspec
