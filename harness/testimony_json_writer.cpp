#include "harness/testimony_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace connspec {

namespace {

using Json = nlohmann::json;

constexpr std::size_t long_run = 64;

class Writer {
 public:
  explicit Writer(const Testimony& testimony) : testimony_(testimony) {}

  Json write() const {
    Json json{{"token", testimony_.token},
              {"origin", bytes_as_json(testimony_.origin)},
              {"reply", testimony_.reply.count()},
              {"close", testimony_.close.count()},
              {"late_tolerance", testimony_.late_tolerance.count()},
              {"time", testimony_.time.count()},
              {"waited", testimony_.waited},
              {"messages", testimony_.messages}};
    auto& lanes = json["lanes"] = Json::array();
    for (const auto& lane : testimony_.lanes) lanes.push_back(write(lane));
    auto& wires = json["wires"] = Json::array();
    for (const auto& wire : testimony_.wires) wires.push_back(write(wire));
    auto& settlings = json["settled"] = Json::array();
    for (const auto& settling : testimony_.settlings) settlings.push_back(write(settling));
    auto& arrivals = json["arrivals"] = Json::array();
    for (const auto& arrival : testimony_.arrivals) arrivals.push_back(write(arrival));
    auto& remarks = json["remarks"] = Json::array();
    for (const auto& remark : testimony_.remarks)
      remarks.push_back({{"lane", remark.lane},
                         {"at", write(remark.at)},
                         {"act", remark.act},
                         {"text", bytes_as_json(remark.text)}});
    return json;
  }

 private:
  Json write(Time time) const {
    return time == Time{} ? Json() : Json((time - testimony_.began).count());
  }
  Json write(const Moment& moment) const {
    return {write(moment.earliest), write(moment.latest)};
  }

  static Json write(const LaneName& name) {
    return {{"side", name.lane.side == Lane::Side::client ? "client" : "origin"},
            {"number", name.lane.number},
            {"group", name.lane.group},
            {"n", name.n},
            {"fence", name.fence}};
  }

  Json write(const KeptWire& kept) const {
    const auto& wire = kept.wire;
    Json json{{"address", kept.opening},
              {"opening", openings[static_cast<std::size_t>(wire.opening)]},
              {"opened", write(wire.opened)},
              {"received", bytes_as_json(wire.received)},
              {"received_total", wire.received_total},
              {"sent", bytes_as_json(wire.sent)}};
    if (kept.lane) json["lane"] = write(*kept.lane);
    if (kept.connection != 0) {
      json["connection"] = kept.connection;
      json["first"] = kept.first;
      json["whole"] = kept.whole;
    }
    if (wire.opening_error != 0) json["opening_error"] = wire.opening_error;
    auto& arrivals = json["arrivals"] = Json::array();
    for (const auto& arrival : wire.arrivals)
      arrivals.push_back({write(arrival.at.earliest), write(arrival.at.latest), arrival.end});
    auto& departures = json["departures"] = Json::array();
    for (const auto& departure : wire.departures)
      departures.push_back({write(departure.at), departure.end});
    if (wire.fin) json["fin"] = write(*wire.fin);
    if (wire.rst) json["rst"] = write(*wire.rst);
    if (wire.tcp)
      json["tcp"] = {{"poll_flags", wire.tcp->poll_flags},
                     {"socket_error", wire.tcp->socket_error},
                     {"state", wire.tcp->state},
                     {"unacked", wire.tcp->unacked},
                     {"not_sent", wire.tcp->not_sent},
                     {"data_segments_in", wire.tcp->data_segments_in}};
    return json;
  }

  Json write(const KeptSettling& settling) const {
    Json json{{"row", settling.line}, {"since", write(settling.since)}};
    auto& looks = json["looks"] = Json::array();
    for (const auto& look : settling.looks) looks.push_back(write(look));
    return json;
  }

  Json write(const KeptLook& look) const {
    Json json = Json::object();
    if (look.now != Time{}) json["now"] = write(look.now);
    for (const auto& [since, time] : look.stalled)
      json["stalled"].push_back({write(since), time.count()});
    auto& sights = json["sights"] = Json::array();
    for (const auto& sight : look.sights) sights.push_back(write(sight));
    return json;
  }

  Json write(const KeptSight& sight) const {
    Json json{{"lane", sight.lane}, {"seen_until", write(sight.seen_until)}};
    if (sight.claim) json["claim"] = *sight.claim;
    if (!sight.wire) return json;
    json["wire"] = *sight.wire;
    json["opening"] = openings[static_cast<std::size_t>(sight.opening)];
    json["received"] = sight.received;
    if (sight.received_total != sight.received) json["received_total"] = sight.received_total;
    json["arrivals"] = sight.arrivals;
    json["cursor"] = sight.cursor;
    json["last_write"] = write(sight.last_write);
    json["last_sent"] = write(sight.last_sent);
    if (sight.fin) json["fin"] = true;
    if (sight.rst) json["rst"] = true;
    if (sight.unacked) json["unacked"] = {sight.unacked->first, sight.unacked->second};
    if (sight.fin_taken) json["fin_taken"] = true;
    if (sight.writing) json["writing"] = true;
    if (sight.segments) json["segments"] = *sight.segments;
    if (sight.connection != 0) json["connection"] = sight.connection;
    if (sight.fresh) json["fresh"] = true;
    return json;
  }

  static Json write(const KeptArrival& arrival) {
    Json json{{"wire", arrival.wire}, {"path", bytes_as_json(arrival.path)}};
    if (arrival.claim) json["claim"] = *arrival.claim;
    return json;
  }

  const Testimony& testimony_;
};

}  // namespace

nlohmann::json as_json(const Testimony& testimony) { return Writer(testimony).write(); }

nlohmann::json bytes_as_json(std::string_view bytes) {
  Json pieces = Json::array();
  std::string piece;
  const auto end_piece = [&] {
    if (!piece.empty()) pieces.push_back(std::exchange(piece, {}));
  };
  for (std::size_t at = 0; at < bytes.size();) {
    const auto behind = bytes.find_first_not_of(bytes[at], at);
    const auto run = std::min(behind, bytes.size()) - at;
    const auto value = static_cast<unsigned char>(bytes[at]);
    std::string character;
    if (value < 0x80)
      character = static_cast<char>(value);
    else
      character = {static_cast<char>(0xc0 | value >> 6),
                   static_cast<char>(0x80 | (value & 0x3f))};
    if (run >= long_run) {
      end_piece();
      pieces.push_back({character, run});
    } else {
      for (std::size_t i = 0; i < run; ++i) piece += character;
    }
    at += run;
  }
  if (pieces.empty()) return piece;
  end_piece();
  return pieces;
}

}  // namespace connspec
