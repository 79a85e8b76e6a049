#include "harness/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace connspec {

namespace {

constexpr Duration early_tolerance = std::chrono::milliseconds(10);
constexpr Duration stall = std::chrono::milliseconds(30);

std::string lower(std::string_view text) {
  std::string word(text);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return word;
}

std::string shown_values(const Message& message, std::string_view field) {
  if (count_of(message.fields(), field) == 0) return fmt::format("no {}", field);
  return fmt::format("{}: {}", field, quoted(joined(message.fields(), field)));
}

std::string word_of(Framing framing) {
  switch (framing) {
    case Framing::none:
      return "none";
    case Framing::length:
      return "length";
    case Framing::chunks:
      return "chunks";
    case Framing::end:
      return "end";
  }
  return "none";
}

double milliseconds(Duration time) { return static_cast<double>(time.count()) / 1e6; }

/// The last whole response before `message` whose content was sent with it.
const Message* content_before(const MessagesRead& readings, const Message& message) {
  const Message* last = nullptr;
  for (const auto& [key, other] : readings.all()) {
    const bool complete = other.state() == Message::State::whole &&
                          other.as() == ReadAs::response && other.framing() != Framing::none;
    if (complete && other.end() <= message.begin() && (!last || other.end() > last->end()))
      last = &other;
  }
  return last;
}

/// What a response says of its length, in digits without leading zeros, or else shows.
std::optional<std::string> length_of(const Message& message) {
  if (count_of(message.fields(), "Content-Length") != 0) {
    auto length = joined(message.fields(), "Content-Length");
    length.erase(0, std::min(length.find_first_not_of('0'), length.size() - 1));
    return length;
  }
  const bool whole = message.state() == Message::State::whole;
  if (whole && message.framing() != Framing::none)
    return std::to_string(message.content().size());
  return std::nullopt;
}

/// One overload for each fact.
struct FactJudge {
  const Message& message;
  std::size_t interims;
  const Sight& sight;
  const Setting& setting;

  Finding operator()(const Says& fact) const {
    if (has_option(fact)) return met();
    return unmet(fmt::format("says-{}{}", fact.no ? "" : "no-", fact.option),
                 fmt::format("{}the Connection option {}", fact.no ? "not " : "", fact.option),
                 shown_values(message, "Connection"));
  }

  bool has_option(const Says& fact) const {
    return has_member(message.fields(), "Connection", fact.option) != fact.no;
  }

  Finding operator()(const Has& fact) const {
    const auto value = setting.bindings->fill(fact.value, setting.n);
    if (has_field(fact, value)) return met();
    std::string wanted = fact.field;
    if (fact.how == Has::How::equals) wanted += fmt::format(" = {}", quoted(value));
    if (fact.how == Has::How::with) wanted += fmt::format(" with {}", quoted(value));
    if (fact.how == Has::How::starting) wanted += fmt::format(" starting {}", quoted(value));
    const bool there = count_of(message.fields(), fact.field) != 0;
    return unmet(fmt::format("{}-{}", there ? "other" : "lacks", lower(fact.field)), wanted,
                 shown_values(message, fact.field));
  }

  bool has_field(const Has& fact, std::string_view value) const {
    const auto& fields = message.fields();
    switch (fact.how) {
      case Has::How::present:
        return count_of(fields, fact.field) != 0;
      case Has::How::equals:
        return std::any_of(fields.begin(), fields.end(), [&](const FieldLine& line) {
          return same_word(line.name, fact.field) && line.value == value;
        });
      case Has::How::with:
        return has_member(fields, fact.field, value);
      case Has::How::starting:
        return count_of(fields, fact.field) != 0 &&
               joined(fields, fact.field).starts_with(value);
    }
    return false;
  }

  Finding operator()(const Lacks& fact) const {
    if (lacks_field(fact)) return met();
    const auto with =
        fact.member ? " with " + setting.bindings->fill(*fact.member, setting.n) : "";
    return unmet("has-" + lower(fact.field), fmt::format("no {}{}", fact.field, with),
                 shown_values(message, fact.field));
  }

  bool lacks_field(const Lacks& fact) const {
    const auto& fields = message.fields();
    if (count_of(fields, fact.field) == 0) return true;
    return fact.member &&
           !has_member(fields, fact.field, setting.bindings->fill(*fact.member, setting.n));
  }

  Finding operator()(const Trailer& fact) const {
    if (has_trailer(fact)) return met();
    const bool there = fact.lacks;
    return unmet(fmt::format("trailer-{}-{}", there ? "has" : "lacks", lower(fact.field)),
                 fmt::format("{}the trailer field {}", fact.lacks ? "not " : "", fact.field),
                 there ? "it" : "a trailer section without it");
  }

