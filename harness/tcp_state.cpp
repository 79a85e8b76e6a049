#include "harness/tcp_state.hpp"

#include <algorithm>

// Not netinet/tcp.h: its tcp_info ends before the counters that we read.
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace connspec {

TcpState tcp_state_of(int socket) {
  TcpState state;
  pollfd flags{socket, POLLIN | POLLOUT | POLLRDHUP, 0};
  ::poll(&flags, 1, 0);
  state.poll_flags = flags.revents;
  socklen_t size = sizeof state.socket_error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &state.socket_error, &size);
  tcp_info info{};
  size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) {
    state.state = info.tcpi_state;
    state.unacked = info.tcpi_unacked;
    state.not_sent = info.tcpi_notsent_bytes;
    state.data_segments_in = info.tcpi_data_segs_in;
  }
  int queued = 0;  // Bytes of ours that the peer's kernel has not acknowledged.
  if (::ioctl(socket, SIOCOUTQ, &queued) == 0 && queued > 0)
    state.unacked = std::max(state.unacked, 1U);
  return state;
}

}  // namespace connspec
