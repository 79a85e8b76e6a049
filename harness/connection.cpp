#include "harness/connection.hpp"

#include "harness/stamps.hpp"
#include "harness/tcp_state.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace connspec {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t read_size = 65'536;
constexpr std::size_t reads_at_once = 32;  ///< Then other connections have their turn.

/// What a connection may keep in any case; beyond that all draw on one store, so that many
/// endless contents at once do not fill our memory.
constexpr std::size_t kept_by_each = 256'000;
constexpr std::size_t kept_in_common = 128'000'000;
std::size_t common_store = kept_in_common;  // One thread.
std::size_t all_events = 0;                 // Likewise.

void set_int(int socket, int level, int name, int value) {
  // Failure changes how exactly we see, not what is so.
  [[maybe_unused]] const int ignored = ::setsockopt(socket, level, name, &value, sizeof value);
}

}  // namespace

std::shared_ptr<Connection> Connection::open(asio::io_context& io, const Pulse& pulse,
                                             const Endpoint& to,
                                             const ConnectOptions& options) {
  auto connection = std::make_shared<Connection>(io, pulse);
  connection->remote_ = to;
  error_code error;
  connection->socket_.open(to.protocol(), error);
  if (error) {
    connection->connected(error);
    return connection;
  }
  connection->set_options(options);
  connection->connect(to);
  return connection;
}

std::shared_ptr<Connection> Connection::adopt(Socket socket, const Pulse& pulse) {
  auto connection = std::make_shared<Connection>(std::move(socket), pulse);
  connection->set_options({});
  error_code ignored;
  connection->remote_ = connection->socket_.remote_endpoint(ignored);
  connection->connected({});
  return connection;
}

Connection::Connection(asio::io_context& io, const Pulse& pulse) : socket_(io), pulse_(pulse) {}

Connection::Connection(Socket&& socket, const Pulse& pulse)
    : socket_(std::move(socket)), pulse_(pulse) {}

Connection::~Connection() { common_store += charged_; }

void Connection::count_event() {
  ++events_;
  ++all_events;
}

std::size_t Connection::events_of_all() { return all_events; }

void Connection::connect(const Endpoint& to) {
  count_event();
  // Non-blocking for us and for Asio in one call.
  error_code failed;
  socket_.non_blocking(true, failed);
  const int begun =
      ::connect(socket_.native_handle(), to.data(), static_cast<socklen_t>(to.size()));
  if (begun == 0) return connected({});
  if (errno != EINPROGRESS)
    return connected(error_code(errno, boost::system::system_category()));
  // A neighbour has answered by now.
  pollfd state{socket_.native_handle(), POLLOUT, 0};
  if (::poll(&state, 1, 0) == 1) return connect_decided();
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const error_code& error) {
    if (error) return self->connected(error);
    self->connect_decided();
  });
}

void Connection::connect_decided() {
  int failure = 0;
  socklen_t size = sizeof failure;
  ::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &failure, &size);
  connected(error_code(failure, boost::system::system_category()));
}

Connection::Endpoint Connection::local() const {
  error_code ignored;
  return socket_.is_open() ? socket_.local_endpoint(ignored) : local_;
}

void Connection::set_options(const ConnectOptions& options) {
  const int socket = socket_.native_handle();
  set_int(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  ask_for_stamps(socket);
  late_acks_ = options.late_acks;
  if (options.window) set_int(socket, SOL_SOCKET, SO_RCVBUF, static_cast<int>(*options.window));
  if (options.from_port) {
    error_code ignored;
    socket_.set_option(asio::socket_base::reuse_address(true), ignored);
    const auto other = asio::ip::make_address_v4("127.0.0.2");
    socket_.bind(Endpoint(other, *options.from_port), ignored);
  }
}

void Connection::connected(const error_code& error) {
  if (error == asio::error::operation_aborted) return;
  wire_.opened = last_write_ = quiet_at_ = Clock::now();
  if (error) {
    wire_.opening = Opening::refused;
    wire_.opening_error = error.value();
    wire_.rst = Moment{wire_.opened, wire_.opened};
    queue_.clear();
    return changed();
  }
  wire_.opening = Opening::open;
  watch();
  pump();
  changed();
}

void Connection::watch() {
  if (watching_ || !reading_ || wire_.ending() || !socket_.is_open()) return;
  watching_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& error) {
    self->watching_ = false;
    if (error || !self->socket_.is_open() || self->wire_.ending()) return;
    if (self->read_some(false)) self->changed();
    self->watch();
  });
}

