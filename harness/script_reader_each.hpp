// `each`: text that is put in before the rows of a case are read.
#pragma once

#include "script_reader_rows.hpp"

#include <span>

namespace connspec {

/// One `each` of a case: a name, and the values that stand for it in turn.
struct Each {
  struct Value {
    std::string label;  ///< As written: in titles.
    std::string slug;   ///< As in ids: `http-1.1`.
    std::string text;
  };
  std::string name;
  std::vector<Value> values;
  SourceRow row;
};

/// `name: value | value`, `name: 1..40`, or `name` with a table in the rows below.
/// Throws Mistake.
Each read_each(const SourceRow& row, std::string_view rest, std::span<const SourceRow> table);

/// All readings of a case, one at a time.
class Readings {
 public:
  Readings(std::span<const Each> eaches, std::span<const SourceRow> rows);

  /// Of all combinations.
  std::size_t count() const { return count_; }
  bool uses(std::size_t each) const { return used_[each]; }
  /// The rows of one combination. Valid until the next call.
  std::span<const SourceRow> rows(std::size_t combination);
  /// The values of it, one for each `each`.
  std::vector<const Each::Value*> values(std::size_t combination) const;

 private:
  void add_hole(std::size_t row, std::size_t begin);

  struct Hole {
    std::size_t row;
    std::size_t begin;
    std::size_t size;
    std::size_t each;
  };
  std::span<const Each> eaches_;
  std::size_t count_ = 1;
  std::vector<SourceRow> rows_;
  std::vector<Hole> holes_;
  std::vector<bool> used_;
  std::vector<std::string> texts_;  ///< Of the rows with holes.
};

}  // namespace connspec
