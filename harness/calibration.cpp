#include "harness/calibration.hpp"

#include "harness/plain_client.hpp"
#include "harness/script_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace connspec {

namespace {

constexpr Duration least_second_connection = std::chrono::milliseconds(250);
constexpr Duration between_tries = std::chrono::milliseconds(100);

double milliseconds(Duration time) { return static_cast<double>(time.count()) / 1e6; }

/// A target that may serve as {a}, {b} or {c}.
struct Candidate {
  std::string target;
  Answer answer;
  bool persists = false;
  Duration took{};
  std::string server;  ///< What it calls itself.
};

/// Asks twice on one connection: is the answer whole, does it persist, is its content stable?
/// `why` says what came where there was no answer.
Task<std::optional<Candidate>> try_target(Stage& stage, Indulgence& indulgence,
                                          std::string target, std::string host,
                                          std::string& why) {
  PlainClient client(stage);
  const auto request = plain_get(target, host);
  const auto* first = co_await client.ask(request, ReadAs::response, indulgence);
  if (!first) {
    why = fmt::format("GET {} got {}", target, client.instead());
    co_return std::nullopt;
  }
  Candidate candidate{target,
                      {first->status(), std::string(first->content())},
                      false,
                      client.took(),
                      joined(first->fields(), "Server")};
  const auto content = *candidate.answer.content;
  if (persists(*first)) {
    const auto* second = co_await client.ask(request, ReadAs::response, indulgence);
    candidate.persists = second && second->status() == candidate.answer.status;
    if (!candidate.persists || second->content() != content) candidate.answer.content.reset();
  }
  co_return candidate;
}

bool differ(const Answer& one, const Answer& other) {
  if (one.status != other.status) return true;
  return one.content && other.content && *one.content != *other.content;
}

/// {a}, {b} and {c}.
using ThreeAnswers = std::array<std::optional<Candidate>, 3>;
constexpr std::array answer_names{Binding::a, Binding::b, Binding::c};

/// Fills what is free with candidates whose answers differ from one another, persistent ones
/// and 2xx first.
void pick(std::vector<Candidate> tried, ThreeAnswers& picked) {
  std::stable_sort(tried.begin(), tried.end(), [](const Candidate& a, const Candidate& b) {
    const auto rank = [](const Candidate& c) {
      return std::pair(!c.persists, c.answer.status / 100 != 2);
    };
    return rank(a) < rank(b);
  });
  for (auto& candidate : tried) {
    const bool other = std::all_of(picked.begin(), picked.end(), [&](const auto& before) {
      return !before || differ(before->answer, candidate.answer);
    });
    const auto free = std::find(picked.begin(), picked.end(), std::nullopt);
    if (other && free != picked.end()) *free = std::move(candidate);
  }
}

std::string text_of(const Offer& offer, Binding binding) {
  return offer.text[static_cast<std::size_t>(binding)];
}

/// Finds {a}, {b} and {c}; declared ones stay what they are. A sentence, if there is none or a
/// declared one does not answer.
Task<std::string> find_answers(Stage& stage, Indulgence& indulgence, const Offer& offer,
                               ThreeAnswers& picked) {
  const auto host = text_of(offer, Binding::host);
  std::string why;
  for (std::size_t i = 0; i < answer_names.size(); ++i) {
    if (!offer.has(answer_names[i])) continue;
    picked[i] =
        co_await try_target(stage, indulgence, text_of(offer, answer_names[i]), host, why);
    if (!picked[i])
      co_return fmt::format("{}, and it was declared as {}", why, name_of(answer_names[i]));
  }
  if (std::find(picked.begin(), picked.end(), std::nullopt) == picked.end())
    co_return std::string();
  std::vector<Candidate> tried;
  std::string first_why;
  for (const std::string target : {"/", "/connspec-none", "/index.html", "/robots.txt",
                                   "/favicon.ico", "/connspec-none/?x"}) {
    auto candidate = co_await try_target(stage, indulgence, target, host, why);
    if (candidate) tried.push_back(std::move(*candidate));
    if (first_why.empty()) first_why = why;
  }
  pick(std::move(tried), picked);
  const bool none = std::count(picked.begin(), picked.end(), std::nullopt) == 3;
  if (!none) co_return std::string();
  co_return "it accepts connections, but no GET got a whole response: " + first_why;
}

/// Finds a target whose POST with five bytes gets a final response and keeps the connection.
Task<void> find_post(Stage& stage, Indulgence& indulgence, Offer& offer) {
  if (offer.has(Binding::post)) co_return;
  const auto host = text_of(offer, Binding::host);
  for (const auto& target : {text_of(offer, Binding::a), std::string("/connspec-none")}) {
    if (target.empty()) continue;
    PlainClient client(stage);
    const auto request = fmt::format(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Length: 5\r\n\r\nhello", target, host);
    const auto* answer = co_await client.ask(request, ReadAs::response, indulgence);
    if (!answer || !persists(*answer)) continue;
    if (!co_await client.ask(plain_get(target, host), ReadAs::response, indulgence)) continue;
    offer.set(Binding::post, target);
    co_return;
  }
}

/// Whether a second connection is served while a first one idles, before and after a request.
Task<bool> serves_second(Stage& stage, const Offer& offer, Duration limit) {
  const auto request = plain_get(text_of(offer, Binding::a), text_of(offer, Binding::host));
  PlainClient idle(stage);
  if (!co_await idle.connected(stage.reply)) co_return false;
  PlainClient second(stage);
  if (!co_await second.ask(request, ReadAs::response, limit)) co_return false;
  PlainClient third(stage);
  co_return co_await third.ask(request, ReadAs::response, limit) != nullptr;
}

Task<bool> answers_http10(Stage& stage, Indulgence& indulgence, const Offer& offer) {
  PlainClient client(stage);
  const auto request =
      plain_get(text_of(offer, Binding::a), text_of(offer, Binding::host), "1.0");
  const auto* answer = co_await client.ask(request, ReadAs::response, indulgence);
  co_return answer && answer->status() < 500 && answer->status() != 426;
}

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

/// A conversation of our own, written in the language as cases are.
Case conversation(std::string_view rows) {
  const auto text = fmt::format(
      "requirement  The target can be played with\nspec  RFC 9112 section 9.3\nlevel  MUST\n"
      "role  proxy\n\ncase tried\n  title  it answers\n{}",
      rows);
  auto read = read_script("calibration.convo", text);
  return std::move(read.cases.at(0));
}

PlayOptions calibrating(std::string_view token) { return {.token = std::string(token)}; }

/// What a proxy calls itself: Via, else Server. Our client and our origin send neither.
class Names {
 public:
  void hear(const Message& message) {
    if (via_.empty()) via_ = joined(message.fields(), "Via");
    if (server_.empty()) server_ = joined(message.fields(), "Server");
  }
  const std::string& best() const { return via_.empty() ? server_ : via_; }

 private:
  std::string via_;
  std::string server_;
};

Task<bool> passes(Stage& stage, std::string_view rows, std::string_view token) {
  const auto script = conversation(rows);
  const auto played = co_await play(script, stage, calibrating(token));
  co_return played.verdict == Verdict::pass;
}

constexpr std::string_view plain_rows = "  client asks {a}\n";
constexpr std::string_view twice_rows = "  client asks {a}\n  client asks {b}\n";
constexpr std::string_view http10_rows =
    "  client > GET {a} HTTP/1.0 | Host: {host} |\n  client < response {a}\n";
constexpr std::string_view second_rows =
    "  client ! connect\n  client2 asks {a}\n  client3 asks {b}\n";
constexpr std::string_view connect_rows =
    "  client > CONNECT {origin} HTTP/1.1 | Host: {origin} |\n"
    "  client < response 2xx to CONNECT\n";
constexpr std::string_view cache_rows =
    "  client > GET {u} HTTP/1.1 | Host: {host} |\n"
    "  origin < request {u}\n"
    "  origin > HTTP/1.1 200 OK | Cache-Control: max-age=60 | Content-Length: 2 |\n"
    "         >> ok\n"
    "  client < response 200, body \"ok\"\n"
    "  client2 > GET {u} HTTP/1.1 | Host: {host} |\n"
    "  client2 < response 200, body \"ok\"\n"
    "  origin saw {u} once\n";

std::string why_no_proxy(const Stage& stage, const Played& played) {
  if (played.refused)
    return fmt::format("nothing listens on {}:{}", stage.target.address().to_string(),
                       stage.target.port());
  const bool came = stage.origin->accepted() > 0;
  const auto at = fmt::format("{}:{}", stage.origin->host(), stage.origin->address().port());
  if (!came)
    return fmt::format(
        "no connection of the proxy ever came to our origin at {}: {}. Configure the proxy to "
        "forward to that address, or name it with --origin, and with --advertise if the proxy "
        "reaches it by another name",
        at, played.seen.empty() ? "it answered by itself" : played.seen);
  return fmt::format("the proxy reached our origin at {} but its answer did not come back: {}",
                     at, played.seen);
}

/// A proxy that found our origin missing when it started, or looks after it from time to time,
/// needs a moment to see that it is there: what it answers by itself until then is not the end.
Task<Played> first_exchange(Stage& stage, const Case& script) {
  const auto until = Clock::now() + stage.reply;
  while (true) {
    auto played = co_await play(script, stage, calibrating("kcal0"));
    const bool answered =
        played.verdict != Verdict::pass && !played.refused && !played.at_bound;
    if (!answered || Clock::now() > until) co_return played;
    Timer pause(stage.io, between_tries);
    co_await pause.async_wait(no_throw);
  }
}

}  // namespace

bool Calibration::has(std::string_view need) const {
  if (need == "second-connection") return second_connection;
  if (need == "connect") return connect;
  if (need == "cache") return cache;
  return false;
}

Task<Calibration> calibrate_server(Stage& stage, Offer& offer) {
  Calibration calibration;
  {
    PlainClient first(stage);
    if (!co_await first.connected(stage.reply)) {
      calibration.why = fmt::format("{} on {}:{}",
                                    first.wire().opening == Opening::refused
                                        ? "nothing listens"
                                        : "no connection could be opened",
                                    stage.target.address().to_string(), stage.target.port());
      co_return calibration;
    }
  }
  Indulgence indulgence(stage.reply);
  ThreeAnswers answers;
  calibration.why = co_await find_answers(stage, indulgence, offer, answers);
  if (!calibration.why.empty()) co_return calibration;
  calibration.reached = true;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]) continue;
    calibration.persists = calibration.persists || answers[i]->persists;
    calibration.response_time = std::max(calibration.response_time, answers[i]->took);
    if (calibration.name.empty()) calibration.name = answers[i]->server;
    offer.set(answer_names[i], answers[i]->target);
    offer.answer[static_cast<std::size_t>(answer_names[i])] = answers[i]->answer;
  }
  co_await find_post(stage, indulgence, offer);
  const auto limit = std::max(least_second_connection, 20 * calibration.response_time);
  calibration.second_connection = co_await serves_second(stage, offer, limit);
  calibration.http10 = co_await answers_http10(stage, indulgence, offer);
  auto& found = calibration.found;
  found.emplace_back("response time",
                     fmt::format("{:.2f} ms", milliseconds(calibration.response_time)));
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (answers[i])
      found.emplace_back(
          fmt::format("{{{}}}", name_of(answer_names[i])),
          fmt::format("GET {} ({}{})", answers[i]->target, answers[i]->answer.status,
                      answers[i]->answer.content ? "" : ", content varies"));
  if (offer.has(Binding::post))
    found.emplace_back("{post}", "POST " + text_of(offer, Binding::post));
  found.emplace_back("keeps connections", yes_or_no(calibration.persists));
  found.emplace_back("answers HTTP/1.0", yes_or_no(calibration.http10));
  found.emplace_back("second connection", calibration.second_connection
                                              ? "served while the first idles"
                                              : "waits for the first: cases run one by one");
  co_return calibration;
}

