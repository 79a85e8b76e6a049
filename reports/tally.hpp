// How many results of a run came to which verdict, in all and by topic.
#pragma once

#include "harness/verdict.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace connspec {

struct Tally {
  std::array<std::size_t, 6> verdicts = {};  ///< By Verdict.
  std::size_t unstable = 0;
  std::size_t accepted = 0;  ///< Deviations that a baseline lists.
  std::size_t stale = 0;     ///< Lines of a baseline that are to be changed.
  std::size_t fresh = 0;     ///< Newer than the edition: they do not gate.
  std::size_t failures = 0;  ///< Those that make the run fail: with strict, departs as well.

  std::size_t of(Verdict verdict) const { return verdicts[static_cast<std::size_t>(verdict)]; }
  std::size_t all() const;
  void add(const Result& result, bool strict);
  void add(const Tally& other);
};

Tally tally_of(const Run& run);

struct Topic {
  std::string name;  ///< `close`; with the folder before it where the run has more than one.
  Tally tally = {};
};

/// By the second part of the id, in the order of the results.
std::vector<Topic> topics_of(const Run& run);

/// The verdicts in the order in which reports count them.
inline constexpr std::array<Verdict, 6> verdicts_in_order = {
    Verdict::pass,     Verdict::fail,    Verdict::departs,
    Verdict::observed, Verdict::skipped, Verdict::inconclusive};

/// `pass`, `FAIL`: failures in capitals wherever a person reads, `DEPARTS` with strict.
std::string shown_name(Verdict verdict, bool strict);

/// `140 pass, 2 FAIL, 1 departs`: what there is none of is left out.
std::string sentence_of(const Tally& tally, bool strict);

}  // namespace connspec
