// What is to be seen while a run goes on: one line that is written over on a terminal, a line a
// case elsewhere.
#pragma once

#include "harness/verdict.hpp"
#include "reports/findings.hpp"
#include "reports/style.hpp"
#include "reports/tally.hpp"

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace connspec {

class Progress {
 public:
  enum class Manner : std::uint8_t { one_line, line_a_case, silent };

  /// One line where `file` is a terminal, silent where quiet.
  static Manner manner_for(std::FILE* file, Detail detail);

  /// Writes to `file`, which must outlive this. On a terminal not more often than `interval`.
  Progress(std::FILE* file, Manner manner, const Style& style, bool strict = false,
           std::chrono::milliseconds interval = std::chrono::milliseconds(60));
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// What is being done: `calibrating`, `playing 3 cases again, alone`. Shown on a terminal.
  void phase(std::string_view what);
  /// So many more results are to come.
  void expect(std::size_t cases) { expected_ = tally_.all() + cases; }
  void done(const Result& result);

  /// Takes the line off the terminal again, so that something else can be written.
  void clear();

 private:
  std::string line() const;
  void show(bool now);

  std::FILE* file_;
  Manner manner_;
  Style style_;
  bool strict_;
  std::chrono::milliseconds interval_;
  std::chrono::steady_clock::time_point last_{};
  bool shown_ = false;
  Tally tally_;
  std::size_t expected_ = 0;
  std::string phase_;
};

}  // namespace connspec
