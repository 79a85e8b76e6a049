#include "explain.hpp"

#include "checks.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

std::string act(std::string_view word) { return std::string(phrase_of(WordKind::act, word)); }

std::string span_text(const Span& span) {
  const std::string time = describe(std::vector<Span>{span});
  return time.empty() ? "0 ms" : time;
}

struct Actions {
  std::string operator()(const Connect& connect) const {
    std::string out = act("connect");
    if (connect.window)
      out += fmt::format(" with a receive window of {} bytes", *connect.window);
    if (connect.late_acks) out += " with late acknowledgements";
    if (connect.from_port_of)
      out += fmt::format(" from the port of {} and another address",
                         name_of(*connect.from_port_of));
    return out;
  }
  std::string operator()(const HalfClose&) const { return act("half-close"); }
  std::string operator()(const Close&) const { return act("close"); }
  std::string operator()(const Reset&) const { return act("reset"); }
  std::string operator()(const Pause& pause) const {
    return fmt::format("{} {}", act("pause"), span_text(pause.time));
  }
  std::string operator()(const Slice& slice) const {
    std::string out =
        fmt::format("{} {} byte{}", act("slice"), slice.bytes, slice.bytes == 1 ? "" : "s");
    if (slice.every.declared || slice.every.fixed > Duration::zero())
      out += fmt::format(", {} apart", span_text(slice.every));
    return out;
  }
  std::string operator()(const Hold& hold) const {
    return fmt::format("{} {}", act("hold"), hold.bytes);
  }
  std::string operator()(const Release&) const { return act("release"); }
  std::string operator()(const Gather&) const { return act("gather"); }
  std::string operator()(const StopReading&) const { return act("stop-reading"); }
  std::string operator()(const ResumeReading&) const { return act("resume-reading"); }
  std::string operator()(const Refuse&) const { return act("refuse"); }
};

/// `The client`, `Client 2`, `Each of the 50 clients`.
std::string subject(Lane lane, std::size_t clients) {
  if (lane.group) return fmt::format("Each of the {} clients", clients);
  const std::string_view name = lane.side == Lane::Side::client ? "client" : "origin";
  if (lane.number == 1) return fmt::format("The {}", name);
  return fmt::format("{} {}", name == "client" ? "Client" : "Origin", lane.number);
}

std::string target_of(const Target& target) {
  return fmt::format("{{{}}}{}", name_of(target.name), shown(target.suffix));
}

std::string times(std::size_t count) {
  return count == 1 ? "" : fmt::format(", {} times one after the other", count);
}

/// Writes the sentences of one case.
class Explainer {
 public:
  explicit Explainer(const Case& script) : script_(script) {}

  std::string sentences() {
    for (std::size_t i = 0; i < script_.steps.size(); ++i)
      std::visit([&](const auto& what) { say(what, i); }, script_.steps[i].what);
    for (const Saw& saw : script_.saws) say(saw);
    for (const Every& every : script_.everies) say(every);
    return std::move(out_);
  }

 private:
  void begin() { out_ += fmt::format("{}. ", ++number_); }
  std::string who(Lane lane) const { return subject(lane, script_.clients); }
  /// `opens a connection and `, if no step above has.
  std::string opening(Lane lane) {
    const bool known = std::find(open_.begin(), open_.end(), lane) != open_.end();
    if (known || lane.side == Lane::Side::origin) return {};
    open_.push_back(lane);
    return act("connect") + " and ";
  }

  void say(const Write& write, std::size_t i) {
    begin();
    out_ += fmt::format("{} {}sends in one write: {}", who(write.lane), opening(write.lane),
                        describe(write));
    const Act* next =
        i + 1 < script_.steps.size() ? std::get_if<Act>(&script_.steps[i + 1].what) : nullptr;
    joined_ = next != nullptr && next->lane == write.lane;
    if (joined_) out_.append("; and ").append(std::visit(Actions{}, next->action));
    out_ += ".\n";
  }
  void say(const Act& step, std::size_t) {
    if (std::exchange(joined_, false)) return;
    begin();
    const bool connects = std::holds_alternative<Connect>(step.action);
    const bool pauses = std::holds_alternative<Pause>(step.action);
    std::string first;
    if (connects)
      opening(step.lane);
    else if (!pauses && !std::holds_alternative<Refuse>(step.action))
      first = opening(step.lane);
    out_ += fmt::format("{} {}{}.\n", pauses ? "The script" : who(step.lane), first,
                        std::visit(Actions{}, step.action));
  }
  void say(const Expect& expect, std::size_t) {
    begin();
    out_ += fmt::format("{}{} {}{} {}{}.{}\n", expect.given ? "Given: " : "", who(expect.lane),
                        opening(expect.lane),
                        expect.lane.side == Lane::Side::client ? "sees" : "gets",
                        describe(expect.sequence), times(expect.times),
                        expect.given ? " Otherwise the case is skipped." : "");
  }
  void say(const Asks& asks, std::size_t) {
    begin();
    out_ += fmt::format(
        "{}{} {}asks for {} and sees the right answer{}.{}{}\n", asks.given ? "Given: " : "",
        who(asks.lane), opening(asks.lane), target_of(asks.target), times(asks.times),
        asks.of ? fmt::format(" {} is its exchange upstream.", who(*asks.of)) : "",
        asks.given ? " Otherwise the case is skipped." : "");
  }
  void say(const Answers& answers, std::size_t) {
    begin();
    out_ += fmt::format("{} gives the plain answer.\n", who(answers.lane));
  }
  void say(const Either& either, std::size_t) {
    begin();
    std::size_t width = 0;
    for (const Way& way : either.ways) width = std::max(width, way.name.size());
    if (either.lane)
      out_ += fmt::format("{} {}sees one of these, the upper preferred:\n", who(*either.lane),
                          opening(*either.lane));
    else
      out_ += "One of these happens, what comes first deciding:\n";
    for (const Way& way : either.ways) {
      std::string sees;
      for (const Expect& row : way.rows) {
        if (!sees.empty()) sees += "; ";
        if (!either.lane)
          sees += fmt::format("{} {} ", name_of(row.lane),
                              row.lane.side == Lane::Side::client ? "sees" : "gets");
        sees += describe(row.sequence);
      }
      out_ += fmt::format("     {:<{}}  {}{}\n", way.name, width, sees, marks(way));
    }
  }
  std::string marks(const Way& way) const {
    constexpr std::string_view words_of_marks[] = {"", "departs", "observed", "wrong"};
    const std::string_view word = words_of_marks[static_cast<std::size_t>(way.mark)];
    std::string out;
    if (!word.empty()) out += fmt::format(" {}", phrase_of(WordKind::mark, word));
    if (way.stop) out += fmt::format(" {}", phrase_of(WordKind::mark, "stop"));
    return out.empty() ? out : fmt::format(".{}", out);
  }
  void say(const Saw& saw) {
    constexpr std::string_view counts[] = {"never", "exactly once", "at most once",
                                           "at most twice"};
    begin();
    out_ += fmt::format("By the end of the case the origin has got {} {}.\n",
                        target_of(saw.target), counts[static_cast<std::size_t>(saw.count)]);
  }
  void say(const Every& every) {
    begin();
    std::string_view text = every.row.text;
    text.remove_prefix(std::min<std::size_t>(6, text.size()));
    out_ += fmt::format("In the whole run this holds of every {}.\n", text);
  }

