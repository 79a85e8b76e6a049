// One lane of a play: the connection it stands for, how far its bytes have been taken, and what
// was judged on it.
#pragma once

#include "harness/connection.hpp"
#include "harness/judge.hpp"
#include "harness/origin.hpp"
#include "harness/verdict.hpp"

namespace connspec {

/// A row that was judged, for the transcript. Points into the case.
struct Judged {
  const Expect* row = nullptr;
  const Way* way = nullptr;  ///< Of an `either`.
  bool met = false;
  std::size_t item = 0;  ///< Of the sequence: the one that decided.
  std::size_t from = 0;  ///< Cursor before the row.
  Time at{};
  std::string why = {};  ///< Of an unmet one.
};

/// `! half-close` and the like, and remarks.
struct Done {
  Time at{};
  Event::Kind kind = Event::Kind::act;
  std::string text;
};

struct Actor {
  Lane lane;
  std::size_t n = 1;   ///< Number in the group.
  bool fence = false;  ///< Not of the script: it shows that the proxy had its turn.

  std::shared_ptr<Connection> client = nullptr;  ///< A client lane's.
  std::shared_ptr<OriginConnection> upstream =
      nullptr;  ///< An origin lane's, once it is bound.
  MessagesRead client_readings = {};
  ConnectOptions options = {};
  std::size_t exchange = 0;  ///< Where the request begins that an origin lane holds.
  bool fresh = false;
  std::size_t cursor = 0;
  bool fin_taken = false;
  bool connecting = false;          ///< Counts among the connects in flight.
  Time read_at{};                   ///< All that had come by then has been read.
  std::size_t shown_from = 0;       ///< Received bytes before this are another play's.
  std::size_t shown_sent_from = 0;  ///< Sent bytes likewise.
  // Of a play that is judged again: what was kept of the connection.
  const Wire* kept_wire = nullptr;
  MessagesRead* kept_readings = nullptr;
  std::string kept_opening = {};

  boost::container::small_vector<Judged, 1> judged = {};
  std::vector<Done> done = {};

  Connection* connection() const {
    return client ? client.get() : upstream ? &upstream->connection() : nullptr;
  }
  const Wire* wire() const {
    const auto* on = connection();
    return on ? &on->wire() : kept_wire;
  }
  MessagesRead* readings() {
    return client ? &client_readings : upstream ? &upstream->readings() : kept_readings;
  }
};

/// `127.0.0.1:41022 to 127.0.0.1:8080`, `no connection to 127.0.0.1:8080`.
std::string opening_text(const Connection& connection);

}  // namespace connspec
