#include "harness/declared.hpp"

#include "harness/script_reader.hpp"
#include "harness/words_declared.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace connspec {

namespace asio = boost::asio;

namespace {

/// A resource and what it should do, as a case has it.
struct Trial {
  Binding binding = Binding::sink;
  std::string_view rows = {};
};

constexpr std::chrono::milliseconds least_pause{100};  ///< Of {slow}, and in its trial.

/// Only what tells a resource from another: whether it is right is for the cases to say.
constexpr Trial trials[] = {
    {Binding::post,
     "  client > POST {post} HTTP/1.1 | Host: {host} | Content-Length: 5 |\n"
     "         >> hello\n"
     "  client < head 2xx|3xx|4xx|5xx\n"},
    {Binding::sink,
     "  client > POST {sink} HTTP/1.1 | Host: {host} | Content-Length: 5 |\n"
     "         >> hello\n"
     "  client < response 2xx, body \"hello\"\n"},
    {Binding::early,
     "  client > POST {early} HTTP/1.1 | Host: {host} | Content-Length: 5 |\n"
     "         >> hello\n"
     "  client < head 2xx|3xx|4xx|5xx\n"},
    {Binding::big,
     "  client > GET {big} HTTP/1.1 | Host: {host} |\n"
     "  client < head 2xx\n"},
    {Binding::slow,
     "  client > GET {slow} HTTP/1.1 | Host: {host} |\n"
     "  client < response 2xx, not before 100ms\n"},
    {Binding::chunked,
     "  client > GET {chunked} HTTP/1.1 | Host: {host} |\n"
     "  client < head 200, lacks Content-Length\n"},
    {Binding::nobody,
     "  client > GET {nobody} HTTP/1.1 | Host: {host} |\n"
     "  client < head 204\n"},
    {Binding::etag,
     "  client > GET {etag} HTTP/1.1 | Host: {host} |\n"
     "  client < head 200, has ETag\n"},
    {Binding::hits,
     "  client > GET {hits} HTTP/1.1 | Host: {host} |\n"
     "  client < response 200, body \"0\"\n"
     "  client ! close\n"
     "  client2 > GET {hit} HTTP/1.1 | Host: {host} |\n"
     "  client2 < response 2xx\n"
     "  client2 ! close\n"
     "  client3 > GET {hits} HTTP/1.1 | Host: {host} |\n"
     "  client3 < response 200, body \"1\"\n"},
    {Binding::upgrade,
     "  client > GET {upgrade} HTTP/1.1 | Host: {host} | Connection: Upgrade | Upgrade: "
     "{protocol} |\n"
     "  client < head 101\n"},
};

Case conversation(std::string_view rows) {
  const auto text = fmt::format(
      "requirement  A resource does what was declared\nspec  RFC 9110 section 3.1\nlevel  "
      "MUST\n"
      "role  server\n\ncase tried\n  title  it does\n{}",
      rows);
  auto read = read_script("declared.convo", text);
  return std::move(read.cases.at(0));
}

/// `sink = /echo`, without what connspec appends.
std::string as_declared(const Offer& offer, Binding binding) {
  auto value = offer.text[static_cast<std::size_t>(binding)];
  value = value.substr(0, value.find(Offer::token_mark));
  if ((binding == Binding::hit || binding == Binding::hits) && value.ends_with('/'))
    value.pop_back();
  return fmt::format("{} = {}", name_of(binding), value);
}

/// Twice, if need be: one connection can meet with an accident. `prefix` is of this run alone,
/// since a target that counts may remember the last.
Task<void> try_one(Stage& stage, Trial trial, std::string prefix, Played& played) {
  const auto script = conversation(trial.rows);
  for (int i = 0; i < 2 && played.verdict != Verdict::pass; ++i) {
    PlayOptions options;  // Named: GCC 12 destroys braced temporaries of an awaited call twice.
    options.token = fmt::format("{}x{}", prefix, i);
    played = co_await play(script, stage, std::move(options));
  }
}

/// What is left out, with the name that is of no use without it.
std::string leave_out(const Trial& trial, const Played& played, Offer& offer) {
  auto what = as_declared(offer, trial.binding);
  const auto leave = [&](Binding binding) {
    offer.known.reset(static_cast<std::size_t>(binding));
    offer.left_out.set(static_cast<std::size_t>(binding));
  };
  leave(trial.binding);
  if (const auto with = find_declarable(trial.binding)->with) {
    what = fmt::format("{}, {}", as_declared(offer, *with), what);
    leave(*with);
  }
  return fmt::format("not used, though declared: {}: {}, {}", what, played.expected,
                     played.seen);
}

Task<std::vector<std::string>> try_these(Stage& stage, Offer& offer,
                                         std::vector<Trial> wanted) {
  std::vector<Played> played(wanted.size());
  std::random_device random;
  const auto prefix = fmt::format("k{:08x}", random());
  std::size_t running = wanted.size();
  Timer all_done(stage.io, Time::max());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    asio::co_spawn(stage.io, try_one(stage, wanted[i], prefix, played[i]),
                   [&](std::exception_ptr error) {
                     if (--running == 0) all_done.cancel();
                     if (error) std::rethrow_exception(error);
                   });
  while (running > 0) co_await all_done.async_wait(no_throw);
  std::vector<std::string> left_out;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (played[i].verdict != Verdict::pass)
      left_out.push_back(leave_out(wanted[i], played[i], offer));
  co_return left_out;
}

bool uses(const Case& script, Binding binding) {
  return std::find(script.uses.begin(), script.uses.end(), binding) != script.uses.end();
}

bool came_to_a_verdict(const Result& result) {
  return result.verdict != Verdict::skipped && result.verdict != Verdict::inconclusive;
}

}  // namespace