  const Case& script_;
  std::string out_;
  int number_ = 0;
  bool joined_ = false;
  std::vector<Lane> open_;
};

std::string verdict_of(const Case& script) {
  const bool has_ways =
      std::any_of(script.steps.begin(), script.steps.end(),
                  [](const Step& step) { return std::holds_alternative<Either>(step.what); });
  const std::string_view unmet =
      has_ways ? "If no named way comes true, or another row is unmet," : "If a row is unmet";
  switch (script.level) {
    case Level::observe:
      return fmt::format("{} the verdict is observed, as it is anyway.", unmet);
    case Level::should:
    case Level::should_not:
      return fmt::format("{} the verdict is departs.", unmet);
    default:
      return fmt::format("{} the verdict is fail.", unmet);
  }
}

/// The sum of the usual bounds of all that is waited for, in seconds.
int bounds_of(const Case& script) {
  constexpr int reply = 3, close = 2;
  const auto of_sequence = [&](const Expect& expect) {
    int sum = 0;
    for (const Item& item : expect.sequence) {
      const bool timed =
          std::holds_alternative<Silence>(item.thing) ||
          std::any_of(item.facts.begin(), item.facts.end(),
                      [](const Fact& fact) { return std::holds_alternative<Within>(fact); });
      if (!timed) sum += std::holds_alternative<End>(item.thing) ? close : reply;
    }
    return sum * static_cast<int>(expect.times);
  };
  int sum = 0;
  for (const Step& step : script.steps) {
    if (const auto* expect = std::get_if<Expect>(&step.what)) sum += of_sequence(*expect);
    if (const auto* asks = std::get_if<Asks>(&step.what))
      sum += reply * static_cast<int>(asks->times);
    if (const auto* either = std::get_if<Either>(&step.what)) {
      int longest = 0;
      for (const Way& way : either->ways) {
        int of_way = 0;
        for (const Expect& row : way.rows) of_way += of_sequence(row);
        longest = std::max(longest, of_way);
      }
      sum += longest;
    }
  }
  return script.saws.empty() ? sum : sum + reply;
}

std::string joined(const std::vector<std::string>& names, std::string_view between) {
  std::string out;
  for (const std::string& name : names)
    out += fmt::format("{}{}", out.empty() ? "" : between, name);
  return out;
}

}  // namespace

std::string explain(const Case& script, const Catalogue* catalogue) {
  std::string out =
      fmt::format("{}\n{} ({}, {}; {}).\nHere: {}.\n", script.id, script.requirement,
                  script.spec, name_of(script.level), joined(script.covers, " "), script.title);
  if (!script.why.empty()) out += fmt::format("Why: {}\n", script.why);
  out += Explainer(script).sentences();
  out += verdict_of(script);
  const std::string planned = describe(script.planned);
  out +=
      planned.empty() ? " It takes no time of its own" : fmt::format(" It takes {}", planned);
  if (const int bounds = bounds_of(script); bounds > 0)
    out += fmt::format("; at worst {}{} s", planned.empty() ? "" : planned + " + ", bounds);
  out += ".";
  if (script.alone) out += " It is played alone.";
  if (!script.needs.empty()) out += fmt::format(" Needs: {}.", joined(script.needs, ", "));
  if (!script.kills.empty()) out += fmt::format(" Catches: {}.", joined(script.kills, ", "));
  out += fmt::format(" Since edition {}.", script.since);
  out += "\n";
  if (catalogue == nullptr) return out;
  for (const std::string& id : script.covers)
    if (const Requirement* row = catalogue->find(id))
      out += fmt::format("{}: {}\n", id, row->requirement);
  return out;
}

}  // namespace connspec
