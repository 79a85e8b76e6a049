// Ways of an either that can never be taken, and facts that say nothing about their thing.
#include "checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

bool same(const Text& one, const Text& other) { return shown(one) == shown(other); }
bool same(const Span& one, const Span& other) {
  return one.fixed == other.fixed && one.declared == other.declared;
}
template <typename T, typename Same>
bool both_or_neither(const std::optional<T>& one, const std::optional<T>& other, Same equal) {
  return one.has_value() == other.has_value() && (!one || equal(*one, *other));
}

/// Whether one fact of the upper row demands no more than one of the lower.
struct Implies {
  bool operator()(const Says& upper, const Says& lower) const {
    return upper.option == lower.option && upper.no == lower.no;
  }
  bool operator()(const Has& upper, const Has& lower) const {
    if (upper.field != lower.field) return false;
    return upper.how == Has::How::present ||
           (upper.how == lower.how && same(upper.value, lower.value));
  }
  bool operator()(const Lacks& upper, const Lacks& lower) const {
    return upper.field == lower.field &&
           (!lower.member ||
            both_or_neither(upper.member, lower.member,
                            [](const Text& a, const Text& b) { return same(a, b); }));
  }
  bool operator()(const Trailer& upper, const Trailer& lower) const {
    return upper.field == lower.field && upper.lacks == lower.lacks;
  }
  bool operator()(const Content& upper, const Content& lower) const {
    return same(upper.bytes, lower.bytes);
  }
  bool operator()(const ContentSize& upper, const ContentSize& lower) const {
    return upper.bytes == lower.bytes;
  }
  bool operator()(const FramedBy& upper, const FramedBy& lower) const {
    return upper.framing == lower.framing;
  }
  bool operator()(const Version& upper, const Version& lower) const {
    return upper.version == lower.version;
  }
  bool operator()(const OnConnectionOf& upper, const OnConnectionOf& lower) const {
    return upper.lane == lower.lane && upper.no == lower.no;
  }
  bool operator()(const Within& upper, const Within& lower) const {
    if (upper.time.declared || lower.time.declared) return same(upper.time, lower.time);
    return upper.time.fixed >= lower.time.fixed;
  }
  bool operator()(const NotBefore& upper, const NotBefore& lower) const {
    return both_or_neither(upper.time, lower.time,
                           [](const Span& a, const Span& b) { return same(a, b); });
  }
  bool operator()(const AtMostSegments& upper, const AtMostSegments& lower) const {
    return upper.segments >= lower.segments;
  }
  bool operator()(const OfForm& upper, const OfForm& lower) const {
    return upper.form == lower.form;
  }
  bool operator()(const One& upper, const One& lower) const {
    return upper.field == lower.field;
  }
  bool operator()(const CutShort&, const CutShort&) const { return true; }
  bool operator()(const NoInterim&, const NoInterim&) const { return true; }
  bool operator()(const NoStall&, const NoStall&) const { return true; }
  bool operator()(const SameLength&, const SameLength&) const { return true; }
  bool operator()(const OnFreshConnection&, const OnFreshConnection&) const { return true; }
  template <typename Upper, typename Lower>
  bool operator()(const Upper&, const Lower&) const {
    return false;
  }
};

template <typename T>
bool states(const Item& item) {
  return std::any_of(item.facts.begin(), item.facts.end(),
                     [](const Fact& fact) { return std::holds_alternative<T>(fact); });
}

bool contains(const std::optional<Statuses>& upper, const std::optional<Statuses>& lower) {
  if (!upper) return true;
  if (!lower) return false;
  return std::all_of(lower->ranges.begin(), lower->ranges.end(), [&](const auto& range) {
    for (int status = range.first; status <= range.second; ++status)
      if (!upper->match(status)) return false;
    return true;
  });
}

