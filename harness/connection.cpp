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
/// Pieces of a slow write that are later than this are not made up for.
constexpr Duration longest_delay = std::chrono::seconds(1);
/// An act behind bytes that the peer does not take is carried out after this time.
constexpr Duration patience_with_writes = std::chrono::seconds(3);

void set_int(int socket, int level, int name, int value) {
  // Failure changes how exactly we see, not what is so.
  [[maybe_unused]] const int ignored = ::setsockopt(socket, level, name, &value, sizeof value);
}

}  // namespace

std::shared_ptr<Connection> Connection::open(asio::io_context& io, const Pulse& pulse,
                                             const Endpoint& to,
                                             const ConnectOptions& options) {
  auto connection = std::make_shared<Connection>(Socket(io), pulse);
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

Connection::Connection(Socket socket, const Pulse& pulse)
    : socket_(std::move(socket)), pulse_(pulse), pace_(socket_.get_executor()) {}

Connection::~Connection() = default;

void Connection::connect(const Endpoint& to) {
  // Non-blocking for us and for Asio in one call.
  error_code failed;
  socket_.non_blocking(true, failed);
  const int begun =
      ::connect(socket_.native_handle(), to.data(), static_cast<socklen_t>(to.size()));
  if (begun == 0) return connected({});
  if (errno != EINPROGRESS)
    return connected(error_code(errno, boost::system::system_category()));
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const error_code& error) {
    if (error) return self->connected(error);
    int failure = 0;
    socklen_t size = sizeof failure;
    ::getsockopt(self->socket_.native_handle(), SOL_SOCKET, SO_ERROR, &failure, &size);
    self->connected(error_code(failure, boost::system::system_category()));
  });
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
    const auto room = Wire::keep - wire_.received.size();
    wire_.received.append(buffer.data(), std::min(room, static_cast<std::size_t>(size)));
    note_bytes(static_cast<std::size_t>(size), stamp ? *stamp : Clock::now(),
               stamp.has_value());
    quick_ack();
    if (!to_the_end && static_cast<std::size_t>(size) < buffer.size()) return true;
  }
  return something;
}

/// A stamp is that of the last byte read. While the loop keeps up, all of them came then.
void Connection::note_bytes(std::size_t size, Time at, bool by_kernel) {
  wire_.received_total += size;
  const Time known = std::max(quiet_at_, pulse_.looked_until());
  const bool prompt = by_kernel && pulse_.stalled_since(known) == Duration{};
  wire_.arrivals.push_back({{prompt ? at : std::min(known, at), at}, wire_.received.size()});
}

void Connection::note_end(Ending ending) {
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

void Connection::write(std::string bytes) {
  if (bytes.empty() || ended_by_us_ || wire_.opening == Opening::refused) return;
  queue_.emplace_back(std::move(bytes));
  pump();
}

void Connection::half_close() { enqueue(Ours::half_close); }
void Connection::close() { enqueue(Ours::close); }
void Connection::reset() { enqueue(Ours::reset); }

void Connection::enqueue(Ours act) {
  if (wire_.opening == Opening::refused) return;
  queue_.emplace_back(act);
  pump();
  if (queue_.empty() || wire_.opening != Opening::open || slice_ != 0) return;
  pace_.expires_after(patience_with_writes);  // The peer takes nothing: not for ever.
  pace_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error || self->queue_.empty() || !self->socket_.is_open()) return;
    self->held_ = 0;
    self->waiting_writable_ = false;
    self->pump_on();
  });
}

void Connection::slice(std::size_t bytes, Duration every) {
  slice_ = bytes;
  every_ = every;
}

void Connection::hold(std::size_t bytes) { held_ = bytes; }

void Connection::release() {
  held_.reset();
  pump();
}

void Connection::resume_reading() {
  reading_ = true;
  watch();
}

std::size_t Connection::allowance(std::size_t size) const {
  if (slice_ != 0) size = std::min(size, slice_);
  return held_ ? std::min(size, *held_) : size;
}

