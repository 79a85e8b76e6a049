#include "harness/script_program_calls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace connspec {

namespace {

/// A Python literal of bytes, one character each. With `holes` braces are doubled, since single
/// ones stand around the name of a value.
void append_literal(std::string& to, std::string_view bytes, bool holes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r')
      to += "\\r";
    else if (c == '\n')
      to += "\\n";
    else if (c == '\\' || c == '"')
      to.append("\\").append(1, c);
    else if (holes && (c == '{' || c == '}'))
      to.append(2, c);
    else if (byte < ' ' || byte > '~')
      to += fmt::format("\\x{:02x}", byte);
    else
      to += c;
  }
}

}  // namespace

std::string python_literal(std::string_view text) {
  std::string out = "\"";
  append_literal(out, text, false);
  return out + '"';
}

namespace {

std::string literal(std::string_view text) { return python_literal(text); }

std::string filled(const Text& text) {
  std::string out;
  for (const auto& piece : text) {
    append_literal(out, piece.literal, true);
    if (piece.hole) out += fmt::format("{{{}}}", name_of(*piece.hole));
  }
  return out;
}

std::string literal(const Text& text) { return '"' + filled(text) + '"'; }

std::string literal(const Target& target) {
  return fmt::format("\"{{{}}}{}\"", name_of(target.name), filled(target.suffix));
}

/// `"5ms"`, `"{idle}"`.
std::string literal(const Span& span) {
  if (span.declared) return fmt::format("\"{{{}}}\"", name_of(*span.declared));
  return fmt::format("\"{}ms\"", static_cast<double>(span.fixed.count()) / 1e6);
}

std::string literal(Lane lane) { return '"' + name_of(lane) + '"'; }

/// Calls that construct facts.
struct FactCall {
  std::string operator()(const Says& fact) const {
    return fmt::format("{}({})", fact.no ? "says_no" : "says", literal(fact.option));
  }
  std::string operator()(const Has& fact) const {
    constexpr std::string_view names[] = {"has", "has_value", "has_member", "has_starting"};
    const auto name = names[static_cast<std::size_t>(fact.how)];
    if (fact.how == Has::How::present) return fmt::format("{}({})", name, literal(fact.field));
    return fmt::format("{}({}, {})", name, literal(fact.field), literal(fact.value));
  }
  std::string operator()(const Lacks& fact) const {
    if (!fact.member) return fmt::format("lacks({})", literal(fact.field));
    return fmt::format("lacks_member({}, {})", literal(fact.field), literal(*fact.member));
  }
  std::string operator()(const Trailer& fact) const {
    return fmt::format("trailer_{}({})", fact.lacks ? "lacks" : "has", literal(fact.field));
  }
  std::string operator()(const Content& fact) const {
    return fmt::format("body({})", literal(fact.bytes));
  }
  std::string operator()(const ContentSize& fact) const {
    return fmt::format("size({})", fact.bytes);
  }
  std::string operator()(const CutShort&) const { return "cut_short()"; }
  std::string operator()(const FramedBy& fact) const {
    constexpr std::string_view names[] = {"none", "length", "chunks", "end"};
    return fmt::format("framed_by(\"{}\")", names[static_cast<std::size_t>(fact.framing)]);
  }
  std::string operator()(const Version& fact) const {
    return fmt::format("version({})", fact.version);
  }
  std::string operator()(const NoInterim&) const { return "no_interim()"; }
  std::string operator()(const OnFreshConnection&) const { return "fresh_connection()"; }
  std::string operator()(const OnConnectionOf& fact) const {
    return fmt::format("{}connection_of({})", fact.no ? "not_" : "", literal(fact.lane));
  }
  std::string operator()(const Within& fact) const {
    return fmt::format("within({})", literal(fact.time));
  }
  std::string operator()(const NotBefore& fact) const {
    return fmt::format("not_before({})", fact.time ? literal(*fact.time) : "\"promised\"");
  }
  std::string operator()(const NoStall&) const { return "no_stall()"; }
  std::string operator()(const AtMostSegments& fact) const {
    return fmt::format("at_most_segments({})", fact.segments);
  }
  std::string operator()(const OfForm& fact) const {
    constexpr std::string_view names[] = {
        "no bare CR",   "no fold",          "no leading blank",  "status line complete",
        "chunked once", "head well formed", "trailers announced"};
    return fmt::format("form(\"{}\")", names[static_cast<std::size_t>(fact.form)]);
  }
  std::string operator()(const One& fact) const {
    return fmt::format("one({})", literal(fact.field));
  }
  std::string operator()(const SameLength&) const { return "same_length()"; }
};

std::string call_of(const Fact& fact) { return std::visit(FactCall{}, fact); }

/// Calls that construct things, without their facts and the parenthesis at the end.
struct ThingCall {
  std::string text;  ///< The row, as a literal.

