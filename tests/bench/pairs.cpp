// pairs: what whole runs cost, each beside its goal.
//
// Commands that are compared are run in turn, round by round, and the median of the rounds' own
// ratios counts: what else the machine does meanwhile meets both alike.
#include "harness/case_library.hpp"
#include "tests/child_process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace connspec;

using Words = std::vector<std::string>;

const std::string nginx = SOURCE_DIR "/fixtures/targets/nginx/";

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double milliseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / 1e6;
}

/// The number behind the last `mark` in a text.
double number_behind(std::string_view mark, std::string text) {
  std::erase(text, ',');
  const auto at = text.rfind(mark);
  if (at == text.npos)
    throw std::runtime_error(
        fmt::format("expected a number behind '{}', got:\n{}", mark, text));
  return std::atof(text.c_str() + at + mark.size());
}

Finished checked(const Words& words) {
  auto finished = run(words, {}, std::chrono::seconds(600));
  // 1: some cases fail on real targets, and that is no matter here.
  if (finished.status != 0 && finished.status != 1)
    throw std::runtime_error(fmt::format("{} ended with {}:\n{}{}", fmt::join(words, " "),
                                         finished.status, finished.output, finished.errors));
  return finished;
}

/// Measures `rounds` times, once more before that to warm up.
std::vector<double> repeated(int rounds, const std::function<double()>& measure) {
  std::vector<double> values;
  measure();
  for (int i = 0; i < rounds; ++i) values.push_back(measure());
  return values;
}

void print(std::string_view what, const std::vector<double>& values, std::string_view unit,
           std::optional<double> goal = {}) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double value = median(values);
  fmt::print("{:<58} {:>9.4g} {:<5} ({:.4g}-{:.4g})", what, value, unit, *least, *most);
  if (goal) fmt::print("   goal {:g}: {:.2f} of it", *goal, value / *goal);
  fmt::print("\n");
  std::fflush(stdout);
}

double time_of(const Words& words) { return milliseconds(checked(words).time); }

void measure_start() {
  print("start to end of --version",
        repeated(60,
                 [] {
                   return time_of({CONNSPEC_PROGRAM, "--version"});
                 }),
        "ms", 2);
  print("start to end of list",
        repeated(30,
                 [] {
                   return time_of({CONNSPEC_PROGRAM, "list"});
                 }),
        "ms", 10);
}

std::string url_of(std::uint16_t port) { return fmt::format("http://127.0.0.1:{}", port); }

Words bench(std::uint16_t port, int conversations, int jobs) {
  return {CONNSPEC_PROGRAM, "bench",  std::to_string(conversations),
          url_of(port),     "--jobs", std::to_string(jobs)};
}

/// The same conversations by connspec and by the raw loop.
void measure_against_floor(std::string_view target, std::uint16_t port, int open) {
  constexpr int conversations = 4000;
  std::vector<double> ours;
  std::vector<double> ratios;
  for (int round = 0; round < 9; ++round) {
    const auto floor = checked({FLOOR_PROGRAM, std::to_string(port),
                                std::to_string(conversations), std::to_string(open)});
    const auto run = checked(bench(port, conversations, open));
    ours.push_back(number_behind(" cpu ", run.output));
    ratios.push_back(ours.back() / number_behind(" cpu ", floor.output));
  }
  print(fmt::format("CPU of a conversation, {}, {} at a time", target, open), ours, "us");
  print(fmt::format("  over that of the raw loop"), ratios, "x", 1.25);
}