/// Lets out what may leave: writes, and the acts that wait behind them.
void Connection::pump() {
  if (pumping_ || wire_.opening != Opening::open) return;
  pumping_ = true;
  while (!queue_.empty() && socket_.is_open() && !waiting_writable_ && !pacing_) {
    if (const auto* act = std::get_if<Ours>(&queue_.front())) {
      const Ours now = *act;
      queue_.erase(queue_.begin());
      carry_out(now);
      continue;
    }
    const auto& bytes = std::get<std::string>(queue_.front());
    if (allowance(bytes.size() - offset_) == 0) {
      const bool act_behind = std::any_of(
          queue_.begin(), queue_.end(),
          [](const Queued& queued) { return std::holds_alternative<Ours>(queued); });
      if (!act_behind) break;
      queue_.erase(queue_.begin());  // Held bytes are dropped by the act behind them.
      offset_ = 0;
      continue;
    }
    if (!send_some(bytes)) break;
    if (offset_ < bytes.size()) continue;
    queue_.erase(queue_.begin());
    offset_ = 0;
  }
  pumping_ = false;
}

/// The same, when something other than a call of ours made it possible.
void Connection::pump_on() {
  if (!socket_.is_open()) return;
  pump();
  if (queue_.empty()) changed();
}

/// Hands one piece to the kernel. False when it has to wait or nothing more can be sent.
bool Connection::send_some(const std::string& bytes) {
  const bool begins = offset_ == 0;
  if (begins && !wire_.arrivals.empty()) {
    sample();  // What has come until now is not counted among what comes now.
    if (wire_.rst) return changed(), false;
    segments_at_write_ = wire_.tcp->data_segments_in;
  }
  const auto size = allowance(bytes.size() - offset_);
  const Time now = Clock::now();
  const auto sent = ::send(socket_.native_handle(), bytes.data() + offset_, size,
                           MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) {
    if (errno == EINTR) return true;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return wait_writable(), false;
    told(errno);
    drop_queue();
    changed();
    return false;
  }
  if (begins) last_write_ = now;
  const auto count = static_cast<std::size_t>(sent);
  const auto room = Wire::keep - wire_.sent.size();
  wire_.sent.append(bytes, offset_, std::min(room, count));
  wire_.departures.push_back({now, wire_.sent.size()});
  offset_ += count;
  if (held_) *held_ -= count;
  if (!wire_.arrivals.empty()) quick_ack();
  const bool more = offset_ < bytes.size() || queue_.size() > 1;
  if (slice_ != 0 && every_ > Duration{} && more) wait_slice();
  return true;
}

void Connection::wait_writable() {
  waiting_writable_ = true;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const error_code& error) {
    self->waiting_writable_ = false;
    if (!error) self->pump_on();
  });
}

/// The pieces follow a timetable: if we are late, the next ones leave at once.
void Connection::wait_slice() {
  const Time now = Clock::now();
  const bool first = offset_ <= slice_;
  if (!first && due_ + every_ > now - longest_delay)
    due_ += every_;
  else
    due_ = now + every_;
  if (due_ <= now) return;
  pacing_ = true;
  pace_.expires_at(due_);
  pace_.async_wait([self = shared_from_this()](const error_code&) {
    self->pacing_ = false;
    self->pump_on();
  });
}

void Connection::carry_out(Ours act) {
  error_code ignored;
  if (act == Ours::half_close) {
    half_closed_ = true;
    socket_.shutdown(Socket::shutdown_send, ignored);
    return;
  }
  reading_ = true;
  read_now();
  sample();
  ended_by_us_ = true;
  if (act == Ours::reset) socket_.set_option(Socket::linger(true, 0), ignored);
  drop_queue();
  local_ = local();
  socket_.close(ignored);
}

void Connection::drop_queue() {
  queue_.clear();
  offset_ = 0;
}

void Connection::shut() {
  change_ = nullptr;
  pace_.cancel();
  if (!socket_.is_open()) return;
  reading_ = true;
  read_now();
  drop_queue();
  error_code ignored;
  socket_.close(ignored);
}

bool Connection::is_writing() const { return !queue_.empty() && !(held_ && *held_ == 0); }

void Connection::changed() {
  if (const auto change = change_) change();  // A copy: the call may replace it.
}

}  // namespace connspec