  std::string operator()(const Response& thing) const {
    std::string out = "response(" + text;
    if (thing.status) out += ", status=" + literal(thing.status->text);
    if (thing.target) out += ", target=" + literal(*thing.target);
    if (thing.to != To::get)
      out += fmt::format(", to=\"{}\"", thing.to == To::head ? "HEAD" : "CONNECT");
    return out;
  }
  std::string operator()(const Interim& thing) const {
    return "interim(" + text + (thing.status ? ", status=" + literal(thing.status->text) : "");
  }
  std::string operator()(const Request& thing) const {
    return "request(" + text + asked(thing.method, thing.target);
  }
  std::string operator()(const HeadOfResponse& thing) const {
    return "head(" + text + ", status=" + literal(thing.status.text);
  }
  std::string operator()(const HeadOfRequest& thing) const {
    return "head(" + text + asked(thing.method, thing.target);
  }
  std::string operator()(const Bytes& thing) const {
    if (!thing.exactly) return fmt::format("so_many({}, {}", text, thing.count);
    return fmt::format("exactly({}, {}", text, literal(*thing.exactly));
  }
  std::string operator()(const NewConnection&) const { return "connection(" + text; }
  std::string operator()(const End& thing) const {
    if (!thing.by) return "end(" + text;
    return fmt::format("end({}, by=\"{}\"", text, *thing.by == Ending::fin ? "FIN" : "RST");
  }
  std::string operator()(const Silence& thing) const {
    return fmt::format("silence({}, {}", text, literal(thing.time));
  }
  std::string operator()(const Taken&) const { return "taken(" + text; }

  static std::string asked(const std::string& method, const Target& target) {
    auto out = ", target=" + literal(target);
    if (!method.empty()) out += ", method=" + literal(method);
    return out;
  }
};

/// On several rows, where one would be long.
std::string call_of(const Item& item, std::string_view indent) {
  constexpr std::size_t longest_row = 96;
  auto out = std::visit(ThingCall{literal(item.row.text)}, item.thing);
  std::string facts;
  for (const auto& fact : item.facts) facts += (facts.empty() ? "" : ", ") + call_of(fact);
  if (facts.empty()) return out + ")";
  if (indent.size() + out.size() + facts.size() + 12 <= longest_row)
    return fmt::format("{}, facts=[{}])", out, facts);
  return fmt::format("{},\n{}    facts=[{}])", out, indent, facts);
}

/// Items, each in a row of its own.
std::string calls_of(const Sequence& sequence, std::string_view indent) {
  std::string out;
  for (const auto& item : sequence)
    out += fmt::format("{}{},\n", indent, call_of(item, indent));
  return out;
}

/// A text with a literal for each line that it has.
std::string lines_of(const Text& text, std::string_view indent) {
  const auto all = filled(text);
  std::string out;
  std::string_view rest = all;
  constexpr std::string_view line_end = "\\r\\n";
  while (!rest.empty()) {
    const auto end = rest.find(line_end);
    const auto line = rest.substr(0, end == rest.npos ? rest.size() : end + line_end.size());
    out += fmt::format("\n{}\"{}\"", indent, line);
    rest.remove_prefix(line.size());
  }
  return out.empty() ? fmt::format("\n{}\"\"", indent) : out;
}

/// One step as a call.
struct StepCall {
  int line;

  std::string operator()(const Write& step) const {
    const bool plain = step.chunks.size() == 1 && step.chunks.front().times == 1;
    std::string out = fmt::format("        write(\n            {},", literal(step.lane));
    if (plain) return out + lines_of(step.chunks.front().text, "            ") + end();
    out += "\n            [";
    for (const auto& chunk : step.chunks) {
      if (chunk.times == 1)
        out += lines_of(chunk.text, "                ") + ",";
      else
        out += fmt::format("\n                repeated({}, {}),", chunk.times,
                           literal(chunk.text));
    }
    return out + "\n            ]" + end();
  }