/// After a FIN reading shows nothing more; an RST behind it still raises an error.
void Connection::watch_for_reset() {
  socket_.async_wait(Socket::wait_error, [self = shared_from_this()](const error_code& error) {
    if (error || !self->socket_.is_open() || self->wire_.rst) return;
    pollfd state{self->socket_.native_handle(), POLLIN, 0};
    ::poll(&state, 1, 0);
    if (!(state.revents & POLLERR)) return;  // POLLHUP: both sides have sent their FIN.
    self->note_end(Ending::rst);
    self->changed();
  });
}

bool Connection::read_now() {
  if (!reading_ || wire_.ending() || wire_.opening != Opening::open || !socket_.is_open())
    return false;
  return read_some(true);
}

/// The kernel tells of an RST once, to whoever asks first; a read behind that finds an end like
/// that of a FIN. EPIPE: there was a FIN before the RST.
void Connection::told(int error) {
  if (error == 0 || wire_.rst || (error == EPIPE && half_closed_)) return;
  told_ = error;
  if (wire_.fin)
    note_end(Ending::rst);
  else
    read_now();
}

/// Records what the kernel has, up to a bound. True if that was something. Unless it is to read
/// to the end it leaves to the next event what came behind the bytes.
bool Connection::read_some(bool to_the_end) {
  static std::array<char, read_size> buffer;  // One thread; copied at once.
  bool something = false;
  for (std::size_t i = 0; i < reads_at_once && reading_; ++i) {
    std::array<char, 128> control;
    iovec piece{buffer.data(), buffer.size()};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto size = ::recvmsg(socket_.native_handle(), &message, MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      quiet_at_ = Clock::now();
      return something;
    }
    something = true;
    if (size <= 0) {
      const bool fin = size == 0 && (told_ == 0 || told_ == EPIPE);
      note_end(fin ? Ending::fin : Ending::rst);
      if (fin && told_ != 0) note_end(Ending::rst);
      return true;
    }
    const auto stamp = stamp_of(message);
    keep_bytes({buffer.data(), static_cast<std::size_t>(size)});
    note_bytes(static_cast<std::size_t>(size), stamp ? *stamp : Clock::now(),
               stamp.has_value());
    quick_ack();
    if (!to_the_end && static_cast<std::size_t>(size) < buffer.size()) return true;
  }
  return something;
}

void Connection::keep_bytes(std::string_view bytes) {
  auto& kept = wire_.received;
  if (wire_.overflowed()) return;  // No gap within what is kept.
  const auto own = kept_by_each - std::min(kept_by_each, kept.size());
  const auto room = std::min(Wire::keep - kept.size(), own + common_store);
  const auto taken = std::min(room, bytes.size());
  const auto charge = taken - std::min(taken, own);
  common_store -= charge;
  charged_ += charge;
  const auto size = kept.size() + taken;
  if (size > std::max(kept.capacity(), read_size))  // What is long is copied seldom.
    kept.reserve(std::min(Wire::keep, 4 * size));
  kept.append(bytes.substr(0, taken));
}

/// A stamp is that of the last byte read. While the loop keeps up, all of them came then.
void Connection::note_bytes(std::size_t size, Time at, bool by_kernel) {
  count_event();
  wire_.received_total += size;
  const Time known = std::max(quiet_at_, pulse_.looked_until());
  const bool prompt = by_kernel && pulse_.stalled_since(known) == Duration{};
  wire_.arrivals.push_back({{prompt ? at : std::min(known, at), at}, wire_.received.size()});
}

void Connection::note_end(Ending ending) {
  count_event();
  const Moment moment{std::max(quiet_at_, pulse_.looked_until()), Clock::now()};
  if (ending == Ending::fin) {
    wire_.fin = moment;
    watch_for_reset();
  } else {
    wire_.rst = moment;
    drop_queue();
  }
}

/// Delayed acknowledgements of ours would look like stalls of the peer.
void Connection::quick_ack() {
  const bool warm = wire_.departures.size() > 1;
  if (warm && !late_acks_) set_int(socket_.native_handle(), IPPROTO_TCP, TCP_QUICKACK, 1);
}

void Connection::sample() {
  if (!socket_.is_open() || wire_.opening != Opening::open) return;
  const auto state = tcp_state_of(socket_.native_handle());
  wire_.tcp = state;
  told(state.socket_error);
}

std::uint32_t Connection::segments_since_write() const {
  return wire_.tcp ? wire_.tcp->data_segments_in - segments_at_write_ : 0;
}

void Connection::shut() {
  change_ = nullptr;
  pace_.reset();
  if (!socket_.is_open()) return;
  reading_ = true;
  read_now();
  drop_queue();
  error_code ignored;
  socket_.close(ignored);
}

void Connection::changed() {
  if (const auto change = change_) change();  // A copy: the call may replace it.
}

}  // namespace connspec
