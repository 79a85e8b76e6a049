// The sending half of a connection: what is queued leaves in the order of the script, in the
// pieces and at the pace it asked for, and the acts behind it take their turn.
#include "harness/connection.hpp"

#include <algorithm>
#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace connspec {

using boost::system::error_code;

namespace {

/// Pieces of a slow write that are later than this are not made up for.
constexpr Duration longest_delay = std::chrono::seconds(1);
/// An act behind bytes that the peer does not take is carried out after this time.
constexpr Duration patience_with_writes = std::chrono::seconds(3);

}  // namespace

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
  const bool slices =
      slice_ != 0 || std::any_of(queue_.begin(), queue_.end(), [](const Queued& queued) {
        return std::holds_alternative<Slicing>(queued);
      });
  if (queue_.empty() || wire_.opening != Opening::open || slices) return;
  pace().expires_after(patience_with_writes);  // The peer takes nothing: not for ever.
  pace().async_wait([self = shared_from_this()](const error_code& error) {
    if (error || self->queue_.empty() || !self->socket_.is_open()) return;
    self->held_ = 0;
    self->waiting_writable_ = false;
    self->pump_on();
  });
}

void Connection::slice(std::size_t bytes, Duration every) {
  if (wire_.opening == Opening::refused) return;
  queue_.emplace_back(Slicing{bytes, every});
  pump();
}

void Connection::hurry() {
  queue_.erase(std::remove_if(queue_.begin(), queue_.end(),
                              [](const Queued& queued) {
                                return std::holds_alternative<Slicing>(queued);
                              }),
               queue_.end());
  slice_ = 0;
  every_ = {};
  if (pacing_) pace().cancel();  // Then it goes on.
}

void Connection::hold(std::size_t bytes) {
  if (wire_.opening == Opening::refused) return;
  if (held_)
    held_ = bytes;  // So many more.
  else
    queue_.emplace_back(Holding{bytes});
  pump();
}

void Connection::release() {
  queue_.erase(std::remove_if(queue_.begin(), queue_.end(),
                              [](const Queued& queued) {
                                return std::holds_alternative<Holding>(queued);
                              }),
               queue_.end());
  held_.reset();
  pump();
}

void Connection::gather() {
  if (wire_.opening == Opening::refused) return;
  queue_.emplace_back(Gathering{});
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
    if (const auto* holding = std::get_if<Holding>(&queue_.front())) {
      held_ = holding->bytes;
      queue_.erase(queue_.begin());
      continue;
    }
    if (const auto* slicing = std::get_if<Slicing>(&queue_.front())) {
      slice_ = slicing->bytes;
      every_ = slicing->every;
      queue_.erase(queue_.begin());
      continue;
    }
    if (std::holds_alternative<Gathering>(queue_.front())) {
      const int on = 1;
      ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
      queue_.erase(queue_.begin());
      continue;
    }
    auto& bytes = std::get<std::string>(queue_.front());
    const auto size = bytes.size();
    if (allowance(size - offset_) == 0) {
      const bool act_behind = std::any_of(
          queue_.begin(), queue_.end(),
          [](const Queued& queued) { return std::holds_alternative<Ours>(queued); });
      if (!act_behind) break;
      queue_.erase(queue_.begin());  // Held bytes are dropped by the act behind them.
      offset_ = 0;
      continue;
    }
    if (!send_some(bytes)) break;
    if (offset_ < size) continue;
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
/// `bytes` may have become evidence when all of them have left.
bool Connection::send_some(std::string& bytes) {
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
  count_event();
  if (begins) last_write_ = now;
  const auto count = static_cast<std::size_t>(sent);
  offset_ += count;
  const bool more = offset_ < bytes.size() || queue_.size() > 1;
  note_sent(bytes, count);
  wire_.departures.push_back({now, wire_.sent.size()});
  if (held_) *held_ -= count;
  if (!wire_.arrivals.empty()) quick_ack();
  if (slice_ != 0 && every_ > Duration{} && more) wait_slice();
  return true;
}

/// `count` bytes up to `offset_` have left.
void Connection::note_sent(std::string& bytes, std::size_t count) {
  const auto room = Wire::keep - wire_.sent.size();
  if (wire_.sent.empty() && count == bytes.size() && count <= room)
    wire_.sent = std::move(bytes);
  else
    wire_.sent.append(bytes, offset_ - count, std::min(room, count));
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
  pace().expires_at(due_);
  pace().async_wait([self = shared_from_this()](const error_code&) {
    self->pacing_ = false;
    self->pump_on();
  });
}

Timer& Connection::pace() { return pace_ ? *pace_ : pace_.emplace(socket_.get_executor()); }

void Connection::carry_out(Ours act) {
  count_event();
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

bool Connection::is_writing() const { return !queue_.empty() && !(held_ && *held_ == 0); }

}  // namespace connspec
