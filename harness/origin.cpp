#include "harness/origin.hpp"

#include "harness/plain_answer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t strays_kept = 20;

}  // namespace

// OriginConnection

OriginConnection::OriginConnection(Origin& origin, std::shared_ptr<Connection> connection,
                                   std::uint64_t number, const void* listener)
    : origin_(origin),
      connection_(std::move(connection)),
      number_(number),
      listener_(listener) {}

void OriginConnection::start() {
  connection_->on_change([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->stirred();
  });
  stirred();
}

void OriginConnection::listen(const void* who, std::function<void()> stirred) {
  listeners_[who] = std::move(stirred);
}

void OriginConnection::stirred() {
  const auto keep = shared_from_this();
  if (is_tunnel())
    echo();
  else
    read_on();
  const auto listeners = listeners_;  // A call may change them.
  for (const auto& [who, call] : listeners) call();
  if (connection_->wire().ending() && listeners_.empty()) {
    connection_->shut();
    origin_.gone(this);
  }
}

/// Reads requests as far as they have come; hands out each as soon as its head is there.
void OriginConnection::read_on() {
  const Wire& wire = connection_->wire();
  while (!unreadable_ && !is_tunnel()) {
    const auto& message = readings_.at(wire, next_, ReadAs::request);
    if (message.state() == Message::State::malformed) {
      unreadable_ = true;
      return refuse_unreadable();
    }
    if (!message.has_head()) return;
    if (!announced_) arrive(message);
    announced_ = true;
    if (message.state() != Message::State::whole) return;
    if (auto* exchange = find(next_)) exchange->whole = true;
    origin_.executed(message);
    next_ = message.end();
    announced_ = false;
    answer_in_turn();
  }
}

void OriginConnection::arrive(const Message& message) {
  exchanges_.push_back({.begin = next_, .sent_before = connection_->wire().sent.size()});
  const bool first = exchanges_.size() == 1;
  exchanges_.back().taken = origin_.hand_out(shared_from_this(), next_, message, first);
  auto& exchange = exchanges_.back();
  if (exchange.taken || exchange.answered || reserved_) return;
  if (answers_at_head(message)) {
    exchange.whole = true;
    answer_in_turn();
  } else if (message.version() == 11 &&
             has_member(message.fields(), "Expect", "100-continue") &&
             (message.state() != Message::State::whole || !message.content().empty())) {
    connection_->write("HTTP/1.1 100 Continue\r\n\r\n");
  }
}

OriginConnection::Exchange* OriginConnection::find(std::size_t begin) {
  const auto exchange = std::find_if(exchanges_.begin(), exchanges_.end(),
                                     [&](const Exchange& e) { return e.begin == begin; });
  return exchange == exchanges_.end() ? nullptr : &*exchange;
}

std::pair<std::size_t, std::size_t> OriginConnection::sent_of(std::size_t begin) const {
  const auto sent = connection_->wire().sent.size();
  const auto exchange = std::find_if(exchanges_.begin(), exchanges_.end(),
                                     [&](const Exchange& e) { return e.begin >= begin; });
  if (exchange == exchanges_.end() || exchange->begin != begin) return {0, sent};
  const auto next = exchange + 1;
  const bool behind = next != exchanges_.end() && next->sent_before > exchange->sent_before;
  return {exchange->sent_before, behind ? next->sent_before : sent};
}

/// Answers every whole request that no row has, in the order of the requests.
void OriginConnection::answer_in_turn() {
  if (reserved_) return;
  for (std::size_t i = 0; i < exchanges_.size(); ++i) {
    if (exchanges_[i].answered || exchanges_[i].by_hand) continue;
    if (exchanges_[i].coming || exchanges_[i].taken || !exchanges_[i].whole) return;
    answer_plainly(exchanges_[i].begin);
  }
}

void OriginConnection::answer_plainly(std::size_t begin) {
  auto* exchange = find(begin);
  if (!exchange || exchange->answered || exchange->coming) return;
  const auto& request = readings_.at(connection_->wire(), begin, ReadAs::request);
  if (!request.has_head()) return;
  const auto path = path_of(request.target());
  auto answer = plain_answer(request, origin_.hits(read_path(path).token));
  if (answer.tunnel) tunnel_from_ = request.end();
  if (answer.after > Duration{}) return send_later(begin, answer);
  send(begin, answer);
}

void OriginConnection::send_later(std::size_t begin, const PlainAnswer& answer) {
  if (!dawdles_) return send(begin, answer);
  find(begin)->coming = true;
  const auto timer = std::make_shared<Timer>(origin_.io_, answer.after);
  later_ = timer;
  timer->async_wait([self = shared_from_this(), timer, begin, answer](const error_code&) {
    self->send(begin, answer);
  });
}

