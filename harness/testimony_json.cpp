#include "harness/testimony_json.hpp"

#include "harness/retrial.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace connspec {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_bytes = 4 * Wire::keep;  ///< Of one testimony.
/// Eleven days: no play is as long, and sums of such times are far from overflowing.
constexpr std::int64_t longest = 1'000'000'000'000'000;
/// Where the plays that are read begin. No time of theirs is the one that says `none`.
constexpr Time beginning{std::chrono::nanoseconds(2 * longest)};

[[noreturn]] void refuse(std::string_view key, std::string_view what) {
  throw TestimonyError(fmt::format("'{}' {}", key, what));
}

const Json& member(const Json& json, const char* key) {
  if (!json.is_object() || !json.contains(key)) refuse(key, "is missing");
  return json.at(key);
}

std::uint64_t whole_number(const Json& json, std::string_view key, std::uint64_t most) {
  if (!json.is_number_unsigned() || json.get<std::uint64_t>() > most)
    refuse(key, fmt::format("is no number from 0 to {}", most));
  return json.get<std::uint64_t>();
}
std::uint64_t count(const Json& json, const char* key, std::uint64_t most) {
  return whole_number(member(json, key), key, most);
}
std::uint64_t count_or(const Json& json, const char* key, std::uint64_t most,
                       std::uint64_t otherwise) {
  return json.is_object() && json.contains(key) ? count(json, key, most) : otherwise;
}

bool truth(const Json& json, const char* key) {
  if (!member(json, key).is_boolean()) refuse(key, "is neither true nor false");
  return json.at(key).get<bool>();
}
bool truth_or_no(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && truth(json, key);
}

std::string text(const Json& json, const char* key) {
  if (!member(json, key).is_string() && !json.at(key).is_array()) refuse(key, "is no text");
  return bytes_of(json.at(key));
}

const Json& list(const Json& json, const char* key) {
  const auto& found = member(json, key);
  if (!found.is_array()) refuse(key, "is no list");
  return found;
}

const Json& tuple(const Json& json, std::string_view key, std::size_t size) {
  if (!json.is_array() || json.size() != size)
    refuse(key, fmt::format("is no list of {}", size));
  return json;
}

std::int64_t nanoseconds(const Json& json, std::string_view key) {
  if (!json.is_number_integer()) refuse(key, "is no time");
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > longest)
    refuse(key, "is beyond all time");
  const auto value = json.get<std::int64_t>();
  if (value < -longest || value > longest) refuse(key, "is beyond all time");
  return value;
}
Time time_of(const Json& json, std::string_view key) {
  if (json.is_null()) return {};
  return beginning + std::chrono::nanoseconds(nanoseconds(json, key));
}
Duration duration(const Json& json, const char* key) {
  const auto value = nanoseconds(member(json, key), key);
  if (value < 0) refuse(key, "is negative");
  return std::chrono::nanoseconds(value);
}
Moment moment_of(const Json& json, std::string_view key) {
  tuple(json, key, 2);
  return {time_of(json[0], key), time_of(json[1], key)};
}

Opening opening_of(const Json& json) {
  const auto word = text(json, "opening");
  for (std::size_t i = 0; i < std::size(openings); ++i)
    if (word == openings[i]) return static_cast<Opening>(i);
  refuse("opening", "is none of pending, open, refused");
}

LaneName lane_of(const Json& json) {
  LaneName name;
  const auto side = text(json, "side");
  if (side != "client" && side != "origin") refuse("side", "is neither client nor origin");
  name.lane.side = side == "client" ? Lane::Side::client : Lane::Side::origin;
  name.lane.number = static_cast<std::uint8_t>(count(json, "number", 9));
  name.lane.group = truth(json, "group");
  name.n = count(json, "n", 1'000'000);
  name.fence = truth(json, "fence");
  return name;
}

/// Offsets into so many bytes, in ascending order.
void check_order(const Json& offset, std::string_view key, std::size_t& last,
                 std::size_t most) {
  const auto end = whole_number(offset, key, most);
  if (end < last) refuse(key, "goes backwards");
  last = end;
}

