// The kernel's view of a socket.
#pragma once

#include "harness/evidence.hpp"

namespace connspec {

/// Poll flags, SO_ERROR (which asking clears) and TCP_INFO of an open TCP socket, in one look.
TcpState tcp_state_of(int socket);

}  // namespace connspec