void measure_instructions(std::uint16_t port) {
  const auto instructions = [port](int conversations) {
    Words words{"valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"};
    for (const auto& word : bench(port, conversations, 1)) words.push_back(word);
    return number_behind("Collected : ", checked(words).errors);
  };
  // What the start costs is in both.
  print("user instructions of a conversation",
        repeated(2, [&] { return (instructions(1200) - instructions(200)) / 1000; }), "",
        15'000);
}

void measure_memory(std::uint16_t port) {
  print("memory at most, 10,000 conversations",
        repeated(3,
                 [port] {
                   return number_behind(" rss ", checked(bench(port, 10'000, 8)).output) / 1000;
                 }),
        "MB", 16);
}

Words play(std::uint16_t port, int jobs, const Words& selectors) {
  Words words{CONNSPEC_PROGRAM,      "server", url_of(port), "--target",
              nginx + "target.json", "-q",     "--jobs",     std::to_string(jobs)};
  words.insert(words.end(), selectors.begin(), selectors.end());
  return words;
}

/// Ids of the server's cases that take no time of their own.
Words cases_without_waits() {
  Words ids;
  for (const auto& script : load_embedded({}).cases)
    if (script.roles.has(Role::server) && script.planned.empty() && !script.alone)
      ids.push_back(script.id);
  return ids;
}

/// Connections that this machine has opened since it started.
double connections_opened() {
  std::ifstream file("/proc/net/snmp");
  std::string line;
  std::string names;
  while (std::getline(file, line)) {
    if (!line.starts_with("Tcp: ")) continue;
    if (names.empty()) {
      names = line;
      continue;
    }
    std::istringstream name(names);
    std::istringstream value(line);
    for (std::string one, other; name >> one && value >> other;)
      if (one == "ActiveOpens") return std::stod(other);
  }
  throw std::runtime_error("the kernel does not tell how many connections were opened");
}

/// So many of `ids`, from all over them.
Words some_of(const Words& ids, std::size_t number) {
  Words some;
  for (std::size_t i = 0; i < number; ++i) some.push_back(ids[i * ids.size() / number]);
  return some;
}

/// What the cases take in addition to one of them, so without start and calibration.
void measure_cases(std::uint16_t port) {
  constexpr std::size_t few = 150;
  const auto cases = cases_without_waits();
  const auto surplus = [&](int jobs, const Words& chosen) {
    return time_of(play(port, jobs, chosen)) - time_of(play(port, jobs, {cases.front()}));
  };
  print(fmt::format("a case on nginx, serial, of {} without waits", cases.size()),
        repeated(7, [&] { return surplus(1, cases) / static_cast<double>(cases.size() - 1); }),
        "ms", 0.4);
  print(fmt::format("{} of them, 8 at a time", few),
        repeated(7, [&] { return surplus(8, some_of(cases, few)); }), "ms", 60);
  std::vector<double> all;
  std::vector<double> ratios;
  std::vector<double> opened;
  for (int round = 0; round < 7; ++round) {
    const double before = connections_opened();
    checked(play(port, 8, cases));
    const double between = connections_opened();
    all.push_back(surplus(8, cases));
    opened.push_back(between - before);
    const auto floor =
        checked({FLOOR_PROGRAM, std::to_string(port),
                 std::to_string(static_cast<int>(opened.back())), std::to_string(8)});
    ratios.push_back(all.back() /
                     (number_behind(" wall ", floor.output) * opened.back() / 1000));
  }
  print("all of them, 8 at a time", all, "ms", 60);
  print("  connections", opened, "");
  print("  over as many conversations of the raw loop", ratios, "x");
}

void measure_waits(std::uint16_t port) {
  print("a run with time-outs, over its longest case",
        repeated(3,
                 [port] {
                   auto words = play(port, 8, {});
                   std::erase(words, "-q");
                   const auto output = checked(words).output;
                   return number_behind(" cases in ",
                                        output.substr(0, output.find("the longest"))) /
                          number_behind("the longest of them ", output);
                 }),
        "x", 1.05);
}

}  // namespace

/// `bench_pairs [start|floor|instructions|memory|cases|waits...]`: those, or all of them.
int main(int count, char** arguments) try {
  const Words chosen(arguments + 1, arguments + count);
  const auto wanted = [&](std::string_view name) {
    return chosen.empty() || std::find(chosen.begin(), chosen.end(), name) != chosen.end();
  };
  const auto responder_port = free_port();
  const auto nginx_port = free_port();
  Background responder({RESPONDER_PROGRAM, std::to_string(responder_port)});
  Background server({nginx + "start", std::to_string(nginx_port)});
  if (!wait_for_port(responder_port) || !wait_for_port(nginx_port))
    throw std::runtime_error("a target does not listen");
  if (wanted("start")) measure_start();
  if (wanted("floor")) {
    measure_against_floor("responder", responder_port, 1);
    measure_against_floor("responder", responder_port, 200);
    measure_against_floor("nginx", nginx_port, 1);
  }
  if (wanted("instructions")) measure_instructions(responder_port);
  if (wanted("memory")) measure_memory(responder_port);
  if (wanted("cases")) measure_cases(nginx_port);
  if (wanted("waits")) measure_waits(nginx_port);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "pairs: %s\n", error.what());
  return 1;
}