std::optional<std::string> declare(const Declared& declared, Role role, Offer& offer) {
  for (const auto& [name, value] : declared) {
    if (auto wrong = wrong_declaration(name, value); !wrong.empty()) return wrong;
    const auto& known = *find_declarable(name);
    if (role != Role::server && !known.of_proxy)
      return fmt::format(
          "{} is not for a proxy to declare: behind it our own origin has that resource", name);
    if (role == Role::server && !known.of_server)
      return fmt::format("{} is not for a server to declare: it has no origin", name);
    if (known.with && declared.find(name_of(*known.with)) == declared.end())
      return fmt::format("{} is declared without {}, and is of no use alone", name,
                         name_of(*known.with));
    if (known.kind == Declarable::Kind::time)
      offer.set(known.binding, *declared_time(value));
    else if (known.binding == Binding::hit || known.binding == Binding::hits)
      offer.set(known.binding, value + "/" + Offer::token_mark);
    else
      offer.set(known.binding, value);
  }
  return std::nullopt;
}

Task<std::vector<std::string>> try_declared(Stage& stage, Offer& offer,
                                            std::span<const Case* const> cases) {
  std::vector<Trial> wanted;
  for (const auto& trial : trials)
    if (trial.binding != Binding::slow && offer.has(trial.binding) &&
        std::any_of(cases.begin(), cases.end(),
                    [&](const Case* script) { return uses(*script, trial.binding); }))
      wanted.push_back(trial);
  co_return co_await try_these(stage, offer, std::move(wanted));
}

void leave_out_slow(std::span<const Case* const> cases, Run& run) {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto& result = run.results[i];
    if (!came_to_a_verdict(result) || !uses(*cases[i], Binding::slow)) continue;
    result.verdict = Verdict::inconclusive;
    result.reason = "not-as-declared";
    result.expected.clear();
    result.allowed.clear();
    result.taken.clear();
    result.seen = "{slow} does not do what it should";
  }
}

Task<void> try_slow(Stage& stage, Offer& offer, std::span<const Case* const> cases, Run& run) {
  if (!offer.has(Binding::slow) || !run.target_lost.empty()) co_return;
  bool any = false;
  bool doubtful = false;
  Duration longest{};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& result = run.results[i];
    if (!came_to_a_verdict(result) || !uses(*cases[i], Binding::slow)) continue;
    any = true;
    longest = std::max(longest, result.time);
    doubtful =
        doubtful || result.verdict == Verdict::fail || result.verdict == Verdict::departs;
  }
  if (!any || (!doubtful && longest >= least_pause)) co_return;
  std::vector<Trial> wanted;
  for (const auto& trial : trials)
    if (trial.binding == Binding::slow) wanted.push_back(trial);
  const auto left_out = co_await try_these(stage, offer, std::move(wanted));
  if (left_out.empty()) co_return;
  run.notes.push_back(left_out.front());
  leave_out_slow(cases, run);
}

std::string sentence_of(const Missing& missing) {
  if (!missing.other.empty()) return missing.other;
  std::string names;
  for (std::size_t i = 0; i < missing.undeclared.size(); ++i)
    names += fmt::format("{}{{{}}}",
                         i == 0                               ? ""
                         : i + 1 == missing.undeclared.size() ? " and "
                                                              : ", ",
                         name_of(missing.undeclared[i]));
  return names + (missing.undeclared.size() == 1 ? " is not declared" : " are not declared");
}

}  // namespace connspec
