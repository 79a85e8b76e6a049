// The kernel's receive stamps: asking for them, reading them, keeping them switched on.
#pragma once

#include "harness/evidence.hpp"

#include <sys/socket.h>

namespace connspec {

/// Asks the kernel to stamp what the socket receives.
void ask_for_stamps(int socket);

/// The stamp among the control messages of a recvmsg, by our clock: when the last of the bytes
/// came. Unset where there is none.
std::optional<Time> stamp_of(msghdr& message);

/// One socket that asks for kernel stamps, kept open for as long as stamps are wanted: the
/// first such socket of a machine switches them on, a little later.
class StampKeeper {
 public:
  StampKeeper();
  ~StampKeeper();
  StampKeeper(const StampKeeper&) = delete;
  StampKeeper& operator=(const StampKeeper&) = delete;
  /// When stamps can be relied upon: 20 ms after the opening.
  Time ready() const { return ready_; }

 private:
  int socket_ = -1;
  Time ready_{};
};

}  // namespace connspec
