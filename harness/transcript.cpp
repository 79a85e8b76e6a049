// Turns what a play recorded into the events of a transcript: sent, received, done and judged,
// of all lanes in the order of time. Received bytes are split where messages begin, as far as
// the judge has read them.
#include "harness/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

constexpr std::size_t content_kept = 4'000;  ///< Of a piece; the rest is counted.
constexpr std::size_t kept_text = 16'384;    ///< Bytes of one event.
constexpr std::size_t kept_events = 1'000;
constexpr std::size_t messages_shown = 1'000;  ///< Of a lane; what follows is one piece.

/// An event with its time and, for received ones, its place among the bytes.
struct Placed {
  Event event;
  Time at{};
  std::size_t offset = 0;
  bool received = false;
};

Time arrival_time(const Wire& wire, std::size_t offset) {
  const auto arrival =
      std::upper_bound(wire.arrivals.begin(), wire.arrivals.end(), offset,
                       [](std::size_t at, const Arrival& a) { return at < a.end; });
  return arrival == wire.arrivals.end() ? wire.opened : arrival->at.latest;
}

/// The message that was read at an offset, whatever it was read as.
const Message* message_at(const MessagesRead& readings, std::size_t at) {
  const Message* found = nullptr;
  auto place = readings.all().lower_bound({at, ReadAs{}});
  for (; place != readings.all().end() && place->first.first == at; ++place)
    if (place->second.has_head() && place->second.version() != 0) found = &place->second;
  return found;
}

/// `client`, `clients #3`.
std::string name_of(const Actor& actor) {
  if (actor.fence) return "fence";
  return actor.lane.group ? fmt::format("clients #{}", actor.n) : connspec::name_of(actor.lane);
}

/// Makes the events of one lane.
class LaneEvents {
 public:
  LaneEvents(const Actor& actor, Time began)
      : actor_(actor), name_(name_of(actor)), began_(began) {}

  std::vector<Placed> make() {
    if (const auto* wire = actor_.wire()) {
      opening(*wire);
      sent(*wire);
      received(*wire);
      ends(*wire);
    }
    for (const auto& done : actor_.done) add(done.kind, done.at, done.text);
    for (const auto& judged : actor_.judged) attach(judged);
    return std::move(events_);
  }

 private:
  Placed& add(Event::Kind kind, Time at, std::string_view bytes) {
    Event event{.at = at - began_,
                .lane = name_,
                .kind = kind,
                .text = std::string(bytes.substr(0, content_kept)),
                .size = bytes.size()};
    return events_.emplace_back(Placed{std::move(event), at, 0, false});
  }

  void opening(const Wire& wire) {
    if (actor_.lane.side == Lane::Side::origin) return;
    const bool there = wire.opening == Opening::open || wire.opened != Time{};
    const auto text =
        actor_.connection() ? opening_text(*actor_.connection()) : actor_.kept_opening;
    add(Event::Kind::note, there ? wire.opened : began_, text);
  }

  void sent(const Wire& wire) {
    std::size_t from = 0;
    for (const auto& departure : wire.departures) {
      const std::string_view bytes(wire.sent);
      if (departure.end > actor_.shown_sent_from)
        add(Event::Kind::sent, departure.at, bytes.substr(from, departure.end - from));
      from = departure.end;
    }
  }

  /// Messages that were read, one behind the other; what lies between or behind them as bytes.
  void received(const Wire& wire) {
    const std::string_view bytes(wire.received);
    std::size_t at = actor_.shown_from;
    auto& readings = *const_cast<Actor&>(actor_).readings();
    for (std::size_t n = 0; at < bytes.size() && n < messages_shown; ++n) {
      const Message* found = message_at(readings, at);
      if (!found && !tunnel_) found = try_reading(readings, wire, at);
      if (!found) break;
      piece(wire, Event::Kind::head, at, found->head_end());
      const bool whole = found->state() == Message::State::whole;
      const auto end = whole ? found->end() : bytes.size();
      if (end > found->head_end()) piece(wire, Event::Kind::content, found->head_end(), end);
      tunnel_ = tunnel_ || found->status() == 101 ||
                (found->as() == ReadAs::response_to_connect && found->status() / 100 == 2);
      at = end;
    }
    if (at < bytes.size()) piece(wire, Event::Kind::content, at, bytes.size());
  }

  static const Message* try_reading(MessagesRead& readings, const Wire& wire, std::size_t at) {
    for (const auto as : {ReadAs::response, ReadAs::request}) {
      const auto& message = readings.at(wire, at, as);
      if (message.has_head() && message.version() != 0) return &message;
    }
    return nullptr;
  }

