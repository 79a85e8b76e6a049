// Our origin behind a proxy: accepts, tells which play a request belongs to, and answers what
// nobody scripted.
//
// Requests come on connections that the proxy pools and shares between plays, so what it hands
// out are exchanges. A request belongs to the play whose token its target contains.
#pragma once

#include "harness/connection.hpp"
#include "harness/message_reader.hpp"

#include <deque>
#include <map>
#include <set>
#include <vector>

namespace connspec {

class Origin;
struct PlainAnswer;

/// One connection from the proxy: what it carried so far and whether anything is open on it.
class OriginConnection : public std::enable_shared_from_this<OriginConnection> {
 public:
  OriginConnection(Origin& origin, std::shared_ptr<Connection> connection, std::uint64_t number,
                   const void* listener);
  void start();

  std::uint64_t number() const { return number_; }  ///< From 1, in the order of acceptance.
  const void* listener() const { return listener_; }
  Connection& connection() { return *connection_; }
  MessagesRead& readings() { return readings_; }

  /// Calls `stirred` after each change, until it is forgotten.
  void listen(const void* who, std::function<void()> stirred);
  void forget(const void* who) { listeners_.erase(who); }

  /// Writes the plain answer to the request that begins at `begin`.
  void answer_plainly(std::size_t begin);
  /// A script writes by itself; the exchange at `begin` is in its hands.
  void write_by_hand(std::size_t begin, std::string bytes);
  /// While it is reserved nothing is answered plainly: a row waits for the connection itself.
  void reserve() { reserved_ = true; }
  void give_back();
  /// No row of a script wants the exchange at `begin` any more: it is answered in its turn.
  void release(std::size_t begin);
  /// A play has done with the exchange at `begin`, and with what it wrote behind it. Closes the
  /// connection if that leaves it in no state to be used again; what is sound stays in the
  /// pool, where other plays may have exchanges on it already.
  void part(std::size_t begin);
  /// No request of the proxy is open here.
  bool is_idle() const;
  /// Sends at once what it would answer a little later, now and from now on: whoever asked is
  /// gone.
  void stop_dawdling();
  /// What was sent behind the beginning of the exchange at `begin`, up to that of the next one:
  /// two offsets.
  std::pair<std::size_t, std::size_t> sent_of(std::size_t begin) const;

 private:
  struct Exchange {
    std::size_t begin = 0;
    std::size_t sent_before = 0;  ///< Bytes of ours that had left when it came.
    bool taken = false;           ///< A row of a script has it.
    bool whole = false;
    bool answered = false;
    bool coming = false;   ///< Its answer will be written a little later.
    bool by_hand = false;  ///< A script writes the answer, or a part of it.
    bool left = false;     ///< The play that has it is over.
  };
  void stirred();
  void read_on();
  void arrive(const Message& message);
  void answer_in_turn();
  void send(std::size_t begin, const PlainAnswer& answer);
  void send_later(std::size_t begin, const PlainAnswer& answer);
  void refuse_unreadable();
  bool is_tunnel() const { return tunnel_from_.has_value(); }
  void echo();
  Exchange* find(std::size_t begin);
  bool sent_is_sound();
  bool is_open_elsewhere(std::size_t begin) const;

  Origin& origin_;
  std::shared_ptr<Connection> connection_;
  std::uint64_t number_;
  const void* listener_;
  MessagesRead readings_;
  std::size_t next_ = 0;    ///< Where the next request begins.
  bool announced_ = false;  ///< The head at `next_` has been seen.
  bool unreadable_ = false;
  std::deque<Exchange> exchanges_;
  std::map<const void*, std::function<void()>> listeners_;
  std::optional<std::size_t> tunnel_from_ = {};
  bool by_hand_ = false;
  bool reserved_ = false;
  bool doomed_ = false;  ///< To be closed as soon as nobody has an exchange on it.
  bool dawdles_ = true;
  std::weak_ptr<Timer> later_ = {};  ///< Ends when it sends what it sends later.
};

/// A request that has come, for the play it belongs to.
struct Arrived {
  std::shared_ptr<OriginConnection> on;
  std::size_t begin = 0;  ///< Where it begins on that connection.
  bool first = false;     ///< On that connection.
  std::string path;       ///< Of its target.
};

/// A play, as the origin knows it.
class Guest {
 public:
  virtual ~Guest() = default;
  /// A request with the play's token: true if a row takes it.
  virtual bool arrived(const Arrived& request) = 0;
  /// A connection on the play's own address, or any new one while it plays alone: true if a row
  /// takes it.
  virtual bool connected(const std::shared_ptr<OriginConnection>& connection) = 0;
};

class Origin {
 public:
  using Endpoint = boost::asio::ip::tcp::endpoint;

  /// Listens at once. Throws boost::system::system_error where it cannot.
  Origin(boost::asio::io_context& io, const Pulse& pulse, const Endpoint& at);
  ~Origin();
  Endpoint address() const { return address_; }
  /// The address without the port, as it stands in a URL: `127.0.0.1`, `[::1]`.
  std::string host() const;

  void enroll(const std::string& token, Guest* guest) { guests_[token] = guest; }
  void leave(const std::string& token);
  /// New connections without an owner go to this guest while it plays alone; null: to nobody.
  void favour(Guest* guest) { favoured_ = guest; }

  /// An address of the play's own, until the guest leaves. The host is that of `address`.
  Endpoint own_address(Guest* guest);
  /// Stops listening and drops idle connections: at the guest's own address if it has one, or
  /// at the common one.
  void refuse(Guest* guest);
  void restore(Guest* guest);

  /// No play is under way: what would be answered later is answered as soon as the loop turns,
  /// and is no longer in the proxy when the next play begins.
  void stop_dawdling();
  /// Ends our side of the connections on which nothing is open. The proxy ends its own when it
  /// has noticed; until then it may send a request that finds nobody.
  void begin_drain();
  bool is_draining() const;  ///< The proxy has not yet ended one of them.
  void end_drain();          ///< Closes those that are left.
  /// What came without a token: start lines, counted. At most 20 different ones.
  const std::map<std::string, std::size_t>& strays() const { return strays_; }
  std::uint64_t accepted() const { return accepted_; }
  /// Executions of {hit} by token.
  std::size_t hits(const std::string& token) const;
  void stop();

 private:
  friend class OriginConnection;
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
  struct Listener {
    Acceptor acceptor;
    Endpoint at;
    Guest* owner = nullptr;
  };
  void listen(const std::shared_ptr<Listener>& listener);
  void accept(const std::shared_ptr<Listener>& listener);
  bool hand_out(const std::shared_ptr<OriginConnection>& on, std::size_t begin,
                const Message& message, bool first);
  void executed(const Message& message);
  void gone(OriginConnection* connection);
  const std::shared_ptr<Listener>& listener_of(Guest* guest);

  boost::asio::io_context& io_;
  const Pulse& pulse_;
  Endpoint address_;
  std::shared_ptr<Listener> common_;
  std::map<Guest*, std::shared_ptr<Listener>> own_;
  std::map<std::string, Guest*> guests_;
  Guest* favoured_ = nullptr;
  std::set<std::shared_ptr<OriginConnection>> connections_;
  std::vector<std::shared_ptr<OriginConnection>> draining_;
  std::map<std::string, std::size_t> strays_;
  std::map<std::string, std::size_t> hits_;
  std::uint64_t accepted_ = 0;
};

}  // namespace connspec
