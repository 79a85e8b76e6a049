// What came of a case and of a run, as plain values for the reports. Standard library only.
#pragma once

#include "harness/verdict_profile.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace connspec {

/// From good to bad; `inconclusive` says nothing about the target.
enum class Verdict : std::uint8_t { pass, observed, departs, skipped, fail, inconclusive };

/// One row of a script, judged.
struct Settled {
  enum class Outcome : std::uint8_t { met, unmet, skipped };
  std::string row = {};  ///< `response {a}, says close`, or the name of a way.
  int line = 0;          ///< In the case file.
  Outcome outcome = Outcome::met;
  std::string why = {};  ///< For unmet: what was expected and what was seen.
};

/// One thing that happened in a conversation.
struct Event {
  enum class Kind : std::uint8_t {
    note,     ///< Said by neither side: an address, a connection's identity. `text`.
    sent,     ///< One write of ours. `text` is the bytes.
    head,     ///< Received start line and fields, with their line ends. `text`.
    content,  ///< Received bytes outside a head. `text` may be cut; `size` is all of them.
    act,      ///< `half-close`, `reset`, … `text`.
    end,      ///< `end by FIN`, `end by RST`. `text`.
  };
  std::chrono::nanoseconds at{};  ///< Since the case began.
  std::string lane = {};          ///< `client`, `origin2`, `client #17`.
  Kind kind = Kind::note;
  std::string text = {};
  std::uint64_t size = 0;  ///< Bytes in all; `text` may hold fewer.
  std::vector<Settled> settled = {};
};

/// What a list of expected deviations makes of a result.
struct Deviation {
  enum class State : std::uint8_t {
    accepted,  ///< It came out as listed: no failure.
    changed,   ///< It deviates otherwise than listed. This and the next two are failures.
    expired,   ///< As listed, and past its date.
    passes,    ///< It deviates no more.
  };
  State state = State::accepted;
  std::string why = {};      ///< Why it is put up with.
  std::string place = {};    ///< `acme.baseline:5`.
  std::string line = {};     ///< As it stands there.
  std::string instead = {};  ///< What to write in its place; empty: it is to be deleted.
};

/// `accepted`, …
std::string_view name_of(Deviation::State state);

/// What one case came to.
struct Result {
  std::string id = {};
  std::string title = {};
  std::string requirement = {};
  std::string spec = {};   ///< `RFC 9112 section 9.6`.
  std::string level = {};  ///< `MUST`.
  std::vector<std::string> covers = {};
  std::vector<std::string> kills = {};  ///< Mutants that the case catches.
  std::string why = {};    ///< What goes wrong in practice where the requirement is broken.
  std::string since = {};  ///< Edition in which the case came: `2026.1`.
  std::string file = {};   ///< Where the case stands, relative to the cases folder.
  int line = 0;

  Verdict verdict = Verdict::inconclusive;
  std::string reason =
      {};  ///< Stable code: `expected-end-got-response`, a way's name, or empty.
  std::string expected = {};  ///< One line: `expected end`.
  std::string seen = {};      ///< One line: `got a response 404`.
  /// The ways that were open at the step that decided: name and its row in the language.
  std::vector<std::pair<std::string, std::string>> allowed = {};
  std::string taken = {};         ///< Name of the way that was taken last, if any.
  bool unstable = false;          ///< Played again alone, it came out otherwise.
  std::string first_reason = {};  ///< Of the first play, when unstable.
  std::string graded = {};  ///< `SHOULD by server-core`, where a profile changed the verdict.
  int plays = 1;
  std::chrono::nanoseconds time{};  ///< Of the deciding play.
  std::vector<Event> transcript =
      {};                            ///< Of the deciding play; empty where nobody asked for it.
  std::string again = {};            ///< The command that plays this case alone.
  std::string transcript_file = {};  ///< Relative to the report folder, if one was written.
  bool gating = true;                ///< False: newer than the edition the run is judged by.
  std::optional<Deviation> deviation = {};  ///< Where a baseline lists it.
};

/// A row of the catalogue for one role: what plays it, or why nothing does.
struct CoverageRow {
  std::string id = {};       ///< `R9112-9.6-04`.
  std::string section = {};  ///< `RFC 9112 section 9.6`.
  std::string level = {};    ///< `MUST`, in the words of the catalogue.
  std::string requirement = {};
  std::vector<std::string> cases = {};  ///< Ids of the library's, played in the run or not.
  std::string reason = {};              ///< Why there is none.
};

/// A run: one target, one role.
struct Run {
  std::string version = {};   ///< Of connspec.
  std::string edition = {};   ///< By which it is judged: `2026.1`.
  std::string role = {};      ///< `server`, `gateway`, `forward`.
  std::string target = {};    ///< URL as given.
  std::string label = {};     ///< What the target calls itself, or the user calls it.
  std::string hostname = {};  ///< Of this machine.
  std::string started = {};   ///< ISO 8601, UTC, without fraction.
  std::vector<std::pair<std::string, std::string>> environment =
      {};                               ///< What calibration found.
  std::vector<Result> results = {};     ///< In the order of the library; unfinished ones are
                                        ///< inconclusive with reason `not-finished`.
  std::vector<std::string> notes = {};  ///< Hints: what declaring a resource would add, strays.
  std::chrono::nanoseconds time{};
  std::chrono::nanoseconds longest_wait{};  ///< Longest single case.
  bool strict = false;                      ///< departs counts as a failure.
  bool interrupted = false;
  std::string target_lost = {};  ///< Why, if the target died and did not come back.
  std::optional<ProfileResult> profile = {};  ///< Where it was played by one.
  std::vector<CoverageRow> coverage = {};     ///< Where a report that shows it is written.
};

/// `pass`, `departs`, …
std::string_view name_of(Verdict verdict);
/// `met`, `unmet`, `skipped`.
std::string_view name_of(Settled::Outcome outcome);
/// `note`, `sent`, …
std::string_view name_of(Event::Kind kind);

/// Whether this result makes the run fail.
inline bool is_failure(const Result& result, bool strict) {
  if (!result.gating) return false;
  if (result.deviation) return result.deviation->state != Deviation::State::accepted;
  return result.verdict == Verdict::fail || (strict && result.verdict == Verdict::departs);
}

/// Whether it would be a failure, or an error, were it not accepted or new.
bool is_put_up_with(const Result& result, bool strict);

/// Exit codes of every command that plays cases (design section 4).
enum class Exit : int {
  as_required = 0,
  failure = 1,
  usage = 2,
  unreachable = 3,
  nothing_tested = 4,
  inconclusive = 5,
  interrupted = 130,
};

/// The code a run ends with. When several apply: interrupted, then unreachable, nothing tested
/// (no case selected, or all skipped), inconclusive, failure. By a profile: not certified is a
/// failure whatever else was inconclusive, since nothing can take it back; and incomplete is
/// inconclusive, so that who asks for a certificate gets 0 with one alone.
Exit exit_of(const Run& run);

/// The same over several runs; no run at all tested nothing.
Exit exit_of(std::span<const Run> runs);

/// `a requirement is not met`.
std::string_view meaning_of(Exit exit);

}  // namespace connspec
