// A case file as rows, before any word of it is understood.
#pragma once

#include "script_reader.hpp"

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace connspec {

/// A row that is neither blank nor a comment. Views into the text of the file, or into its
/// reading after `each`.
struct SourceRow {
  int line = 0;
  int indent = 0;
  std::string_view text = {};     ///< From its first non-blank.
  std::string_view written = {};  ///< The same before `each`.
  bool after_blank = false;       ///< A blank row stands right above.
};

/// Thrown while a row is read, and turned into a ScriptError by whoever knows the row.
struct Mistake {
  std::string_view at;  ///< Where in the row. Points into its text.
  std::string message;
};

/// The mistakes of one file. Keeps a hundred, none twice.
class Mistakes {
 public:
  explicit Mistakes(std::string_view file) : file_(file) {}

  void add(const SourceRow& row, const Mistake& mistake);
  /// At the first place in the row where `word` stands, else at its begin.
  void add_at_word(const SourceRow& row, std::string_view word, std::string message);
  /// For what has no proper row: `text` is the whole line.
  void add(int line, int column, std::string_view text, std::string message);

  /// Which values `each` has in the reading under way: `ending is close`.
  void set_reading(std::string values) { reading_ = std::move(values); }
  std::size_t count() const { return seen_; }
  bool full() const { return errors_.size() >= most; }
  /// In the order of the file.
  std::vector<ScriptError> take();

 private:
  static constexpr std::size_t most = 100;
  std::string_view file_;
  std::string reading_;
  std::vector<ScriptError> errors_;
  std::set<std::tuple<int, int, std::string>> known_;
  std::size_t seen_ = 0;
};

/// The rows of a file; what is no clean ASCII row is noted as a mistake.
std::vector<SourceRow> split_rows(std::string_view text, Mistakes& mistakes);

/// Takes the next word off a row, with the blanks before it.
std::string_view take_word(std::string_view& rest);

/// A kebab-case name; with `dots`, dots may stand in it.
bool is_name(std::string_view word, bool dots);

}  // namespace connspec