Task<Calibration> calibrate_proxy(Stage& stage) {
  Calibration calibration;
  const auto script = conversation(plain_rows);
  const auto first = co_await first_exchange(stage, script);
  if (first.verdict != Verdict::pass || stage.origin->accepted() == 0) {
    calibration.why = why_no_proxy(stage, first);
    co_return calibration;
  }
  calibration.reached = true;
  Names names;
  auto listening = calibrating("kcal1");
  listening.passing = [&names](const Message& message) { names.hear(message); };
  const auto again = co_await play(script, stage, std::move(listening));
  calibration.name = names.best();
  calibration.response_time = again.time;
  calibration.persists = co_await passes(stage, twice_rows, "kcal2");
  calibration.http10 = co_await passes(stage, http10_rows, "kcal3");
  calibration.second_connection = co_await passes(stage, second_rows, "kcal4");
  calibration.connect = stage.forward && co_await passes(stage, connect_rows, "kcal5");
  calibration.cache = co_await passes(stage, cache_rows, "kcal6");
  auto& found = calibration.found;
  found.emplace_back("response time",
                     fmt::format("{:.2f} ms", milliseconds(calibration.response_time)));
  found.emplace_back(
      "our origin", fmt::format("{}:{}", stage.origin->host(), stage.origin->address().port()));
  found.emplace_back("keeps connections", yes_or_no(calibration.persists));
  found.emplace_back("answers HTTP/1.0", yes_or_no(calibration.http10));
  if (stage.forward) found.emplace_back("tunnels (CONNECT)", yes_or_no(calibration.connect));
  found.emplace_back("caches", yes_or_no(calibration.cache));
  found.emplace_back("second connection", calibration.second_connection
                                              ? "served while the first idles"
                                              : "waits for the first: cases run one by one");
  co_return calibration;
}

Task<std::string> control(Stage& stage) {
  static const auto script = conversation(plain_rows);
  const auto played = co_await play(script, stage, calibrating("kcontrol"));
  if (played.verdict == Verdict::pass) co_return std::string();
  co_return fmt::format("{}, {}", played.expected, played.seen);
}

}  // namespace connspec