/// Whether what is the lower thing is the upper one as well, and takes the same bytes.
struct Includes {
  bool operator()(const Response& upper, const Response& lower) const {
    if (upper.to != lower.to) return false;
    if (!upper.target) return contains(upper.status, lower.status);
    return lower.target && upper.target->name == lower.target->name &&
           same(upper.target->suffix, lower.target->suffix);
  }
  bool operator()(const Interim& upper, const Interim& lower) const {
    return contains(upper.status, lower.status);
  }
  bool operator()(const Request& upper, const Request& lower) const {
    return (upper.method.empty() || upper.method == lower.method) &&
           upper.target.name == lower.target.name &&
           same(upper.target.suffix, lower.target.suffix);
  }
  bool operator()(const HeadOfResponse& upper, const HeadOfResponse& lower) const {
    return contains(upper.status, lower.status);
  }
  bool operator()(const HeadOfRequest& upper, const HeadOfRequest& lower) const {
    return (*this)(Request{upper.method, upper.target}, Request{lower.method, lower.target});
  }
  bool operator()(const Bytes& upper, const Bytes& lower) const {
    if (upper.exactly) return lower.exactly && same(*upper.exactly, *lower.exactly);
    if (!lower.exactly) return upper.count == lower.count;
    std::size_t size = 0;
    for (const Piece& piece : *lower.exactly) {
      if (piece.hole) return false;
      size += piece.literal.size();
    }
    return upper.count == size;
  }
  bool operator()(const End& upper, const End& lower) const {
    return !upper.by || upper.by == lower.by;
  }
  bool operator()(const Silence& upper, const Silence& lower) const {
    if (upper.time.declared || lower.time.declared) return same(upper.time, lower.time);
    return upper.time.fixed <= lower.time.fixed;
  }
  bool operator()(const NewConnection&, const NewConnection&) const { return true; }
  bool operator()(const Taken&, const Taken&) const { return true; }
  template <typename Upper, typename Lower>
  bool operator()(const Upper&, const Lower&) const {
    return false;
  }
};

bool takes_everything(const Item& upper, const Item& lower) {
  if (!std::visit(Includes{}, upper.thing, lower.thing)) return false;
  if (states<CutShort>(upper) != states<CutShort>(lower)) return false;
  // Without `within` a row waits as long as its usual bound, which may be less.
  if (states<Within>(upper) != states<Within>(lower)) return false;
  return std::all_of(upper.facts.begin(), upper.facts.end(), [&](const Fact& demand) {
    return std::any_of(lower.facts.begin(), lower.facts.end(),
                       [&](const Fact& fact) { return std::visit(Implies{}, demand, fact); });
  });
}

bool takes_everything(const Expect& upper, const Expect& lower) {
  if (upper.lane != lower.lane || upper.times != lower.times) return false;
  if (upper.sequence.size() > lower.sequence.size()) return false;
  if (upper.times > 1 && upper.sequence.size() != lower.sequence.size()) return false;
  for (std::size_t i = 0; i < upper.sequence.size(); ++i)
    if (!takes_everything(upper.sequence[i], lower.sequence[i])) return false;
  return true;
}

enum class Kind {
  response,
  interim,
  request,
  head_of_response,
  head_of_request,
  other,
  silence
};

Kind kind_of(const Thing& thing) {
  if (std::holds_alternative<Response>(thing)) return Kind::response;
  if (std::holds_alternative<Interim>(thing)) return Kind::interim;
  if (std::holds_alternative<Request>(thing)) return Kind::request;
  if (std::holds_alternative<HeadOfResponse>(thing)) return Kind::head_of_response;
  if (std::holds_alternative<HeadOfRequest>(thing)) return Kind::head_of_request;
  if (std::holds_alternative<Silence>(thing)) return Kind::silence;
  return Kind::other;
}

/// Whether a fact can be told of such a thing at all.
struct Fits {
  Kind kind;
  bool message() const { return kind != Kind::other && kind != Kind::silence; }
  bool whole() const { return kind == Kind::response || kind == Kind::request; }
  bool of_request() const { return kind == Kind::request || kind == Kind::head_of_request; }