void OriginConnection::send(std::size_t begin, const PlainAnswer& answer) {
  connection_->write(answer.bytes);
  if (!answer.rest.empty())
    return send_later(begin, {.bytes = answer.rest, .after = rest_time, .close = answer.close});
  find(begin)->answered = true;
  if (answer.close) connection_->half_close();
  if (is_tunnel())
    echo();
  else
    answer_in_turn();
}

/// What cannot be read is refused where no play has the connection: a proxy may have good
/// reason to pass it on, and would wait for its answer.
void OriginConnection::refuse_unreadable() {
  const bool answered = std::all_of(exchanges_.begin(), exchanges_.end(),
                                    [](const Exchange& e) { return e.answered; });
  if (!answered || !listeners_.empty() || reserved_ || by_hand_) return;
  connection_->write(
      "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  connection_->half_close();
}

void OriginConnection::write_by_hand(std::size_t begin, std::string bytes) {
  if (auto* exchange = find(begin)) exchange->by_hand = true;
  by_hand_ = true;
  connection_->write(std::move(bytes));
}

void OriginConnection::give_back() {
  reserved_ = false;
  if (!is_tunnel() && !connection_->is_shut()) answer_in_turn();
}

void OriginConnection::release(std::size_t begin) {
  if (auto* exchange = find(begin)) exchange->taken = false;
  answer_in_turn();
}

void OriginConnection::echo() {
  const std::string_view came = connection_->wire().received;
  if (came.size() > *tunnel_from_) {
    std::string bytes(came.substr(*tunnel_from_));
    tunnel_from_ = came.size();
    connection_->write(std::move(bytes));
  }
  if (connection_->wire().fin) connection_->half_close();
}

bool OriginConnection::is_idle() const {
  const bool all_answered =
      std::all_of(exchanges_.begin(), exchanges_.end(),
                  [](const Exchange& e) { return e.answered || e.by_hand; });
  return all_answered && !announced_ && next_ == connection_->wire().received.size() &&
         !is_tunnel() && !unreadable_ && !connection_->is_writing();
}

void OriginConnection::stop_dawdling() {
  dawdles_ = false;
  if (const auto timer = later_.lock()) timer->cancel();
}

/// All that we sent reads as one whole response to each request that was answered, and none of
/// them ends the connection: the proxy may go on using it.
bool OriginConnection::sent_is_sound() {
  Wire sent;
  sent.received = connection_->wire().sent;
  sent.received_total = sent.received.size();
  std::size_t at = 0;
  for (const auto& exchange : exchanges_) {
    if (!exchange.answered && !exchange.by_hand) break;
    const auto& request = readings_.at(connection_->wire(), exchange.begin, ReadAs::request);
    const auto as = request.method() == "HEAD" ? ReadAs::response_to_head : ReadAs::response;
    bool interim = true;
    while (interim) {
      Message message(as, at);
      message.advance(sent);
      if (message.state() != Message::State::whole || message.status() == 101 ||
          !persists(message))
        return false;
      interim = message.is_interim();
      at = message.end();
    }
  }
  return at == sent.received.size();
}

/// Another play has a request here and is not over.
bool OriginConnection::is_open_elsewhere(std::size_t begin) const {
  return std::any_of(exchanges_.begin(), exchanges_.end(), [&](const Exchange& exchange) {
    return exchange.begin != begin && exchange.taken && !exchange.left;
  });
}

void OriginConnection::part(std::size_t begin) {
  if (!connection_->is_shut()) connection_->look();
  if (connection_->is_shut()) return origin_.gone(this);  // By an act of the play.
  auto* exchange = find(begin);
  const bool unanswered = exchange && !exchange->answered && !exchange->by_hand;
  if (exchange) exchange->left = true;
  doomed_ = doomed_ || unanswered || connection_->wire().ending() || is_tunnel() ||
            unreadable_ || (by_hand_ && !sent_is_sound());
  if (is_open_elsewhere(begin)) return answer_in_turn();
  connection_->hurry();  // The pace was this play's alone.
  if (!doomed_) return answer_in_turn();
  connection_->close();
  origin_.gone(this);
}

Origin::Origin(asio::io_context& io, const Pulse& pulse, const Endpoint& at)
    : io_(io), pulse_(pulse), address_(at), common_(new Listener{Acceptor(io), at}) {
  listen(common_);
  address_ = common_->at;
}

Origin::~Origin() { stop(); }

std::string Origin::host() const {
  const auto text = address_.address().to_string();
  return address_.address().is_v6() ? "[" + text + "]" : text;
}

void Origin::listen(const std::shared_ptr<Listener>& listener) {
  listener->acceptor.open(listener->at.protocol());
  listener->acceptor.set_option(asio::socket_base::reuse_address(true));
  listener->acceptor.bind(listener->at);
  listener->acceptor.listen(1024);
  listener->at = listener->acceptor.local_endpoint();
  accept(listener);
}

void Origin::accept(const std::shared_ptr<Listener>& listener) {
  listener->acceptor.async_accept(
      [this, listener](const error_code& error, Connection::Socket socket) {
        if (error == asio::error::operation_aborted) return;
        if (!error) {
          const auto on = std::make_shared<OriginConnection>(
              *this, Connection::adopt(std::move(socket), pulse_), ++accepted_, listener.get());
          connections_.insert(on);
          Guest* guest = listener->owner ? listener->owner : favoured_;
          if (guest) guest->connected(on);
          on->start();
        }
        if (listener->acceptor.is_open()) accept(listener);
      });
}

bool Origin::hand_out(const std::shared_ptr<OriginConnection>& on, std::size_t begin,
                      const Message& message, bool first) {
  const std::string path(path_of(message.target()));
  const auto place = read_path(path);
  const auto guest = guests_.find(place.token);
  if (guest != guests_.end()) return guest->second->arrived({on, begin, first, path});
  if (!place.token.empty()) return false;
  auto line = fmt::format("{} {}", message.method(), path);
  if (strays_.size() < strays_kept || strays_.count(line)) ++strays_[std::move(line)];
  return false;
}

void Origin::leave(const std::string& token) {
  if (const auto guest = guests_.find(token); guest != guests_.end()) {
    if (const auto own = own_.find(guest->second); own != own_.end()) {
      error_code ignored;
      own->second->acceptor.close(ignored);
      own->second->owner = nullptr;
      own_.erase(own);
    }
    if (favoured_ == guest->second) favoured_ = nullptr;
    guests_.erase(guest);
  }
  hits_.erase(token);
}

Origin::Endpoint Origin::own_address(Guest* guest) {
  auto& own = own_[guest];
  if (!own) {
    own.reset(new Listener{Acceptor(io_), Endpoint(address_.address(), 0), guest});
    listen(own);
  }
  return own->at;
}

const std::shared_ptr<Origin::Listener>& Origin::listener_of(Guest* guest) {
  const auto own = own_.find(guest);
  return own == own_.end() ? common_ : own->second;
}

void Origin::refuse(Guest* guest) {
  const auto listener = listener_of(guest);
  error_code ignored;
  listener->acceptor.close(ignored);
  const auto connections = connections_;
  for (const auto& connection : connections)
    if (connection->listener() == listener.get() && connection->is_idle()) {
      connection->connection().close();
      gone(connection.get());
    }
}

void Origin::restore(Guest* guest) {
  const auto& listener = listener_of(guest);
  if (!listener->acceptor.is_open()) listen(listener);
}

void Origin::stop_dawdling() {
  for (const auto& connection : connections_) connection->stop_dawdling();
}

void Origin::begin_drain() {
  const auto connections = connections_;
  for (const auto& connection : connections) {
    connection->connection().look();
    if (!connection->is_idle()) continue;
    connection->connection().half_close();
    draining_.push_back(connection);
  }
}

bool Origin::is_draining() const {
  return std::any_of(draining_.begin(), draining_.end(),
                     [this](const auto& one) { return connections_.count(one) != 0; });
}

void Origin::end_drain() {
  for (const auto& connection : draining_) {
    if (connections_.count(connection) == 0) continue;
    connection->connection().close();
    gone(connection.get());
  }
  draining_.clear();
}

void Origin::executed(const Message& message) {
  const auto place = read_path(path_of(message.target()));
  if (place.resource == "hit") ++hits_[place.token];
}

std::size_t Origin::hits(const std::string& token) const {
  const auto counted = hits_.find(token);
  return counted == hits_.end() ? 0 : counted->second;
}

void Origin::gone(OriginConnection* connection) {
  connections_.erase(connection->shared_from_this());
}

void Origin::stop() {
  error_code ignored;
  common_->acceptor.close(ignored);
  for (const auto& [guest, listener] : own_) listener->acceptor.close(ignored);
  own_.clear();
  for (const auto& connection : connections_) connection->connection().shut();
  connections_.clear();
}

}  // namespace connspec
