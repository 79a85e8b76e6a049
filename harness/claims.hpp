// Which arrivals at our origin the rows of a case take.
//
// It follows from the script alone, before anything is played: the n-th arrival of a target
// goes to the n-th row that names it, and what no row takes is answered plainly at once.
#pragma once

#include "harness/bindings.hpp"
#include "harness/origin.hpp"
#include "harness/script.hpp"

#include <deque>
#include <map>

namespace connspec {

/// One arrival that a row waits for.
struct Claim {
  std::string path;  ///< Of the target, up to `?`.
  Lane lane;
  std::optional<Arrived> arrival = {};
  bool released = false;  ///< Its row will not come: answered plainly.
  bool used = false;      ///< Its row was met.
};

/// A path up to the first `?`.
std::string without_query(std::string_view path);

class Claims {
 public:
  /// Reads all rows of the case. `bindings` is that of the play.
  Claims(const Case& script, const Bindings& bindings);

  /// The claim of an item `request {u}` or `head {u}`, in repetition `n`; of an `asks … of` row
  /// by its step. Null where it has none.
  Claim* of(const void* row, std::size_t n);
  /// Gives an arrival to the first claim that waits for it. Null: nobody does.
  Claim* take(const Arrived& arrival);
  std::vector<Claim*> all();
  /// Of one of them, in the order of `all`.
  std::size_t index_of(const Claim* claim) const;
  /// Counts an arrival of a path.
  void count(const std::string& path) { ++arrivals_[without_query(path)]; }
  /// How often each path has arrived, taken or not.
  std::size_t arrivals(const std::string& path) const;

 private:
  void add(const void* row, std::size_t n, std::string path, Lane lane, bool head);
  void add_rows(const Sequence& sequence, Lane lane, std::size_t times,
                const Bindings& bindings);
  void add_ways(const Either& either, const Bindings& bindings);

  std::deque<Claim> claims_;
  std::map<std::pair<const void*, std::size_t>, Claim*> by_row_;
  std::map<std::pair<int, int>, Claim*> headed_;  ///< By lane: `head` took nothing of it yet.
  std::map<std::string, std::size_t> arrivals_;
};

}  // namespace connspec
