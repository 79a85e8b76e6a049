#include "fixtures/proxy.hpp"
#include "fixtures/resources.hpp"
#include "fixtures/server.hpp"
#include "harness/bundled.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

namespace connspec {

namespace {

/// All that the bundled server offers.
Declared declared_of_server(const fixtures::ServerConduct& conduct) {
  Declared declared;
  for (const auto& [name, value] : fixtures::resources::declarations)
    declared.emplace(name, value);
  declared["idle"] = fmt::format("{}ms", conduct.inbound.idle_timeout.count());
  declared["head-timeout"] = fmt::format("{}ms", conduct.inbound.head_timeout.count());
  declared["body-timeout"] = fmt::format("{}ms", conduct.inbound.body_timeout.count());
  return declared;
}

}  // namespace

Bundled::Bundled(fixtures::Conduct conduct, std::chrono::seconds timeout) : conduct_(conduct) {
  conduct_.server.inbound.idle_timeout = timeout;
  conduct_.server.inbound.head_timeout = 2 * timeout;
  conduct_.server.inbound.body_timeout = 2 * timeout;
  conduct_.proxy.upstream_timeout = 2 * timeout;
}

TargetSpec Bundled::spec(Role role) {
  TargetSpec spec{.role = role};
  if (role == Role::server)
    spec.declared = declared_of_server(conduct_.server);
  else
    spec.declared["upstream-timeout"] =
        fmt::format("{}ms", conduct_.proxy.upstream_timeout.count());
  spec.start = [this, role](const std::string& origin) {
    std::uint16_t port = 0;
    if (role == Role::server) {
      port = hosted_.add<fixtures::Server>(conduct_.server);
    } else {
      fixtures::Upstream upstream{.forward = role == Role::forward};
      const auto at = read_host_port(origin);
      if (role == Role::gateway && at) {
        upstream.host = at->host;
        upstream.port = static_cast<std::uint16_t>(std::stoul(at->port));
      }
      port = hosted_.add<fixtures::Proxy>(conduct_.proxy, upstream);
    }
    return fmt::format("http://127.0.0.1:{}", port);
  };
  return spec;
}

std::string way_of(const Result& result) { return result.taken + result.reason; }

UsualWays usual_ways(std::span<const Case* const> cases, Role role) {
  std::vector<const Case*> observing;
  for (const auto* script : cases)
    if (script->level == Level::observe) observing.push_back(script);
  UsualWays ways;
  if (observing.empty()) return ways;
  Loop loop;
  Bundled bundled{fixtures::Conduct{}};
  const auto spec = bundled.spec(role);
  Plan plan;
  Audience audience;
  boost::asio::co_spawn(
      loop.io, run_session(loop, spec, observing, std::move(plan), std::move(audience)),
      [&](std::exception_ptr error, Outcome outcome) {
        loop.io.stop();
        if (error) std::rethrow_exception(error);
        for (const auto& result : outcome.run.results) ways[result.id] = way_of(result);
      });
  loop.io.run();
  return ways;
}

std::vector<const Case*> only_forward(const std::vector<const Case*>& cases) {
  std::vector<const Case*> only;
  for (const auto* script : cases)
    if (!script->roles.has(Role::gateway)) only.push_back(script);
  return only;
}

}  // namespace connspec
