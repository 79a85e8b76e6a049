#include "words_declared.hpp"

#include "explain_rows.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace connspec {
namespace {

using Kind = Declarable::Kind;

constexpr Declarable declarable_table[] = {
    {.binding = Binding::a,
     .found = true,
     .contract = "GET, HEAD: a small answer, the same each time, on a connection that stays "
                 "open."},
    {.binding = Binding::b,
     .found = true,
     .contract = "GET, HEAD: the same with another answer."},
    {.binding = Binding::c, .found = true, .contract = "GET, HEAD: and with a third."},
    {.binding = Binding::post,
     .found = true,
     .contract = "POST: reads the content, gives any final answer, and keeps the connection."},
    {.binding = Binding::sink,
     .contract = "POST: 200, and the content is what it got: nothing else, and all of it."},
    {.binding = Binding::early,
     .contract = "POST: a final answer (413 will do) as soon as the head is there, before the "
                 "content has come, however long it is to be."},
    {.binding = Binding::big,
     .contract = "GET: 200 with 1 MiB or more, the same each time. 4 MiB fill the buffers on "
                 "the way, so that a reader who stops is noticed."},
    {.binding = Binding::slow,
     .contract =
         "GET: 200 about 300 ms after the request, while other connections are served."},
    {.binding = Binding::chunked,
     .contract = "GET, HEAD: 200 with a short content whose length is not known when its head "
                 "is sent: no Content-Length, so that HTTP/1.1 gets chunks."},
    {.binding = Binding::nobody, .contract = "GET, HEAD: 204."},
    {.binding = Binding::etag,
     .contract = "GET, HEAD: 200 with an ETag; with `If-None-Match: *` 304."},
    {.binding = Binding::hit,
     .with = Binding::hits,
     .contract = "Counts requests. connspec appends `/KEY`, another KEY in each play. A GET or "
                 "POST of HIT/KEY that is carried out adds one to the count of that KEY; one "
                 "that is refused, or whose end never came, adds nothing. The answer is 2xx."},
    {.binding = Binding::hits,
     .with = Binding::hit,
     .contract = "GET of HITS/KEY: 200, and the content is the count of that KEY in digits "
                 "without a line end; `0` for a KEY that it never met."},
    {.binding = Binding::upgrade,
     .with = Binding::protocol,
     .contract =
         "GET with `Connection: Upgrade` and `Upgrade: PROTOCOL`: 101, and from then on "
         "every byte comes back as it is, those right behind the request as well. "
         "Without these fields a plain 200."},
    {.binding = Binding::protocol,
     .kind = Kind::token,
     .with = Binding::upgrade,
     .contract = "The name that `upgrade` switches to, as Upgrade has it: echo, say."},
    {.binding = Binding::idle,
     .kind = Kind::time,
     .of_proxy = true,
     .contract = "How long a connection is kept on which no request begins."},
    {.binding = Binding::head_timeout,
     .kind = Kind::time,
     .of_proxy = true,
     .contract = "How long the rest of a head is waited for, from its first byte."},
    {.binding = Binding::body_timeout,
     .kind = Kind::time,
     .of_proxy = true,
     .contract = "How long the rest of a content is waited for."},
    {.binding = Binding::upstream_timeout,
     .kind = Kind::time,
     .of_server = false,
     .of_proxy = true,
     .contract = "How long a proxy waits for the answer of its origin."},
};

bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~/";  // A slash goes before a version.
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           others.find(c) != others.npos;
  });
}

bool is_target(std::string_view text) {
  return text.starts_with('/') && std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c <= '~' && c != '#';
         });
}

bool uses(const Case& script, Binding binding) {
  return std::find(script.uses.begin(), script.uses.end(), binding) != script.uses.end();
}

std::string needed_by(std::size_t cases) {
  return cases == 0 ? std::string("no case yet") : counted(cases, "case");
}

std::string row_of(std::string_view name, std::string_view contract, std::size_t cases,
                   std::size_t width) {
  return in_rows_behind(name, fmt::format("{} ({})", contract, needed_by(cases)), 21, width);
}

std::string rows_of(Kind kind, bool found, std::span<const Case> cases, std::size_t width) {
  std::string out;
  for (const Declarable& one : declarable_table) {
    if (one.kind == Kind::token ? kind != Kind::target || found
                                : one.kind != kind || one.found != found)
      continue;
    const auto using_it = std::count_if(cases.begin(), cases.end(), [&](const Case& script) {
      return uses(script, one.binding) &&
             (!one.of_server || script.roles.has(Role::server) || one.of_proxy);
    });
    out +=
        row_of(name_of(one.binding), one.contract, static_cast<std::size_t>(using_it), width);
  }
  return out;
}

