// The command line: what was asked for, as plain values.
#pragma once

#include "harness/declared.hpp"
#include "harness/script.hpp"

#include <string>
#include <variant>
#include <vector>

namespace connspec {

enum class Command : std::uint8_t {
  server,
  proxy,
  demo,
  selftest,
  list,
  explain,
  lint,
  coverage,
  recipe,
  compare,
  baseline,
  certify,
  verify,
  replay,
  script,
  merge,
  bench,
};

struct Options {
  Command command = Command::list;
  std::vector<std::string> words = {};  ///< Selectors, ids or files behind the command.

  // The target.
  std::string url = {};
  std::string origin = "127.0.0.1:0";
  std::string advertise = {};
  bool forward = false;
  std::string spawn = {};
  Declared declared = {};
  int family = 0;
  std::string label = {};  ///< What the user calls it.

  // The run.
  std::size_t jobs = 8;
  double patience = 1;
  int repeat = 1;
  bool strict = false;
  std::vector<std::string> case_folders = {};
  std::string mutant = {};           ///< Of demo.
  std::size_t conversations = 1000;  ///< Of bench.
  std::uint16_t port = 8080;         ///< Of the proxy of a recipe.
  std::size_t shard = 1;             ///< Of --shard I/N: which part of the selection.
  std::size_t shards = 1;
  std::string edition = {};  ///< Cases that are newer do not gate; empty: the newest.

  // The reports.
  std::string junit = {};
  bool junit_strict = false;
  std::string html = {};
  std::string json = {};
  std::string json_lines = {};  ///< Events, while it runs.
  std::string tap = {};
  std::string markdown = {};
  std::string out = {};
  std::string baseline = {};  ///< Deviations that are expected.
  std::string from = {};      ///< Of baseline update: the run.
  std::string key = {};       ///< Of certify the private one, of verify the public one; PEM.
  bool verbose = false;
  bool quiet = false;
  std::string color = "auto";
  bool ascii = false;
  std::string role = {};     ///< Of list and coverage.
  std::string profile = {};  ///< Of what plays, and of list and coverage.
};

/// Either what to do, or the exit code when there is nothing left to do: help was shown, or the
/// command line was wrong and a message says how.
std::variant<Options, int> read_options(int count, char** arguments,
                                        const std::string& version);

}  // namespace connspec