  void piece(const Wire& wire, Event::Kind kind, std::size_t from, std::size_t to) {
    auto& placed = add(kind, arrival_time(wire, from),
                       std::string_view(wire.received).substr(from, to - from));
    placed.offset = from;
    placed.received = true;
  }

  void ends(const Wire& wire) {
    const auto note = [&](const std::optional<Moment>& moment, std::string_view text) {
      if (!moment || wire.opening == Opening::refused) return;
      auto& placed = add(Event::Kind::end, moment->latest, text);
      placed.offset = wire.received.size();
      placed.received = true;
    };
    note(wire.fin, "end by FIN");
    note(wire.rst, "end by RST");
  }

  /// Puts the judgement of a row beside the events that it speaks of.
  void attach(const Judged& judged) {
    auto place = std::find_if(events_.begin(), events_.end(), [&](const Placed& placed) {
      return placed.received && placed.offset >= judged.from;
    });
    const auto& sequence = judged.row->sequence;
    for (std::size_t i = 0; i < sequence.size(); ++i) {
      const bool decided = i == judged.item;
      if (i > judged.item) break;
      const bool met = judged.met || !decided;
      if (judged.way && !met && i != judged.item) continue;
      Settled settled{.row = text_of(judged, sequence[i], i),
                      .line = sequence[i].row.line,
                      .outcome = met ? Settled::Outcome::met : Settled::Outcome::unmet,
                      .why = decided ? judged.why : ""};
      if (place == events_.end()) {
        add(Event::Kind::note, judged.at, "").event.settled.push_back(std::move(settled));
        place = events_.end();
        continue;
      }
      place->event.settled.push_back(std::move(settled));
      if (takes(sequence[i].thing)) place = next_message(place);
    }
  }

  static std::string text_of(const Judged& judged, const Item& item, std::size_t i) {
    if (!judged.way || i != 0) return item.row.text;
    constexpr std::string_view marks[] = {"", " (departs)", " (observed)", " (wrong)"};
    return fmt::format("{}{}: {}", judged.way->name,
                       marks[static_cast<std::size_t>(judged.way->mark)], item.row.text);
  }

  static bool takes(const Thing& thing) {
    return std::holds_alternative<Response>(thing) || std::holds_alternative<Interim>(thing) ||
           std::holds_alternative<Request>(thing) || std::holds_alternative<Bytes>(thing);
  }

  /// The event behind a message: behind its head, and its content if that was shown apart.
  std::vector<Placed>::iterator next_message(std::vector<Placed>::iterator place) {
    for (++place; place != events_.end(); ++place)
      if (place->received && place->event.kind != Event::Kind::content) break;
    return place;
  }

  const Actor& actor_;
  std::string name_;
  Time began_;
  std::vector<Placed> events_;
  bool tunnel_ = false;
};

}  // namespace

std::string opening_text(const Connection& connection) {
  const auto shown = [](const Connection::Endpoint& end) {
    return fmt::format("{}:{}", end.address().to_string(), end.port());
  };
  if (connection.wire().opening == Opening::open)
    return shown(connection.local()) + " to " + shown(connection.remote());
  return fmt::format("no connection to {}", shown(connection.remote()));
}

std::vector<Event> transcribe(const Cast& actors, Time began) {
  std::vector<Placed> all;
  for (const auto& actor : actors) {
    auto events = LaneEvents(*actor, began).make();
    std::stable_sort(events.begin(), events.end(),
                     [](const Placed& a, const Placed& b) { return a.at < b.at; });
    all.insert(all.end(), std::make_move_iterator(events.begin()),
               std::make_move_iterator(events.end()));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Placed& a, const Placed& b) { return a.at < b.at; });
  std::vector<Event> events;
  events.reserve(all.size());
  for (auto& placed : all) events.push_back(std::move(placed.event));
  return events;
}

void shorten(std::vector<Event>& transcript) {
  for (auto& event : transcript)
    if (event.text.size() > kept_text) {
      event.size = std::max<std::uint64_t>(event.size, event.text.size());
      event.text.resize(kept_text);
      event.text.shrink_to_fit();
    }
  if (transcript.size() <= kept_events) return;
  Event rest{.at = transcript.back().at, .lane = transcript.back().lane};
  rest.text = fmt::format("and {} events more", transcript.size() - kept_events);
  transcript.resize(kept_events);
  transcript.shrink_to_fit();
  transcript.push_back(std::move(rest));
}

}  // namespace connspec
