#include "harness/main_target.hpp"

#include <fmt/format.h>

#include <malloc.h>
#include <sys/resource.h>

namespace connspec {

namespace {

bool is_server(const Options& options) {
  return options.command == Command::server || options.role == "server";
}

/// Many conversations want many descriptors.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  [[maybe_unused]] const int ignored = ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// Memory that held a large content serves the next one: fetching its pages anew takes longer
/// than reading what goes in. Only the speed rests on it.
void keep_freed_memory() {
  constexpr int most = 32 << 20;
  ::mallopt(M_MMAP_THRESHOLD, most);
  ::mallopt(M_TRIM_THRESHOLD, 4 * most);
}

}  // namespace

Role role_of(const Options& options) {
  if (is_server(options)) return Role::server;
  return options.forward ? Role::forward : Role::gateway;
}

std::string again_command(const Options& options) {
  const bool server = is_server(options);
  std::string command = fmt::format("connspec {} {}", server ? "server" : "proxy", options.url);
  if (!server) {
    command += " --origin " + options.origin;
    if (!options.advertise.empty()) command += " --advertise " + options.advertise;
    if (options.forward) command += " --forward";
  }
  for (const auto& [name, value] : options.declared)
    command += fmt::format(" --declare {}={}", name, value);
  return command + " ";
}

std::string mistake_in(const Options& options) {
  std::string error;
  if (!read_url(options.url, error)) return error;
  if (!read_host_port(options.origin))
    return fmt::format("--origin takes HOST:PORT, not '{}'", options.origin);
  Offer offer;
  return declare(options.declared, role_of(options), offer).value_or("");
}

TargetSpec target_of(const Options& options, double patience) {
  return {.role = role_of(options),
          .url = options.url,
          .family = options.family,
          .origin = options.origin,
          .advertise = options.advertise,
          .declared = options.declared,
          .patience = patience,
          .spawn = options.spawn};
}

void prepare_to_play() {
  raise_descriptor_limit();
  keep_freed_memory();
}

}  // namespace connspec