KeptWire wire_of(const Json& json) {
  KeptWire kept;
  auto& wire = kept.wire;
  kept.opening = text(json, "address");
  if (json.contains("lane")) {
    kept.lane = lane_of(json.at("lane"));
  } else {
    kept.connection = count(json, "connection", UINT64_MAX);
    kept.first = truth(json, "first");
    kept.whole = truth(json, "whole");
  }
  wire.opening = opening_of(json);
  wire.opened = time_of(member(json, "opened"), "opened");
  wire.opening_error = static_cast<int>(count_or(json, "opening_error", 1'000'000, 0));
  wire.received = bytes_of(member(json, "received"));
  wire.received_total = count(json, "received_total", UINT64_MAX / 2);
  wire.sent = bytes_of(member(json, "sent"));
  if (wire.received_total < wire.received.size()) refuse("received_total", "is too small");
  std::size_t last = 0;
  for (const auto& arrival : list(json, "arrivals")) {
    tuple(arrival, "arrivals", 3);
    check_order(arrival[2], "arrivals", last, wire.received.size());
    wire.arrivals.push_back(
        {{time_of(arrival[0], "arrivals"), time_of(arrival[1], "arrivals")}, last});
  }
  if (!kept.whole && (wire.arrivals.empty() || wire.arrivals.front().end != 1))
    refuse("arrivals", "do not say what came before");
  last = 0;
  for (const auto& departure : list(json, "departures")) {
    tuple(departure, "departures", 2);
    check_order(departure[1], "departures", last, wire.sent.size());
    wire.departures.push_back({time_of(departure[0], "departures"), last});
  }
  if (json.contains("fin")) wire.fin = moment_of(json.at("fin"), "fin");
  if (json.contains("rst")) wire.rst = moment_of(json.at("rst"), "rst");
  if (json.contains("tcp")) {
    const auto& tcp = json.at("tcp");
    wire.tcp =
        TcpState{.poll_flags = static_cast<int>(count(tcp, "poll_flags", 0xffff)),
                 .socket_error = static_cast<int>(count(tcp, "socket_error", 1'000'000)),
                 .state = static_cast<int>(count(tcp, "state", 255)),
                 .unacked = static_cast<std::uint32_t>(count(tcp, "unacked", UINT32_MAX)),
                 .not_sent = static_cast<std::uint32_t>(count(tcp, "not_sent", UINT32_MAX)),
                 .data_segments_in =
                     static_cast<std::uint32_t>(count(tcp, "data_segments_in", UINT32_MAX))};
  }
  return kept;
}

KeptSight sight_of(const Json& json, const Testimony& testimony) {
  KeptSight sight;
  sight.lane = count(json, "lane", SIZE_MAX);
  if (sight.lane >= testimony.lanes.size()) refuse("lane", "is none of the lanes");
  sight.seen_until = time_of(member(json, "seen_until"), "seen_until");
  if (json.contains("claim")) sight.claim = count(json, "claim", SIZE_MAX);
  if (!json.contains("wire")) return sight;
  sight.wire = count(json, "wire", SIZE_MAX);
  if (*sight.wire >= testimony.wires.size()) refuse("wire", "is none of the wires");
  sight.opening = opening_of(json);
  sight.received = count(json, "received", Wire::keep + 1);
  sight.received_total = count_or(json, "received_total", UINT64_MAX / 2, sight.received);
  sight.arrivals = count(json, "arrivals", SIZE_MAX);
  sight.cursor = count(json, "cursor", sight.received);
  sight.last_write = time_of(member(json, "last_write"), "last_write");
  sight.last_sent = time_of(member(json, "last_sent"), "last_sent");
  sight.fin = truth_or_no(json, "fin");
  sight.rst = truth_or_no(json, "rst");
  if (json.contains("unacked")) {
    const auto& unacked = tuple(json.at("unacked"), "unacked", 2);
    sight.unacked = {
        static_cast<std::uint32_t>(whole_number(unacked[0], "unacked", UINT32_MAX)),
        static_cast<std::uint32_t>(whole_number(unacked[1], "unacked", UINT32_MAX))};
  }
  sight.fin_taken = truth_or_no(json, "fin_taken");
  sight.writing = truth_or_no(json, "writing");
  if (json.contains("segments"))
    sight.segments = static_cast<std::uint32_t>(count(json, "segments", UINT32_MAX));
  sight.connection = count_or(json, "connection", UINT64_MAX, 0);
  sight.fresh = truth_or_no(json, "fresh");
  return sight;
}