  bool operator()(const Trailer&) const { return whole(); }
  bool operator()(const Content&) const { return whole(); }
  bool operator()(const ContentSize&) const { return whole(); }
  bool operator()(const CutShort&) const { return whole(); }
  bool operator()(const FramedBy&) const { return whole(); }
  bool operator()(const NoInterim&) const { return kind == Kind::response; }
  bool operator()(const NoStall&) const { return kind == Kind::response; }
  bool operator()(const SameLength&) const { return kind == Kind::response; }
  bool operator()(const AtMostSegments&) const { return kind == Kind::response; }
  bool operator()(const OnFreshConnection&) const { return of_request(); }
  bool operator()(const OnConnectionOf&) const { return of_request(); }
  bool operator()(const Within&) const { return kind != Kind::silence; }
  bool operator()(const NotBefore&) const { return kind != Kind::silence; }
  template <typename OfTheHead>
  bool operator()(const OfTheHead&) const {
    return message();
  }
};

/// Facts of one message alone: time and connections say nothing about all of them.
struct FitsEvery {
  Every::Kind kind;
  bool operator()(const Within&) const { return false; }
  bool operator()(const NotBefore&) const { return false; }
  bool operator()(const OnConnectionOf&) const { return false; }
  bool operator()(const SameLength&) const { return false; }
  bool operator()(const CutShort&) const { return kind != Every::Kind::interim; }
  template <typename Other>
  bool operator()(const Other& fact) const {
    if (kind == Every::Kind::response) return Fits{Kind::response}(fact);
    return Fits{kind == Every::Kind::interim ? Kind::interim : Kind::request}(fact);
  }
};

void check_facts_of(const Expect& expect, std::vector<Objection>& objections) {
  for (const Item& item : expect.sequence)
    for (const Fact& fact : item.facts)
      if (!std::visit(Fits{kind_of(item.thing)}, fact))
        objections.push_back(
            {item.row.line, item.row.text.substr(0, item.row.text.find(',')),
             fmt::format("a fact of '{}' says nothing about such a thing", item.row.text)});
}

void check_ways_of(const Either& either, std::vector<Objection>& objections) {
  for (auto lower = either.ways.begin(); lower != either.ways.end(); ++lower)
    for (auto upper = either.ways.begin(); upper != lower; ++upper) {
      if (upper->name == lower->name)
        objections.push_back(
            {lower->line, lower->name, fmt::format("two ways are called '{}'", lower->name)});
      else if (takes_everything(*upper, *lower))
        objections.push_back({lower->line, lower->name,
                              fmt::format("way '{}' can never be taken: '{}' above it takes "
                                          "everything it would",
                                          lower->name, upper->name)});
    }
}

}  // namespace

bool takes_everything(const Way& upper, const Way& lower) {
  if (upper.rows.size() > lower.rows.size()) return false;
  for (std::size_t i = 0; i < upper.rows.size(); ++i)
    if (!takes_everything(upper.rows[i], lower.rows[i])) return false;
  return true;
}

void check_ways(const Case& script, std::vector<Objection>& objections) {
  bool over = false;
  for (const Step& step : script.steps) {
    if (over) {
      objections.push_back({step.row.line, "",
                            "a step after every way of the either above has "
                            "stopped: it is never played"});
      return;
    }
    const auto* either = std::get_if<Either>(&step.what);
    if (either == nullptr) continue;
    check_ways_of(*either, objections);
    over = std::all_of(either->ways.begin(), either->ways.end(),
                       [](const Way& way) { return way.stop || way.mark == Way::Mark::wrong; });
    for (const Way& way : either->ways)
      if (way.mark == Way::Mark::wrong && script.level == Level::observe)
        objections.push_back(
            {way.line, "wrong",
             "nothing is wrong in a case of level OBSERVE: every way is only observed"});
  }
}

void check_facts(const Case& script, std::vector<Objection>& objections) {
  for (const Step& step : script.steps) {
    if (const auto* expect = std::get_if<Expect>(&step.what))
      check_facts_of(*expect, objections);
    if (const auto* either = std::get_if<Either>(&step.what))
      for (const Way& way : either->ways)
        for (const Expect& row : way.rows) check_facts_of(row, objections);
  }
  for (const Every& every : script.everies) {
    bool fits = !every.when || std::visit(FitsEvery{every.kind}, *every.when);
    for (const Fact& fact : every.facts) fits = fits && std::visit(FitsEvery{every.kind}, fact);
    if (!fits)
      objections.push_back(
          {every.row.line, "every", "a fact of this rule says nothing about such messages"});
  }
}

}  // namespace connspec
