// A run as lines of JSON while it goes on: one line an event, out of our hands when it happens,
// so that whatever ends the process leaves all that was known.
//
//     {"event":"run-begins", ...}    a target; so many cases are to come
//     {"event":"calibrated", ...}    what was found out about it
//     {"event":"result", ...}        a case has its verdict; the last one of a case counts
//     {"event":"run-ends", ...}      totals and exit code
//
// The shape of a line is `line` in reports/run.schema.json.
#pragma once

#include "harness/verdict.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace connspec {

class JsonLines {
 public:
  JsonLines() = default;
  ~JsonLines();
  JsonLines(const JsonLines&) = delete;
  JsonLines& operator=(const JsonLines&) = delete;

  /// Empties the file, or makes it. A sentence if that cannot be done. Until this is called
  /// nothing is written.
  std::optional<std::string> open(const std::string& path);

  void begins(const Run& run, std::size_t cases);
  void calibrated(const Run& run);
  void result(const Result& result);
  /// The last of a run. Results that came out otherwise than was told, or were never told, come
  /// before it.
  void ends(const Run& run);

  /// What went wrong with the file, if something did: later lines are not written.
  const std::optional<std::string>& problem() const { return problem_; }

 private:
  void write(const nlohmann::ordered_json& event);
  void fail(int error);

  std::string path_;
  int file_ = -1;
  std::size_t run_ = 0;
  std::map<std::string, std::string> told_;  ///< Ids, and what they came to.
  std::optional<std::string> problem_;
};

}  // namespace connspec
