// What the parts of a conversation cost in the processor, one by one.
#include "harness/case_library.hpp"
#include "harness/judge.hpp"
#include "reports/junit.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

/// What has been asked for and not given back, while it is counted.
namespace memory {
bool counts = false;
long now = 0;
long most = 0;
}  // namespace memory

void* operator new(std::size_t size) {
  void* place = std::malloc(size);
  if (place == nullptr) throw std::bad_alloc();
  if (memory::counts) {
    memory::now += static_cast<long>(::malloc_usable_size(place));
    memory::most = std::max(memory::most, memory::now);
  }
  return place;
}
void operator delete(void* place) noexcept {
  if (memory::counts) memory::now -= static_cast<long>(::malloc_usable_size(place));
  std::free(place);
}
void operator delete(void* place, std::size_t) noexcept { ::operator delete(place); }

namespace connspec {
namespace {

constexpr std::string_view closing_exchange =
    "requirement  A closing exchange\nspec  RFC 9112 section 9.6\nlevel  MUST\nrole  server\n\n"
    "case once\n  title  a request that says close is answered, then the connection ends\n"
    "  client > GET {a} HTTP/1.1 | Host: {host} | Connection: close |\n"
    "  client < response {a}, says close then end\n";

Wire answered() {
  Wire wire;
  wire.opening = Opening::open;
  wire.received =
      "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
      "Content-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
  wire.received_total = wire.received.size();
  wire.arrivals = {{{}, wire.received.size()}};
  wire.fin = Moment{};
  return wire;
}

void read_one_case(benchmark::State& state) {
  for (auto ignored : state)
    benchmark::DoNotOptimize(read_script("once.convo", closing_exchange));
}
BENCHMARK(read_one_case)->Unit(benchmark::kMicrosecond);

void read_all_cases(benchmark::State& state) {
  std::size_t cases = 0;
  for (auto ignored : state) cases = load_embedded({}).cases.size();
  state.counters["cases"] = static_cast<double>(cases);
}
BENCHMARK(read_all_cases)->Unit(benchmark::kMillisecond);

void read_one_message(benchmark::State& state) {
  const Wire wire = answered();
  for (auto ignored : state) {
    Message message(ReadAs::response, 0);
    message.advance(wire);
    if (message.state() != Message::State::whole) state.SkipWithError("not read as a whole");
  }
}
BENCHMARK(read_one_message)->Unit(benchmark::kMicrosecond);

/// The message is read anew each time, as it is for each conversation.
void judge_one_expectation(benchmark::State& state) {
  const auto script = read_script("once.convo", closing_exchange);
  const auto& sequence = std::get<Expect>(script.cases.at(0).steps.at(1).what).sequence;
  const Wire wire = answered();
  Offer offer;
  offer.set(Binding::a, "/");
  offer.answer[static_cast<std::size_t>(Binding::a)] = Answer{200, "ok\n"};
  const Bindings bindings{.offer = &offer};
  const Setting setting{.bindings = &bindings};
  for (auto ignored : state) {
    MessagesRead readings;
    const Sight sight{.wire = &wire, .readings = &readings};
    const auto finding = judge(sequence, sight, setting);
    if (finding.state != Finding::State::met) state.SkipWithError("expected met");
  }
}
BENCHMARK(judge_one_expectation)->Unit(benchmark::kMicrosecond);

Run run_of_100_000_passes() {
  Run run{.version = "0", .role = "server", .target = "http://127.0.0.1:8080"};
  for (int i = 0; i < 100'000; ++i)
    run.results.push_back({.id = fmt::format("server/topic-{}/requirement/case-{}", i % 20, i),
                           .file = "server/topic/requirement.convo",
                           .line = 1 + i,
                           .verdict = Verdict::pass,
                           .time = std::chrono::microseconds(7 * i)});
  return run;
}

/// Beside the time of a report: what it takes at most beyond the run itself.
template <class Write>
void measure_report(benchmark::State& state, Write write) {
  for (auto ignored : state) write();
  memory::most = memory::now = 0;
  memory::counts = true;
  write();
  memory::counts = false;
  state.counters["goal_ms"] = 60;
  state.counters["peak_MB"] = static_cast<double>(memory::most) / 1e6;
  state.counters["goal_MB"] = 6;
}

void write_junit_of_100_000_passes(benchmark::State& state) {
  const auto run = run_of_100_000_passes();
  std::size_t bytes = 0;
  measure_report(state, [&] {
    bytes = 0;
    junit({&run, 1}, {}, [&bytes](std::string_view piece) { bytes += piece.size(); });
  });
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(write_junit_of_100_000_passes)->Unit(benchmark::kMillisecond);

/// The same with the file that it becomes.
void save_junit_of_100_000_passes(benchmark::State& state) {
  const auto run = run_of_100_000_passes();
  const std::string path = (std::filesystem::temp_directory_path() /
                            fmt::format("connspec-bench-{}.xml", ::getpid()))
                               .string();
  measure_report(state, [&] {
    if (const auto problem = save_junit(path, {&run, 1}, {}))
      state.SkipWithError(problem->c_str());
  });
  std::filesystem::remove(path);
}
BENCHMARK(save_junit_of_100_000_passes)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace connspec

BENCHMARK_MAIN();
