#include "harness/plain_client.hpp"

#include <fmt/format.h>

namespace connspec {

namespace asio = boost::asio;

namespace {

constexpr std::size_t interim_limit = 1000;
constexpr std::size_t quoted_bytes = 40;

/// The first bytes that came, so that one sees what it is that listens there.
std::string quoted(const Wire& wire, std::size_t from) {
  return fmt::format("\"{}\"", shown(Text{{wire.received.substr(from, quoted_bytes)}}));
}

}  // namespace

PlainClient::PlainClient(Stage& stage)
    : wake_(stage.io), connection_(Connection::open(stage.io, stage.pulse, stage.target)) {
  connection_->on_change([this] { wake_.cancel(); });
}

PlainClient::~PlainClient() { connection_->shut(); }

Task<bool> PlainClient::connected(Duration limit) {
  const auto until = Clock::now() + limit;
  while (wire().opening == Opening::pending && Clock::now() < until) co_await wait(until);
  co_return wire().opening == Opening::open;
}

Task<const Message*> PlainClient::ask(std::string request, ReadAs as, Duration limit) {
  const auto started = Clock::now();
  const auto until = started + limit;
  std::size_t interims = 0;
  connection_->write(std::move(request));
  while (true) {
    connection_->read_now();
    const auto& message = readings_.at(wire(), cursor_, as);
    const bool whole = message.state() == Message::State::whole;
    if (whole && message.is_interim() && ++interims <= interim_limit) {
      cursor_ = message.end();
      continue;
    }
    if (whole && !message.is_interim()) {
      cursor_ = message.end();
      took_ = Clock::now() - started;
      co_return &message;
    }
    timed_out_ = Clock::now() >= until;
    const bool over = whole || timed_out_ || wire().ending() || wire().overflowed() ||
                      message.state() == Message::State::malformed;
    if (over) {
      instead_ = put_into_words(message, limit);
      co_return nullptr;
    }
    co_await wait(until);
  }
}

Task<const Message*> PlainClient::ask(std::string request, ReadAs as, Indulgence& indulgence) {
  const auto* answer = co_await ask(std::move(request), as, indulgence.limit());
  if (!answer && timed_out_) indulgence.disappoint();
  co_return answer;
}

/// `message` is what there is of the answer.
std::string PlainClient::put_into_words(const Message& message, Duration limit) const {
  const auto size = wire().received_total - message.begin();
  if (wire().opening == Opening::refused) return "no connection";
  if (message.state() == Message::State::malformed)
    return fmt::format("{}, which is no response ({})", quoted(wire(), message.begin()),
                       message.fault());
  if (message.state() == Message::State::whole)
    return fmt::format("{} interim responses and no end of them", interim_limit);
  if (const auto ending = wire().ending()) {
    const auto by = *ending == Ending::fin ? "FIN" : "RST";
    return size == 0 ? fmt::format("an end by {} before the first byte", by)
                     : fmt::format("an end by {} after {} bytes of a response", by, size);
  }
  if (wire().overflowed())
    return fmt::format("a response without an end, {} bytes of it", size);
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  if (size == 0) return fmt::format("nothing within {} ms", time);
  return fmt::format("{} bytes of a response within {} ms, and not the rest", size, time);
}

Task<void> PlainClient::wait(Time until) {
  wake_.expires_at(until);
  co_await wake_.async_wait(no_throw);
}

std::string plain_get(const std::string& target, const std::string& host,
                      std::string_view version) {
  return fmt::format("GET {} HTTP/{}\r\nHost: {}\r\n\r\n", target, version, host);
}

}  // namespace connspec