  bool has_trailer(const Trailer& fact) const {
    return (count_of(message.trailers(), fact.field) != 0) != fact.lacks;
  }

  Finding operator()(const Content& fact) const {
    const auto bytes = setting.bindings->fill(fact.bytes, setting.n);
    if (message.content() == bytes) return met();
    return unmet(
        "other-body", fmt::format("the content {}", quoted(bytes)),
        fmt::format("{} bytes, {}", message.content().size(), quoted(message.content())));
  }

  Finding operator()(const ContentSize& fact) const {
    if (message.content().size() == fact.bytes) return met();
    return unmet("other-body", fmt::format("{} bytes of content", fact.bytes),
                 fmt::format("{} bytes", message.content().size()));
  }

  Finding operator()(const CutShort&) const {
    if (message.state() == Message::State::cut) return met();
    const bool request = message.as() == ReadAs::request;
    return unmet(request ? "request-whole" : "response-whole", "a message cut short",
                 "a whole one: " + describe(message));
  }

  Finding operator()(const FramedBy& fact) const {
    const auto lengths = count_of(message.fields(), "Content-Length");
    const auto codings = count_of(message.fields(), "Transfer-Encoding");
    const bool alone = lengths == (fact.framing == Framing::length ? 1U : 0U) &&
                       codings == (fact.framing == Framing::chunks ? 1U : 0U);
    if (message.framing() == fact.framing && alone) return met();
    return unmet("framed-by-" + word_of(message.framing()),
                 fmt::format("framed by {} and nothing else", word_of(fact.framing)),
                 fmt::format("framed by {}, {}, {}", word_of(message.framing()),
                             shown_values(message, "Content-Length"),
                             shown_values(message, "Transfer-Encoding")));
  }

  Finding operator()(const Version& fact) const {
    if (message.version() == fact.version) return met();
    const auto shown = [](int version) {
      return fmt::format("{}.{}", version / 10, version % 10);
    };
    return unmet("version-" + shown(message.version()), "HTTP/" + shown(fact.version),
                 "HTTP/" + shown(message.version()));
  }

  Finding operator()(const NoInterim&) const {
    if (interims == 0) return met();
    return unmet("got-interim", "no interim response",
                 fmt::format("{} of them before the final one", interims));
  }

  Finding operator()(const OnFreshConnection&) const {
    if (sight.fresh) return met();
    return unmet(
        "reused-connection", "a fresh connection",
        fmt::format("connection {}, which had carried requests before", sight.connection));
  }

  Finding operator()(const OnConnectionOf& fact) const {
    const auto other = setting.origin_connections[fact.lane.number];
    if ((sight.connection == other) != fact.no) return met();
    return unmet(fact.no ? "same-connection" : "other-connection",
                 fmt::format("{}the connection of {} ({})", fact.no ? "not " : "",
                             name_of(fact.lane), other),
                 fmt::format("connection {}", sight.connection));
  }

  Finding operator()(const NoStall&) const {
    const auto& arrivals = sight.wire->arrivals;
    const bool whole = message.state() == Message::State::whole;
    const auto end = whole ? message.end() : sight.wire->received.size();
    const Arrival* before = nullptr;
    for (const auto& arrival : arrivals) {
      if (arrival.end <= message.begin()) continue;
      const auto gap = before ? arrival.at.earliest - before->at.latest : Duration{};
      if (gap >= stall)
        return unmet("stalled", "no gap of 30 ms or more",
                     fmt::format("one of {:.1f} ms", milliseconds(gap)));
      if (arrival.end >= end) break;
      before = &arrival;
    }
    return met();
  }

  Finding operator()(const AtMostSegments& fact) const {
    const auto segments = sight.segments.value_or(0);
    if (segments <= fact.segments) return met();
    return unmet("more-segments", fmt::format("at most {} segments", fact.segments),
                 fmt::format("{} segments", segments));
  }

  Finding operator()(const OfForm& fact) const { return judge_form(fact.form, message); }

  Finding operator()(const One& fact) const {
    const auto lines = count_of(message.fields(), fact.field);
    if (lines == 1) return met();
    return unmet(fmt::format("{}-{}", lines == 0 ? "lacks" : "several", lower(fact.field)),
                 fmt::format("one line of {}", fact.field), fmt::format("{} lines", lines));
  }

  Finding operator()(const SameLength&) const {
    const Message* before = sight.readings ? content_before(*sight.readings, message) : nullptr;
    if (!before)
      return unmet("nothing-to-compare", "a response with content before it", "none");
    const auto length = length_of(message);
    const auto size = std::to_string(before->content().size());
    if (!length || *length == size) return met();
    return unmet("other-length",
                 fmt::format("the length of the response before it, {}, or none", size),
                 quoted(*length));
  }

