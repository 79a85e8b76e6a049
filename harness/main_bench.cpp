#include "harness/commands.hpp"
#include "harness/session.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

#include <sys/resource.h>

namespace connspec {

namespace asio = boost::asio;

namespace {

constexpr std::string_view conversation =
    "requirement  An exchange\nspec  RFC 9112 section 9.3\nlevel  MUST\nrole  server\n\n"
    "case once\n  title  a request is answered\n"
    "  client > GET {a} HTTP/1.1 | Host: {host} |\n"
    "  client < response {a}\n";

double microseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

/// Plays the conversation `count` times, `jobs` at a time.
struct Repetition {
  Stage& stage;
  const Case& script;
  std::size_t left;
  std::size_t running = 0;
  std::size_t wrong = 0;
  Timer all_done;

  Task<void> worker() {
    while (left > 0) {
      const auto number = left--;
      PlayOptions
          play_options;  // Named: GCC 12 destroys braced temporaries of an awaited call twice.
      play_options.token = "k" + std::to_string(number);
      const Verdict verdict = (co_await play(script, stage, std::move(play_options))).verdict;
      if (verdict != Verdict::pass) ++wrong;
    }
    if (--running == 0) all_done.cancel();
  }
};

Task<int> repeat(Loop& loop, const Options& options) {
  std::string error;
  const auto url = read_url(options.url, error);
  if (!url) co_return static_cast<int>(complain(Exit::usage, error));
  const asio::ip::tcp::endpoint target(asio::ip::make_address(url->host),
                                       static_cast<std::uint16_t>(std::stoul(url->port)));
  Offer offer;
  offer.set(Binding::host, url->authority);
  offer.set(Binding::port, url->port);
  ConnectGate gate(loop.io, options.jobs);
  Stage stage{.io = loop.io,
              .pulse = loop.pulse,
              .target = target,
              .offer = offer,
              .connects = gate,
              .reply = std::chrono::seconds(3),
              .close = std::chrono::seconds(2)};
  const auto calibration = co_await calibrate_server(stage, offer);
  if (!calibration.reached)
    co_return static_cast<int>(complain(Exit::unreachable, calibration.why));
  const auto script = read_script("bench.convo", conversation);
  Repetition repetition{stage, script.cases.at(0),         options.conversations, options.jobs,
                        0,     Timer(loop.io, Time::max())};
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  const auto began = Clock::now();
  for (std::size_t i = 0; i < options.jobs; ++i)
    asio::co_spawn(loop.io, repetition.worker(), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
  co_await repetition.all_done.async_wait(no_throw);
  const std::chrono::duration<double, std::micro> wall = Clock::now() - began;
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  const auto count = static_cast<double>(options.conversations);
  const auto user = microseconds(after.ru_utime) - microseconds(before.ru_utime);
  const auto system = microseconds(after.ru_stime) - microseconds(before.ru_stime);
  fmt::print(
      "conversations {} wall {:.1f} us cpu {:.1f} us user {:.1f} sys {:.1f} us rss {} kB wrong "
      "{}\n",
      options.conversations, wall.count() / count, (user + system) / count, user / count,
      system / count, after.ru_maxrss, repetition.wrong);
  co_return repetition.wrong == 0 ? 0 : 1;
}

}  // namespace

Exit run_bench(const Options& options) {
  Loop loop;
  int exit = 0;
  asio::co_spawn(loop.io, repeat(loop, options), [&](std::exception_ptr error, int result) {
    exit = result;
    loop.io.stop();
    if (error) std::rethrow_exception(error);
  });
  loop.io.run();
  return static_cast<Exit>(exit);
}

}  // namespace connspec
