#include "harness/session.hpp"

#include "harness/child.hpp"
#include "harness/offer_of_origin.hpp"
#include "harness/words_declared.hpp"

#include <fmt/format.h>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <charconv>
#include <ctime>

#include <unistd.h>

namespace connspec {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds start_bound{30};
constexpr std::size_t connects_in_flight = 4;
constexpr std::size_t longest_label = 200;

Duration scaled(Duration time, double patience) {
  return std::chrono::duration_cast<Duration>(time * patience);
}

std::string host_name() {
  char name[256] = "localhost";
  ::gethostname(name, sizeof name - 1);
  return name;
}

std::string role_name(Role role) {
  return role == Role::server ? "server" : role == Role::forward ? "forward" : "gateway";
}

bool is_port(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number <= 65535;
}

std::optional<tcp::endpoint> resolve(Loop& loop, const Url& url, int family,
                                     std::string& error) {
  tcp::resolver resolver(loop.io);
  auto host = url.host;
  if (!host.empty() && host.front() == '[') host = host.substr(1, host.size() - 2);
  error_code failed;
  const auto found = resolver.resolve(host, url.port, failed);
  for (const auto& entry : found) {
    const bool v6 = entry.endpoint().address().is_v6();
    if (family == 0 || (family == 6) == v6) return entry.endpoint();
  }
  error = failed ? fmt::format("{} has no address: {}", url.host, failed.message())
                 : fmt::format("{} has no IPv{} address", url.host, family);
  return std::nullopt;
}

/// The parts of one session, in the order in which they come to be.
struct Parts {
  Offer offer;
  std::unique_ptr<Origin> origin;
  std::unique_ptr<Child> child;
  std::unique_ptr<ConnectGate> gate;
  std::unique_ptr<Stage> stage;
  Calibration calibration;
  Url url;
  tcp::endpoint target;
};

Outcome refused(Outcome outcome, Exit exit, std::string error) {
  outcome.exit = exit;
  outcome.error = std::move(error);
  return outcome;
}

/// What does not depend on calibration.
void offer_basics(Parts& parts, const TargetSpec& spec) {
  auto& offer = parts.offer;
  offer.set(Binding::port, parts.url.port);
  offer.set(Binding::host, parts.url.authority);
  const std::string origin(1, Offer::origin_mark);
  if (spec.role == Role::server) {
    constexpr std::string_view names[] = {"u", "u2", "u3", "u4", "u5", "u6", "u7", "u8", "u9"};
    for (std::size_t i = 0; i < std::size(names); ++i)
      offer.set(static_cast<Binding>(static_cast<std::size_t>(Binding::u) + i),
                fmt::format("/connspec-{}-{}", Offer::token_mark, names[i]));
    return;
  }
  const bool forward = spec.role == Role::forward;
  offer_of_origin(offer, forward ? "http://" + origin : "");
  offer.set(Binding::origin, origin);
  if (forward) offer.set(Binding::host, origin);
}

std::string open_origin(Loop& loop, Parts& parts, const TargetSpec& spec) {
  const auto at = read_host_port(spec.origin);
  if (!at) return fmt::format("'{}' is no HOST:PORT to listen on", spec.origin);
  std::string error;
  const auto endpoint = resolve(loop, *at, 0, error);
  if (!endpoint) return error;
  try {
    parts.origin = std::make_unique<Origin>(loop.io, loop.pulse, *endpoint);
  } catch (const boost::system::system_error& failure) {
    return fmt::format("our origin cannot listen on {}: {}", spec.origin,
                       failure.code().message());
  }
  return {};
}

/// `early = /early, idle = 1s`: what is not shown among what calibration found.
std::string in_one_line(const Declared& declared) {
  std::string line;
  for (const auto& [name, value] : declared)
    if (!find_declarable(name)->found)
      line += fmt::format("{}{} = {}", line.empty() ? "" : ", ", name, value);
  return line;
}

/// Cases must not fail because calibration met a machine that is slower than we think.
void scale_bounds(Stage& stage, const Calibration& calibration, double patience) {
  stage.reply = std::max(scaled(reply_bound, patience), 20 * calibration.response_time);
  stage.close = std::max(scaled(close_bound, patience), 20 * calibration.response_time);
}

}  // namespace

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                     parts.tm_sec);
}

Run begun(const TargetSpec& spec) {
  return {.role = role_name(spec.role),
          .target = spec.url,
          .hostname = host_name(),
          .started = utc_now()};
}

Loop::Loop() : pulse(io) { pulse.start(); }

std::optional<Url> read_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  Url url{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1)),
          std::string(text)};
  if (!is_port(url.port)) return std::nullopt;
  const bool bracketed = url.host.front() == '[' && url.host.back() == ']';
  if (url.host.find(':') != std::string::npos && !bracketed) return std::nullopt;
  return url;
}