KeptLook look_of(const Json& json, const Testimony& testimony) {
  KeptLook look;
  if (!json.is_object()) refuse("looks", "holds what is none");
  if (json.contains("now")) look.now = time_of(json.at("now"), "now");
  if (json.contains("stalled"))
    for (const auto& stall : list(json, "stalled")) {
      tuple(stall, "stalled", 2);
      look.stalled.emplace_back(time_of(stall[0], "stalled"),
                                std::chrono::nanoseconds(nanoseconds(stall[1], "stalled")));
    }
  for (const auto& sight : list(json, "sights"))
    look.sights.push_back(sight_of(sight, testimony));
  return look;
}

/// Code points up to U+00FF back to bytes.
void append_bytes(std::string& bytes, const Json& json) {
  if (!json.is_string()) refuse("bytes", "are no text");
  const auto& piece = json.get_ref<const std::string&>();
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const auto value = static_cast<unsigned char>(piece[i]);
    if (value < 0x80) {
      bytes += piece[i];
      continue;
    }
    if ((value != 0xc2 && value != 0xc3) || i + 1 == piece.size())
      refuse("bytes", "hold a character beyond U+00FF");
    const auto low = static_cast<unsigned char>(piece[++i]);
    bytes += static_cast<char>((value & 0x03) << 6 | (low & 0x3f));
  }
}

}  // namespace

Testimony testimony_of(const nlohmann::json& json) {
  Testimony testimony{.token = text(json, "token"),
                      .origin = text(json, "origin"),
                      .reply = duration(json, "reply"),
                      .close = duration(json, "close"),
                      .late_tolerance = duration(json, "late_tolerance"),
                      .began = beginning,
                      .time = duration(json, "time"),
                      .waited = truth(json, "waited")};
  testimony.messages = count(json, "messages", SIZE_MAX);
  for (const auto& lane : list(json, "lanes")) testimony.lanes.push_back(lane_of(lane));
  std::size_t bytes = 0;
  for (const auto& wire : list(json, "wires")) {
    const auto& kept = testimony.wires.emplace_back(wire_of(wire));
    bytes += kept.wire.received.size() + kept.wire.sent.size();
    if (bytes > most_bytes) refuse("wires", "hold more than is ever kept");
  }
  for (const auto& settled : list(json, "settled")) {
    auto& settling = testimony.settlings.emplace_back();
    settling.line = static_cast<int>(count(settled, "row", 1'000'000));
    settling.since = time_of(member(settled, "since"), "since");
    for (const auto& look : list(settled, "looks"))
      settling.looks.push_back(look_of(look, testimony));
  }
  for (const auto& came : list(json, "arrivals")) {
    auto& arrival = testimony.arrivals.emplace_back();
    arrival.wire = count(came, "wire", SIZE_MAX);
    if (arrival.wire >= testimony.wires.size()) refuse("wire", "is none of the wires");
    arrival.path = text(came, "path");
    if (came.contains("claim")) arrival.claim = count(came, "claim", SIZE_MAX);
  }
  for (const auto& said : list(json, "remarks")) {
    auto& remark = testimony.remarks.emplace_back();
    remark.lane = count(said, "lane", SIZE_MAX);
    if (remark.lane >= testimony.lanes.size()) refuse("lane", "is none of the lanes");
    remark.at = time_of(member(said, "at"), "at");
    remark.act = truth(said, "act");
    remark.text = bytes_of(member(said, "text"));
  }
  return testimony;
}

std::string bytes_of(const nlohmann::json& json) {
  std::string bytes;
  if (!json.is_array()) {
    append_bytes(bytes, json);
    return bytes;
  }
  for (const auto& piece : json) {
    if (!piece.is_array()) {
      append_bytes(bytes, piece);
    } else {
      std::string once;
      append_bytes(once, tuple(piece, "bytes", 2)[0]);
      if (once.size() != 1) refuse("bytes", "repeat what is no byte");
      bytes.append(whole_number(piece[1], "bytes", Wire::keep), once.front());
    }
    if (bytes.size() > Wire::keep + 1) refuse("bytes", "are more than is ever kept");
  }
  return bytes;
}

}  // namespace connspec