  std::string operator()(const Act& step) const {
    return fmt::format("        act({}, {}, line={}),\n", literal(step.lane),
                       std::visit(*this, step.action), line);
  }
  std::string operator()(const Connect& act) const {
    std::string out = "\"connect\"";
    if (act.window) out += fmt::format(", window={}", *act.window);
    if (act.late_acks) out += ", late_acks=True";
    if (act.from_port_of) out += ", from_port_of=" + literal(*act.from_port_of);
    return out;
  }
  std::string operator()(const HalfClose&) const { return "\"half-close\""; }
  std::string operator()(const Close&) const { return "\"close\""; }
  std::string operator()(const Reset&) const { return "\"reset\""; }
  std::string operator()(const Pause& act) const { return "\"pause\", " + literal(act.time); }
  std::string operator()(const Slice& act) const {
    return fmt::format("\"slice\", {}, {}", act.bytes, literal(act.every));
  }
  std::string operator()(const Hold& act) const {
    return fmt::format("\"hold\", {}", act.bytes);
  }
  std::string operator()(const Release&) const { return "\"release\""; }
  std::string operator()(const Gather&) const { return "\"gather\""; }
  std::string operator()(const StopReading&) const { return "\"stop-reading\""; }
  std::string operator()(const ResumeReading&) const { return "\"resume-reading\""; }
  std::string operator()(const Refuse&) const { return "\"refuse\""; }

  std::string operator()(const Expect& step) const {
    std::string out = fmt::format("        expect(\n            {},\n", literal(step.lane));
    out += calls_of(step.sequence, "            ");
    if (step.given) out += "            given=True,\n";
    if (step.times != 1) out += fmt::format("            times={},\n", step.times);
    return out + fmt::format("            line={},\n        ),\n", line);
  }
  std::string operator()(const Asks& step) const {
    std::string out =
        fmt::format("        asks({}, {}", literal(step.lane), literal(step.target));
    if (step.given) out += ", given=True";
    if (step.of) out += ", of=" + literal(*step.of);
    if (step.times != 1) out += fmt::format(", times={}", step.times);
    return out + fmt::format(", line={}),\n", line);
  }
  std::string operator()(const Answers& step) const {
    return fmt::format("        answers({}, line={}),\n", literal(step.lane), line);
  }
  std::string operator()(const Either& step) const {
    std::string out = fmt::format("        either(\n            {},\n",
                                  step.lane ? literal(*step.lane) : "None");
    for (const auto& way : step.ways) {
      constexpr std::string_view marks[] = {"", "departs", "observed", "wrong"};
      out += fmt::format("            way(\n                {},\n", literal(way.name));
      for (const auto& row : way.rows)
        out += fmt::format(
            "                expect(\n                    {},\n{}"
            "                ),\n",
            literal(row.lane), calls_of(row.sequence, "                    "));
      if (way.mark != Way::Mark::required)
        out += fmt::format("                mark=\"{}\",\n",
                           marks[static_cast<std::size_t>(way.mark)]);
      if (way.stop) out += "                stop=True,\n";
      out += "            ),\n";
    }
    return out + fmt::format("            line={},\n        ),\n", line);
  }

  std::string end() const { return fmt::format(",\n            line={},\n        ),\n", line); }
};

std::string call_of(const Saw& saw) {
  constexpr std::pair<int, int> counts[] = {{0, 0}, {1, 1}, {0, 1}, {0, 2}};
  const auto [least, most] = counts[static_cast<std::size_t>(saw.count)];
  return fmt::format("        saw({}, {}, {}, {}, line={}),\n", literal(saw.target), least,
                     most, literal(saw.row.text), saw.row.line);
}

std::string call_of(const Every& rule) {
  constexpr std::string_view kinds[] = {"response", "interim", "request"};
  std::string out = fmt::format("        every(\n            \"{}\",\n",
                                kinds[static_cast<std::size_t>(rule.kind)]);
  for (const auto& fact : rule.facts) out += fmt::format("            {},\n", call_of(fact));
  if (rule.status) out += fmt::format("            status={},\n", literal(rule.status->text));
  if (rule.when) out += fmt::format("            when={},\n", call_of(*rule.when));
  return out + fmt::format("            text={},\n            line={},\n        ),\n",
                           literal(rule.row.text), rule.row.line);
}

}  // namespace

std::string steps_of(const Case& script) {
  std::string out = "def conversation():\n    return [\n";
  for (const auto& step : script.steps) {
    std::string row = step.row.text;
    const bool is_long = row.size() > 84;
    if (is_long) row = row.substr(0, 81) + "...";
    if (!std::holds_alternative<Write>(step.what))
      out += fmt::format("        # :{} {}\n", step.row.line, row);
    out += std::visit(StepCall{step.row.line}, step.what);
  }
  for (const auto& saw : script.saws) out += call_of(saw);
  for (const auto& rule : script.everies) out += call_of(rule);
  return out + "    ]\n";
}

}  // namespace connspec
