#include "reports/capture.hpp"

#include "reports/capture_fill.hpp"
#include "reports/capture_packets.hpp"
#include "reports/sentences.hpp"
#include "reports/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <map>
#include <utility>

#include <arpa/inet.h>

namespace connspec {

namespace {

using Side = CaptureStream::Side;

/// `127.0.0.1:41022`, `::1:41022` or `[::1]:41022`.
CaptureEnd read_end(std::string_view text) {
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  CaptureEnd end;
  auto digits = text.substr(colon + 1);
  auto read = std::from_chars(digits.data(), digits.data() + digits.size(), end.port);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return {};
  std::string host(text.substr(0, colon));
  std::erase_if(host, [](char c) { return c == '[' || c == ']'; });
  char bytes[16] = {};
  for (auto [family, size] : {std::pair(AF_INET, 4), std::pair(AF_INET6, 16)})
    if (::inet_pton(family, host.c_str(), bytes) == 1) {
      end.address.assign(bytes, static_cast<std::size_t>(size));
      return end;
    }
  return {};
}

CaptureEnd loopback(std::uint16_t port, const CaptureEnd& like) {
  if (like.address.size() == 16) return {std::string(15, '\0') + '\x01', port};
  return {std::string("\x7f\x00\x00\x01", 4), port};
}

/// Where the target is, as far as the run says so in numbers.
CaptureEnd target_of(const Run& run) {
  std::string_view target = run.target;
  if (auto scheme = target.find("://"); scheme != target.npos) target.remove_prefix(scheme + 3);
  target = target.substr(0, target.find('/'));
  if (auto end = read_end(target)) return end;
  return loopback(80, {});
}

CaptureEnd origin_of(const Run& run) {
  for (const auto& [name, value] : run.environment)
    if (name == "our origin") return read_end(value);
  return {};
}

/// One connection: the events of the lanes that used it, in the order of time.
struct Conversation {
  bool client = true;
  bool refused = false;
  CaptureEnd from = {};  ///< Who opened it.
  CaptureEnd to = {};
  std::vector<const Event*> events = {};
  std::map<std::string, std::vector<const Event*>> by_lane = {};
};

bool same(const Event& one, const Event& another) {
  return one.at == another.at && one.kind == another.kind && one.size == another.size &&
         one.text == another.text;
}

/// Two lanes may be on one connection, and both have seen what came there.
void add_event(Conversation& to, const Event& event) {
  bool seen = std::ranges::any_of(to.by_lane, [&](const auto& lane) {
    return lane.first != event.lane &&
           std::ranges::any_of(lane.second,
                               [&](const Event* other) { return same(*other, event); });
  });
  to.by_lane[event.lane].push_back(&event);
  if (!seen) to.events.push_back(&event);
}

bool is_client(std::string_view lane) { return !lane.starts_with("origin"); }

/// `127.0.0.1:33004, fresh connection 12`: a lane of our origin has got a connection.
bool is_binding(const Event& event) {
  if (event.kind != Event::Kind::note || is_client(event.lane)) return false;
  auto comma = event.text.find(", ");
  return comma != std::string::npos && read_end(event.text.substr(0, comma)) &&
         event.text.find("connection ", comma) != std::string::npos;
}

/// Tells the connections of a transcript apart. Of a lane of our origin that had several it
/// shows the last.
class Sorter {
 public:
  explicit Sorter(const Run& run) : origin_(origin_of(run)) {}

  std::vector<Conversation> sort(const std::vector<Event>& events) {
    for (const Event& event : events)
      if (is_binding(event)) bindings_[event.lane].push_back(&event);
    for (const Event& event : events) {
      if (event.kind == Event::Kind::note)
        note(event);
      else if (!is_of_an_earlier_one(event))
        add_event(conversation_of(event.lane), event);
    }
    return std::move(all_);
  }

 private:
  bool is_of_an_earlier_one(const Event& event) const {
    auto bindings = bindings_.find(event.lane);
    return event.kind == Event::Kind::act && bindings != bindings_.end() &&
           bindings->second.size() > 1 && event.at < bindings->second.back()->at;
  }

  Conversation& conversation_of(const std::string& lane) {
    std::string name = lane;
    if (auto bindings = bindings_.find(lane); bindings != bindings_.end()) {
      const std::string& text = bindings->second.back()->text;
      name = text.substr(text.rfind(' '));
    }
    auto [place, is_new] = index_.try_emplace(name, all_.size());
    if (is_new) all_.emplace_back().client = is_client(lane);
    return all_[place->second];
  }