/// Abilities that nobody declares: connspec tries them.
std::string rows_of_needs(std::span<const Case> cases, std::size_t width) {
  constexpr std::pair<std::string_view, std::string_view> needs[] = {
      {"second-connection",
       "A second connection is served while a first one idles: more than one worker, or none "
       "that a connection occupies."},
      {"connect",
       "A forward proxy tunnels to our origin: let it CONNECT to the port of --origin, and to "
       "addresses of 127.0.0.0/8."},
      {"cache",
       "A proxy answers a second GET itself after our origin said `Cache-Control: max-age=60`: "
       "switch its cache on, in memory, for what the origin marks so."},
  };
  std::string out;
  const auto http10 = std::count_if(cases.begin(), cases.end(),
                                    [](const Case& script) { return script.uses_http10; });
  out += row_of("HTTP/1.0", "A GET that says HTTP/1.0 is answered, by something else than 426.",
                static_cast<std::size_t>(http10), width);
  for (const auto& need : needs) {
    const auto& [name, contract] = need;
    const auto needing = std::count_if(cases.begin(), cases.end(), [&](const Case& script) {
      return std::find(script.needs.begin(), script.needs.end(), need.first) !=
             script.needs.end();
    });
    out += row_of(name, contract, static_cast<std::size_t>(needing), width);
  }
  return out;
}

}  // namespace

std::span<const Declarable> declarables() { return declarable_table; }

const Declarable* find_declarable(Binding binding) {
  const auto* found =
      std::find_if(std::begin(declarable_table), std::end(declarable_table),
                   [&](const Declarable& one) { return one.binding == binding; });
  return found == std::end(declarable_table) ? nullptr : found;
}

const Declarable* find_declarable(std::string_view name) {
  const auto binding = binding_named(name);
  return binding ? find_declarable(*binding) : nullptr;
}

std::vector<Binding> declared_by(const Case& script, Role role) {
  std::vector<Binding> bindings;
  for (const Declarable& one : declarable_table)
    if ((role == Role::server ? one.of_server : one.of_proxy) && uses(script, one.binding))
      bindings.push_back(one.binding);
  return bindings;
}

std::optional<Duration> declared_time(std::string_view value) {
  constexpr double longest = 3600;
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const std::string_view unit = value.substr(static_cast<std::size_t>(end - value.data()));
  if (error != std::errc{} || (unit != "s" && unit != "ms")) return std::nullopt;
  const double seconds = unit == "s" ? number : number / 1e3;
  if (!(seconds > 0 && seconds <= longest)) return std::nullopt;  // Not a number is neither.
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

std::string wrong_declaration(std::string_view name, std::string_view value) {
  const Declarable* known = find_declarable(name);
  if (known == nullptr) {
    std::vector<std::string_view> names;
    for (const Declarable& one : declarable_table) names.push_back(name_of(one.binding));
    std::string message = fmt::format("'{}' is nothing that a target can declare", name);
    if (name == "counter") return message + "; its two targets are 'hit' and 'hits'";
    if (const std::string_view meant = nearest(name, names); !meant.empty())
      return message + fmt::format("; did you mean '{}'?", meant);
    return message + "; connspec explain declare lists what is";
  }
  if (known->kind == Kind::time && !declared_time(value))
    return fmt::format("{} = '{}' is no time; write 5s or 500ms", name, value);
  if (known->kind == Kind::token && !is_token(value))
    return fmt::format("{} = '{}' is no name of a protocol", name, value);
  if (known->kind == Kind::target && !is_target(value))
    return fmt::format("{} = '{}' is no target; write a path: /{}", name, value, name);
  return {};
}

std::string explain_declare(std::span<const Case> cases, std::size_t width) {
  std::string out = in_rows(
      "What a target can declare, with --declare NAME=VALUE or as \"declare\" in a --target "
      "FILE "
      "({\"role\": \"server\", \"declare\": {\"sink\": \"/echo\", \"idle\": \"5s\"}}). Cases "
      "that "
      "need what is not declared are skipped; how many do stands in brackets. What is declared "
      "is tried before the first case; where it does not do what it should, the cases that use "
      "it are inconclusive.",
      0, width);
  out += "\nFound without being declared, where the target has such\n";
  out += rows_of(Kind::target, true, cases, width);
  out += "\nResources of a server; behind a proxy our own origin has them\n";
  out += rows_of(Kind::target, false, cases, width);
  out += "\nTimes of a server or a proxy, as 5s or 500ms\n";
  out += rows_of(Kind::time, false, cases, width);
  out += in_rows(
      "Cases wait as long as these say: where they can be set, set them to a second. "
      "What comes up to 2 s later is still in time.",
      2, width);
  out += "\nFound by trying, and not to be declared\n";
  return out + rows_of_needs(cases, width);
}

}  // namespace connspec
