// A run made by hand with one of everything that a report has to show, hostile bytes included.
#pragma once

#include "harness/verdict.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace connspec {

/// In a test `Run` is GoogleTest's.
using ReportedRun = Run;

}  // namespace connspec

namespace connspec::samples {

inline std::chrono::nanoseconds ms(double milliseconds) {
  return std::chrono::microseconds(static_cast<long>(milliseconds * 1000));
}

inline Event event(double at, std::string lane, Event::Kind kind, std::string text,
                   std::vector<Settled> settled = {}) {
  auto size = text.size();
  return {.at = ms(at),
          .lane = std::move(lane),
          .kind = kind,
          .text = std::move(text),
          .size = size,
          .settled = std::move(settled)};
}

/// Content of which only `size` is known: that many times `x`.
inline Event content(double at, std::string lane, std::uint64_t size) {
  Event out = event(at, std::move(lane), Event::Kind::content, std::string(size, 'x'));
  out.size = size;
  return out;
}

inline Settled met(std::string row, int line) { return {.row = std::move(row), .line = line}; }

inline Settled unmet(std::string row, int line, std::string why = {}) {
  return {.row = std::move(row),
          .line = line,
          .outcome = Settled::Outcome::unmet,
          .why = std::move(why)};
}

inline Result result(std::string id, Verdict verdict) {
  return {.id = std::move(id),
          .title = "a request that follows the close option in the same write is not answered",
          .requirement =
              "A server ends the connection after it has answered a request that says close",
          .spec = "RFC 9112 section 9.6",
          .level = "MUST",
          .covers = {"R9112-9.6-04", "R9112-9.6-06"},
          .file = "server/close/option.convo",
          .line = 8,
          .verdict = verdict,
          .time = ms(0.612)};
}

/// The server went on answering after `close`.
inline Result served_after_close() {
  using Kind = Event::Kind;
  Result out = result("server/close/option/leaves-later-requests-alone", Verdict::fail);
  out.reason = "expected-end-got-response";
  out.expected = "expected end";
  out.seen = "got a response 404 of 153 bytes";
  out.plays = 2;
  out.again =
      "connspec server http://127.0.0.1:8080 server/close/option/leaves-later-requests-alone";
  out.transcript = {
      event(0.0, "client", Kind::note, "127.0.0.1:41022 to 127.0.0.1:8080"),
      event(0.1, "client", Kind::sent,
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n"
            "GET /connspec-none HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"),
      event(0.4, "client", Kind::head, "HTTP/1.1 200 OK\r\nContent-Length: 612\r\n\r\n",
            {met("response {a}", 18)}),
      content(0.4, "client", 612),
      event(0.5, "client", Kind::head, "HTTP/1.1 404 Not Found\r\nContent-Length: 153\r\n\r\n",
            {unmet("end", 18, "expected end, got a response 404 of 153 bytes")}),
      content(0.5, "client", 153),
      event(0.6, "client", Kind::end, "end by FIN"),
  };
  return out;
}

/// A proxy made a whole message of a cut one.
inline Result launders() {
  using Kind = Event::Kind;
  Result out = result("proxy/incomplete/origin-cut/shows-the-cut/in-chunk/close/http-1.1",
                      Verdict::fail);
  out.title = "a client of HTTP/1.1 sees that the origin closed in a chunk";
  out.requirement = "A response that the origin cut short does not arrive looking whole";
  out.spec = "RFC 9112 section 8";
  out.level = "PROSE";
  out.covers = {"R9112-8-04"};
  out.file = "proxy/incomplete/origin-cut.convo";
  out.line = 12;
  out.reason = "launders";
  out.taken = "launders";
  out.expected = "expected one of the other ways";
  out.seen = "got response 200";
  out.time = ms(2.031);
  out.allowed = {{"refused", "response 502|504"},
                 {"shown", "response, cut short"},
                 {"nothing", "end"},
                 {"cannot-tell", "response 200, framed by end"}};
  out.again =
      "connspec proxy http://127.0.0.1:3128 --forward "
      "proxy/incomplete/origin-cut/shows-the-cut/in-chunk/close/http-1.1";
  out.transcript = {
      event(0.0, "client", Kind::note, "127.0.0.1:52210 to 127.0.0.1:3128"),
      event(0.1, "client", Kind::sent,
            "GET http://127.0.0.4:7001/k7f3a/u HTTP/1.1\r\nHost: 127.0.0.4:7001\r\n\r\n"),
      event(0.6, "origin", Kind::note, "127.0.0.1:33004, fresh connection 12"),
      event(0.6, "origin", Kind::head,
            "GET /k7f3a/u HTTP/1.1\r\nHost: 127.0.0.4:7001\r\nVia: 1.1 squid\r\n\r\n",
            {met("request {u}", 20)}),
      event(0.7, "origin", Kind::sent,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"),
      event(0.7, "origin", Kind::act, "close"),
      event(1.9, "client", Kind::head, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            {unmet("refused: response 502|504", 25, "expected 502|504, got 200"),
             unmet("shown: response, cut short", 26, "expected a cut, got a whole message"),
             met("launders (wrong): response 200", 29)}),
      event(1.9, "client", Kind::content, "3\r\nhel\r\n0\r\n\r\n"),
  };
  return out;
}

inline std::string_view hostile_bytes() {
  static constexpr char bytes[] =
      "HTTP/1.1 200 \x1b[2J\x1b]0;owned\x07\r\n"
      "X-Nul: a\0b\r\n"
      "X-Utf8: \xc3\x28\xff\xfe \xe2\x80\xae\r\n"
      "X-Xml: ]]> <![CDATA[ &amp; <script> \"'\r\n"
      "X-Bare: \r \n"
      "\r\n";
  return {bytes, sizeof bytes - 1};
}

/// What a target can send to upset a terminal, an XML reader or a transcript.
inline Result hostile() {
  using Kind = Event::Kind;
  Result out = result("server/framing/garbage/is-quoted", Verdict::fail);
  out.title = "a head is made of lines";
  out.requirement = "A response begins with a status line";
  out.spec = "RFC 9112 section 4";
  out.covers = {"R9112-4-01"};
  out.file = "server/framing/garbage.convo";
  out.line = 3;
  out.reason = "garbage";
  out.expected = "expected response {a}";
  out.seen = "got \"" + std::string(hostile_bytes().substr(0, 40)) + "\x9b" + "31m ]]>\n\"";
  out.again = "connspec server http://127.0.0.1:8080 server/framing/garbage/is-quoted";
  std::string long_line = "X-Long: ";
  for (int i = 0; i < 300; ++i) long_line += static_cast<char>('a' + i % 26);
  std::string many_lines;
  for (int i = 0; i < 12; ++i) many_lines += "line " + std::to_string(i) + "\n";
  Event endless = event(3.0, "client", Kind::content, many_lines + std::string(2, '\0'));
  endless.size = 4'000'000;
  out.transcript = {
      event(0.1, "client", Kind::sent,
            "GET / HTTP/1.1\r\nX-Pad: " + std::string(8000, 'a') +
                "\r\nX-Odd: a | b \r\nX-Json: {host} {\"a\": 1}\r\n\r\n"),
      event(0.2, "client", Kind::sent,
            std::string("1\r\nx\r\n1\r\nx\r\n1\r\nx\r\n1\r\nx\r\n1\r\nx\r\n1\r\nx\r\n1\r\nx\r\n"
                        "1\r\nx\r\n1\r\nx\r\n1\r\nx\r\n1\r\nx\r\n0\r\n\r\n\0\\",
                        74)),
      event(1.0, "client", Kind::head, std::string(hostile_bytes()),
            {unmet("response {a}", 9, "expected response {a}, got \x1b[31mred\n")}),
      event(2.0, "client", Kind::head, "HTTP/1.1 200 OK\r\n" + long_line + "\r\n\r\n"),
      std::move(endless),
      event(4.0, "client", Kind::end, "end by RST"),
  };
  return out;
}

/// Two SHOULDs, an observation, three skipped, two inconclusive, two unstable, one that passed.
inline std::vector<Result> others() {
  using Kind = Event::Kind;
  Result pass = result("server/persist/default/stays-open", Verdict::pass);
  pass.file = "server/persist/default.convo";

  Result departs = result("server/graceful/no-reset/after-upload", Verdict::departs);
  departs.level = "SHOULD";
  departs.requirement = "A server that refuses an upload does not reset the connection";
  departs.file = "server/graceful/no-reset.convo";
  departs.reason = "expected-fin-got-rst";
  departs.expected = "expected end by FIN";
  departs.seen = "got the end by RST";
  departs.again = "connspec server http://127.0.0.1:8080 server/graceful/no-reset/after-upload";
  departs.transcript = {
      event(0.1, "client", Kind::sent, "POST / HTTP/1.1\r\n\r\n"),
      event(0.2, "client", Kind::end, "end by RST",
            {unmet("end by FIN", 9, "expected end by FIN, got the end by RST")}),
  };

  Result observed = result("server/half-close/answered/one-write", Verdict::observed);
  observed.level = "OBSERVE";
  observed.taken = "answers";
  observed.file = "server/half-close/answered.convo";

  Result skipped = result("server/expect/body-withheld/large", Verdict::skipped);
  skipped.reason = "needs-sink";
  skipped.seen = "the target declares no {sink}";
  skipped.plays = 0;
  skipped.time = {};
  Result skipped2 = skipped;
  skipped2.id = "server/expect/body-withheld/small";
  Result given = result("server/http10/keep-alive/keeps-its-promise", Verdict::skipped);
  given.reason = "given";
  given.expected = "given response {a}, says keep-alive";
  given.seen = "the options are: close";
  given.transcript = {
      event(0.1, "client", Kind::sent,
            "GET / HTTP/1.0\r\nHost: 127.0.0.1:8080\r\nConnection: keep-alive\r\n\r\n"),
      event(0.3, "client", Kind::head, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
            {unmet("response {a}, says keep-alive", 9, "the options are: close")}),
  };

  Result lost = result("server/timeout/idle/closes", Verdict::inconclusive);
  lost.reason = "target-busy";
  lost.seen = "the target did not answer its control conversation for 3 s";
  Result lost2 = lost;
  lost2.id = "server/timeout/idle/says-408";

  Result unstable = result("server/pipeline/order/of-two", Verdict::pass);
  unstable.unstable = true;
  unstable.first_reason = "nothing-came";
  unstable.plays = 2;
  Result unstable_fail = result("server/pipeline/order/of-three", Verdict::fail);
  unstable_fail.unstable = true;
  unstable_fail.first_reason = "nothing-came";
  unstable_fail.reason = "wrong-answer";
  unstable_fail.expected = "response {b}";
  unstable_fail.seen = "a response 200 of 612 bytes";
  unstable_fail.plays = 2;
  return {pass,  departs, observed, skipped,  skipped2,
          given, lost,    lost2,    unstable, unstable_fail};
}

inline Run run() {
  Run out{.version = "0.1.0",
          .role = "server",
          .target = "http://127.0.0.1:8080",
          .hostname = "ci-7",
          .started = "2026-06-04T09:12:33",
          .environment = {{"round trip", "0.4 ms"},
                          {"answers",
                           "{a} GET / 200 of 612 bytes, {b} GET /connspec-none 404, "
                           "{c} DELETE / 405"},
                          {"HTTP/1.0", "answered"}},
          .results = others(),
          .notes = {"declaring {sink} would play 2 more cases",
                    "3 requests that no case asked for came to the origin: GET /\x1b[7m"},
          .time = ms(421),
          .longest_wait = ms(250)};
  out.results.push_back(served_after_close());
  out.results.push_back(hostile());
  return out;
}

/// The same case as in `run`, played through a proxy, and one of the proxy's own.
inline Run proxy_run() {
  Run out{.version = "0.1.0",
          .role = "forward",
          .target = "http://127.0.0.1:3128",
          .hostname = "ci-7",
          .started = "2026-06-04T09:12:34",
          .time = ms(1234),
          .longest_wait = ms(1000)};
  out.results = {result("server/persist/default/stays-open", Verdict::pass), launders()};
  return out;
}

}  // namespace connspec::samples