  /// The same as a finding that is met, without the words for one that is not.
  bool holds(const Fact& fact) const {
    if (const auto* lacks = std::get_if<Lacks>(&fact)) return lacks_field(*lacks);
    if (const auto* trailer = std::get_if<Trailer>(&fact)) return has_trailer(*trailer);
    if (const auto* says = std::get_if<Says>(&fact)) return has_option(*says);
    if (const auto* has = std::get_if<Has>(&fact))
      return has_field(*has, setting.bindings->fill(has->value, setting.n));
    return std::visit(*this, fact).state == Finding::State::met;
  }

  // Judged by judge_time.
  Finding operator()(const Within&) const { return met(); }
  Finding operator()(const NotBefore&) const { return met(); }
};

/// Seconds of `timeout=N` in the Keep-Alive field of the last message, if it says so.
std::optional<Duration> promised_time(const Message* last) {
  if (!last) return std::nullopt;
  const auto field = lower(joined(last->fields(), "Keep-Alive"));
  const auto at = field.find("timeout=");
  if (at == field.npos) return std::nullopt;
  int seconds = 0;
  const char* digits = field.data() + at + 8;
  if (std::from_chars(digits, field.data() + field.size(), seconds).ec != std::errc{})
    return std::nullopt;
  return std::chrono::seconds(seconds);
}

Finding judge_within(const Within& fact, const std::optional<Moment>& happened, Time reference,
                     const Sight& sight, const Setting& setting) {
  auto limit = setting.bindings->time(fact.time);
  if (fact.time.declared) limit += setting.late_tolerance;
  const auto until = reference + limit;
  Finding finding{.again = until, .timed = true};
  if (!happened) {
    if (sight.seen_until <= until) return finding;
  } else {
    if (happened->latest <= until) return met();
    finding.undecided = happened->earliest <= until;
  }
  finding.state = Finding::State::unmet;
  finding.complaint = Complaint{
      "too-late", fmt::format("expected it within {:.0f} ms", milliseconds(limit)),
      happened
          ? fmt::format("got it after {:.1f} ms", milliseconds(happened->latest - reference))
          : "got nothing by then"};
  return finding;
}

Finding judge_not_before(const NotBefore& fact, const std::optional<Moment>& happened,
                         Time reference, const Message* last, const Setting& setting) {
  const auto promise =
      fact.time ? std::optional(setting.bindings->time(*fact.time)) : promised_time(last);
  if (!promise) return unmet("no-promise", "a Keep-Alive field with a timeout", "none");
  if (!happened) return {};
  const auto from = reference + *promise - early_tolerance;
  Finding finding{.timed = true};
  if (happened->earliest >= from) {
    finding.state = Finding::State::met;
    return finding;
  }
  finding.undecided = happened->latest >= from;
  finding.state = Finding::State::unmet;
  finding.complaint = Complaint{
      "too-early", fmt::format("expected it not before {:.0f} ms", milliseconds(*promise)),
      fmt::format("got it after {:.1f} ms", milliseconds(happened->latest - reference))};
  return finding;
}

/// Whether a rule speaks of a message. Most do not, and none of them has to say why.
bool speaks_of(const Every& rule, const Message& message, const Setting& setting) {
  const bool is_request = message.as() == ReadAs::request;
  if (!message.has_head() || is_request != (rule.kind == Every::Kind::request)) return false;
  if (!is_request && message.is_interim() != (rule.kind == Every::Kind::interim)) return false;
  if (rule.status && !rule.status->match(message.status())) return false;
  if (!rule.when) return true;
  const Sight nothing;
  return FactJudge{message, 0, nothing, setting}.holds(*rule.when);
}

}  // namespace

bool is_timed(const Fact& fact) {
  return std::holds_alternative<Within>(fact) || std::holds_alternative<NotBefore>(fact);
}

Finding judge_fact(const Fact& fact, const Message& message, std::size_t interims,
                   const Sight& sight, const Setting& setting) {
  return std::visit(FactJudge{message, interims, sight, setting}, fact);
}

Finding judge_time(const Fact& fact, const std::optional<Moment>& happened, Time reference,
                   const Message* last, const Sight& sight, const Setting& setting) {
  if (const auto* within = std::get_if<Within>(&fact))
    return judge_within(*within, happened, reference, sight, setting);
  return judge_not_before(std::get<NotBefore>(fact), happened, reference, last, setting);
}

std::optional<Finding> judge(const Every& rule, const Message& message,
                             const Setting& setting) {
  if (!speaks_of(rule, message, setting)) return std::nullopt;
  const Sight nothing;
  const FactJudge facts{message, 0, nothing, setting};
  for (const auto& fact : rule.facts)
    if (!facts.holds(fact)) return std::visit(facts, fact);
  return met();
}

}  // namespace connspec
