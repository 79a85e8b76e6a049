#include "harness/stamps.hpp"

#include <algorithm>
#include <ctime>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <unistd.h>

namespace connspec {

namespace {

/// The kernel stamps with the wall clock; we count with the steady one.
Time steady(const timespec& stamp) {
  timespec wall{};
  ::clock_gettime(CLOCK_REALTIME, &wall);
  const auto ago = std::chrono::seconds(wall.tv_sec - stamp.tv_sec) +
                   std::chrono::nanoseconds(wall.tv_nsec - stamp.tv_nsec);
  return Clock::now() - std::max(Duration(ago), Duration{});
}

}  // namespace

void ask_for_stamps(int socket) {
  const int what = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  // Failure changes how exactly we see, not what is so.
  [[maybe_unused]] const int ignored =
      ::setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPING, &what, sizeof what);
}

std::optional<Time> stamp_of(msghdr& message) {
  for (auto* control = CMSG_FIRSTHDR(&message); control;
       control = CMSG_NXTHDR(&message, control)) {
    if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SO_TIMESTAMPING) continue;
    const auto* stamps = reinterpret_cast<const scm_timestamping*>(CMSG_DATA(control));
    if (stamps->ts[0].tv_sec != 0) return steady(stamps->ts[0]);
  }
  return std::nullopt;
}

StampKeeper::StampKeeper()
    : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
      ready_(Clock::now() + std::chrono::milliseconds(20)) {
  if (socket_ >= 0) ask_for_stamps(socket_);
}

StampKeeper::~StampKeeper() {
  if (socket_ >= 0) ::close(socket_);
}

}  // namespace connspec