  void note(const Event& event) {
    std::string_view text = event.text;
    if (!is_client(event.lane)) {
      auto bindings = bindings_.find(event.lane);
      if (bindings == bindings_.end() || bindings->second.back() != &event) return;
      auto& conversation = conversation_of(event.lane);
      conversation.from = read_end(text.substr(0, text.find(", ")));
      conversation.to = origin_;
      return;
    }
    constexpr std::string_view refused = "no connection to ";
    constexpr std::string_view between = " to ";
    if (text.starts_with(refused)) {
      auto& conversation = conversation_of(event.lane);
      conversation.refused = true;
      conversation.to = read_end(text.substr(refused.size()));
      conversation.events.push_back(&event);
    } else if (auto at = text.find(between); at != text.npos) {
      auto from = read_end(text.substr(0, at));
      auto to = read_end(text.substr(at + between.size()));
      if (!from || !to) return;
      auto& conversation = conversation_of(event.lane);
      conversation.from = from;
      conversation.to = to;
      conversation.events.push_back(&event);
    }
  }

  CaptureEnd origin_;
  std::map<std::string, std::vector<const Event*>> bindings_;
  std::map<std::string, std::size_t> index_;
  std::vector<Conversation> all_;
};

bool is_chunked(std::string_view head) {
  std::string lower(head);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  auto at = lower.find("\r\ntransfer-encoding:");
  return at != lower.npos &&
         lower.substr(at, lower.find("\r\n", at + 2) - at).find("chunked") != std::string::npos;
}

bool speaks_of_a_cut(const Event& event) {
  return std::ranges::any_of(event.settled, [](const Settled& settled) {
    return (settled.row + settled.why).find("cut short") != std::string::npos;
  });
}

/// More than this is not made up: the file has the headers of its packets alone.
constexpr std::uint64_t most_made_up = 8'000'000;

std::uint64_t absent_in(const Event& event) {
  const bool lacks = event.size > event.text.size() && event.size > most_made_up;
  return lacks ? event.size - event.text.size() : 0;
}

/// The bytes of an event, with what is missing made up. `head` is that of the message before.
std::string bytes_of(const Event& event, const Event* head, std::string& comment) {
  if (event.size <= event.text.size()) return event.text;
  comment = fmt::format(
      "connspec kept {} of these {} bytes; what stands for the others is "
      "made up, and only their number is right",
      event.text.size(), event.size);
  if (absent_in(event) > 0) return event.text;
  if (event.kind == Event::Kind::content) {
    bool chunked = head && is_chunked(head->text);
    return filled_up(event.text, event.size, chunked, head && !speaks_of_a_cut(*head));
  }
  auto end = event.text.find("\r\n\r\n");
  if (end == std::string::npos) return filled_up(event.text, event.size, false, true);
  std::string_view text = event.text;
  bool chunked = is_chunked(text.substr(0, end + 2));
  return std::string(text.substr(0, end + 4)) +
         filled_up(text.substr(end + 4), event.size - end - 4, chunked, true);
}

/// When the last event of some kinds was; what ended a side comes behind it.
template <class Fits>
std::chrono::nanoseconds last_time(const Conversation& conversation, Fits fits) {
  auto last = std::chrono::nanoseconds::min();
  for (const Event* event : conversation.events)
    if (fits(*event)) last = std::max(last, event->at);
  return last;
}

/// An end waits for what was still to be sent before it.
struct PendingEnd {
  const Event* event;
  std::chrono::nanoseconds at;
};

CaptureStream stream_of(const Conversation& conversation, const Run& run,
                        std::uint32_t number) {
  constexpr std::uint16_t made_up_ports = 50'000;
  CaptureEnd to = conversation.to;
  if (!to) to = conversation.client ? target_of(run) : loopback(8000, conversation.from);
  CaptureEnd from = conversation.from;
  if (!from) from = loopback(static_cast<std::uint16_t>(made_up_ports + number), to);
  if (from.address.size() != to.address.size()) to = loopback(to.port, from);
  CaptureStream stream(from, to, number);
  if (conversation.events.empty()) return stream;
  Side us = conversation.client ? CaptureStream::opener : CaptureStream::other;
  Side peer = conversation.client ? CaptureStream::other : CaptureStream::opener;

  using Kind = Event::Kind;
  const auto is_received = [](const Event& event) {
    return event.kind == Kind::head || event.kind == Kind::content;
  };
  const auto is_sent = [](const Event& event) { return event.kind == Kind::sent; };
  auto last_received = last_time(conversation, is_received);
  auto last_sent = last_time(conversation, is_sent);
  auto first = conversation.events.front()->at;
  for (const Event* event : conversation.events) first = std::min(first, event->at);
  if (conversation.refused) return stream.refused(first), stream;
  stream.handshake(first);

  std::vector<PendingEnd> ends;
  const auto end_by = [&](const Event& event, std::chrono::nanoseconds at) {
    if (event.text == "end by FIN")
      stream.fin(peer, at);
    else if (event.text == "end by RST")
      stream.rst(peer, at);
    else if (event.text == "reset")
      stream.rst(us, at);
    else if (event.text == "close" || event.text == "half-close")
      stream.fin(us, at);
  };
  const auto due = [&](std::chrono::nanoseconds until) {
    std::erase_if(ends, [&](const PendingEnd& end) {
      if (end.at > until) return false;
      end_by(*end.event, end.at);
      return true;
    });
  };
  const Event* head = nullptr;
  std::string came;  // A head and what came with it.
  std::string comment;
  auto came_at = first;
  const auto pass_on = [&] {
    if (!came.empty()) stream.data(peer, came_at, came, comment);
    came.clear();
    comment.clear();
  };
  for (const Event* event : conversation.events) {
    if (!is_received(*event) || event->at != came_at) pass_on();
    if (event->kind == Kind::end || event->kind == Kind::act) {
      bool ours = event->kind == Kind::act;
      bool all = event->text == "end by RST" || event->text == "reset";
      auto behind = ours ? last_sent : last_received;
      if (all) behind = std::max(last_sent, last_received);
      if (event->at >= behind)
        end_by(*event, event->at);
      else
        ends.push_back({event, behind + std::chrono::nanoseconds(1)});
      continue;
    }
    due(event->at);
    if (is_received(*event)) {
      came += bytes_of(*event, head, comment);
      came_at = event->at;
      if (auto absent = absent_in(*event); absent > 0) {
        pass_on();
        stream.absent(peer, event->at, absent);
      }
    }
    if (is_sent(*event)) {
      const auto bytes = bytes_of(*event, nullptr, comment);
      stream.data(us, event->at, bytes, std::exchange(comment, {}));
      stream.absent(us, event->at, absent_in(*event));
    }
    if (event->kind == Kind::head) head = event;
  }
  pass_on();
  due(std::chrono::nanoseconds::max());
  return stream;
}

/// When the run began, since 1970.
std::chrono::nanoseconds base_of(const Run& run) {
  std::tm parts{};
  if (::strptime(run.started.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr)
    return std::chrono::seconds(1);
  return std::chrono::seconds(::timegm(&parts));
}

std::string about(const Result& result, const Run& run) {
  std::string out =
      fmt::format("{}\n{}\n{}\n", text::one_line(result.id), text::one_line(result.requirement),
                  text::one_line(verdict_sentence(result)));
  out += fmt::format(
      "Written by connspec {} from what its sockets saw of {}. Bytes, their order, FIN and RST "
      "are as seen. The boundaries of packets, handshakes, acknowledgements and numbers are "
      "reconstructed; times count from the beginning of the case, put at that of the run.\n",
      run.version, text::one_line(run.target));
  if (!result.again.empty()) out += "again, alone: " + text::one_line(result.again) + "\n";
  return out;
}

}  // namespace

bool wants_capture(const Result& result, const Run& run) {
  return !result.transcript.empty() &&
         (is_failure(result, run.strict) || is_put_up_with(result, run.strict) ||
          result.verdict == Verdict::inconclusive);
}

std::string capture(const Result& result, const Run& run) {
  std::vector<CapturePacket> packets;
  std::uint32_t number = 0;
  for (const auto& conversation : Sorter(run).sort(result.transcript)) {
    auto stream = stream_of(conversation, run, ++number);
    packets.insert(packets.end(), stream.packets().begin(), stream.packets().end());
  }
  std::ranges::stable_sort(packets, {}, &CapturePacket::at);
  return pcapng(packets, about(result, run),
                "Reconstructed from what connspec saw at its sockets; no packet was captured",
                base_of(run));
}

}  // namespace connspec