std::optional<Url> read_url(std::string_view text, std::string& error) {
  const std::string_view whole = text;
  constexpr std::string_view scheme = "http://";
  if (text.substr(0, scheme.size()) == scheme)
    text.remove_prefix(scheme.size());
  else if (text.find("://") != std::string_view::npos) {
    error = fmt::format("'{}' is no http:// URL", whole);
    return std::nullopt;
  }
  text = text.substr(0, text.find('/'));
  if (auto url = read_host_port(text)) return url;
  const bool no_port = !text.empty() && (text.find(':') == text.npos || text.back() == ']');
  if (no_port) return Url{std::string(text), "80", std::string(text)};
  error = fmt::format("'{}' names no host and port; write http://HOST:PORT", whole);
  return std::nullopt;
}

Task<Outcome> run_session(Loop& loop, const TargetSpec& spec,
                          std::span<const Case* const> cases, Plan plan, Audience audience) {
  Outcome outcome;
  outcome.run = begun(spec);
  const Time began = Clock::now();
  Parts parts;
  std::string error;
  if (spec.role != Role::server)
    if (error = open_origin(loop, parts, spec); !error.empty())
      co_return refused(std::move(outcome), Exit::usage, error);
  if (spec.start)
    outcome.run.target = spec.start(parts.origin ? fmt::format("{}:{}", parts.origin->host(),
                                                               parts.origin->address().port())
                                                 : "");
  const auto url = read_url(outcome.run.target, error);
  if (!url) co_return refused(std::move(outcome), Exit::usage, error);
  parts.url = *url;
  const auto target = resolve(loop, *url, spec.family, error);
  if (!target) co_return refused(std::move(outcome), Exit::unreachable, error);
  parts.target = *target;
  offer_basics(parts, spec);
  if (const auto wrong = declare(spec.declared, spec.role, parts.offer))
    co_return refused(std::move(outcome), Exit::usage, *wrong);
  if (!spec.spawn.empty()) {
    parts.child = std::make_unique<Child>(spec.spawn);
    error = co_await parts.child->start(loop.io, *target, start_bound);
    if (!error.empty()) co_return refused(std::move(outcome), Exit::unreachable, error);
  }

  parts.gate = std::make_unique<ConnectGate>(loop.io, connects_in_flight);
  parts.stage.reset(new Stage{.io = loop.io,
                              .pulse = loop.pulse,
                              .target = *target,
                              .offer = parts.offer,
                              .origin = parts.origin.get(),
                              .forward = spec.role == Role::forward,
                              .advertised = spec.advertise,
                              .connects = *parts.gate,
                              .reply = scaled(reply_bound, spec.patience),
                              .close = scaled(close_bound, spec.patience),
                              .late_tolerance = scaled(late_tolerance, spec.patience)});
  auto& calibration = parts.calibration;
  if (spec.role == Role::server)
    calibration = co_await calibrate_server(*parts.stage, parts.offer);
  else
    calibration = co_await calibrate_proxy(*parts.stage);
  outcome.run.environment = calibration.found;
  outcome.run.label = calibration.name.substr(0, longest_label);
  if (!calibration.reached)
    co_return refused(std::move(outcome), Exit::unreachable, calibration.why);
  scale_bounds(*parts.stage, calibration, spec.patience);
  if (auto line = in_one_line(spec.declared); !line.empty())
    outcome.run.environment.emplace_back("declared", std::move(line));
  const bool to_be_tried = spec.role == Role::server && !spec.start;  // Fixtures are known.
  if (to_be_tried) {
    const auto left_out = co_await try_declared(*parts.stage, parts.offer, cases);
    outcome.run.notes.insert(outcome.run.notes.end(), left_out.begin(), left_out.end());
  }
  if (audience.measured) audience.measured(*parts.stage, calibration);
  if (audience.begins) audience.begins(outcome.run);
  Timer stamps(loop.io, loop.keeper.ready());  // Calibration does without.
  co_await stamps.async_wait(no_throw);

  Reporter reporter;
  reporter.heard = audience.heard;
  reporter.silent = audience.silent;
  if (audience.settled)
    reporter.settled = [&](const Result& result) { audience.settled(outcome.run, result); };
  if (parts.child)
    reporter.restart = [&]() -> Task<bool> {
      parts.child->stop();
      co_return (co_await parts.child->start(loop.io, *target, start_bound)).empty();
    };
  Scheduler scheduler(*parts.stage, calibration, std::move(plan), std::move(reporter));
  co_await scheduler.play_all(cases, outcome.run);
  if (to_be_tried) co_await try_slow(*parts.stage, parts.offer, cases, outcome.run);
  outcome.run.time = Clock::now() - began;
  if (loop.pulse.longest_stall() > std::chrono::milliseconds(50))
    outcome.run.environment.emplace_back(
        "our own longest stall",
        fmt::format("{} ms", std::chrono::duration_cast<std::chrono::milliseconds>(
                                 loop.pulse.longest_stall())
                                 .count()));
  outcome.exit = exit_of(outcome.run);
  co_return outcome;
}

}  // namespace connspec
