// Captures, read by the dissectors of those who will open them: tshark.
#include "reports/capture.hpp"

#include "reports/capture_fill.hpp"
#include "tests/child_process.hpp"
#include "tests/report_samples.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace connspec {
namespace {

namespace fs = std::filesystem;
using Kind = Event::Kind;

/// A folder of this test's own, gone at the end.
class Captures : public testing::Test {
 protected:
  Captures()
      : path_(fs::temp_directory_path() / ("connspec-capture-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Captures() override {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  std::string written(const Result& result, const ReportedRun& run = {}) {
    std::string path = (path_ / "case.pcapng").string();
    std::ofstream(path, std::ios::binary) << capture(result, run);
    return path;
  }

  static std::string tshark(const std::string& path, std::vector<std::string> words) {
    words.insert(words.begin(), {"tshark", "-n", "-o", "tcp.check_checksum:TRUE", "-o",
                                 "ip.check_checksum:TRUE", "-r", path});
    const auto finished = connspec::run(words);
    EXPECT_EQ(finished.status, 0) << finished.errors;
    return finished.output;
  }

  /// Rows of what Wireshark would mark: none in a sound capture.
  static std::string troubles(const std::string& path) {
    return tshark(path, {"-Y",
                         "_ws.malformed || tcp.checksum.status == \"Bad\" || "
                         "ip.checksum.status == \"Bad\" || tcp.analysis.lost_segment || "
                         "tcp.analysis.ack_lost_segment || tcp.analysis.retransmission || "
                         "tcp.analysis.out_of_order || tcp.analysis.window_full || "
                         "tcp.analysis.duplicate_ack || tcp.analysis.reused_ports"});
  }

  /// The fields of all packets that a filter lets through, a row a packet.
  static std::string fields(const std::string& path, const std::string& filter,
                            const std::vector<std::string>& names) {
    std::vector<std::string> words = {"-Y", filter, "-T", "fields"};
    for (const auto& name : names) words.insert(words.end(), {"-e", name});
    return tshark(path, words);
  }

  fs::path path_;
};

Result conversation(std::vector<Event> events) {
  Result result = samples::result("server/some/requirement/case", Verdict::fail);
  result.transcript = std::move(events);
  return result;
}

Event note(double at, std::string lane, std::string text) {
  return samples::event(at, std::move(lane), Kind::note, std::move(text));
}

Event opened() { return note(0.1, "client", "127.0.0.1:41022 to 127.0.0.1:8080"); }

Event sent(double at, std::string text) {
  return samples::event(at, "client", Kind::sent, std::move(text));
}

Event came(double at, Kind kind, std::string text) {
  return samples::event(at, "client", kind, std::move(text));
}

const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(Captures, ShowTheMessagesOfAFailure) {
  const auto path = written(samples::served_after_close(), samples::run());
  EXPECT_EQ(troubles(path), "");
  EXPECT_EQ(fields(path, "http.response", {"http.response.code", "http.content_length"}),
            "200\t612\n404\t153\n");
  EXPECT_EQ(fields(path, "tcp.flags.syn == 1 && tcp.flags.ack == 0",
                   {"ip.src", "tcp.srcport", "ip.dst", "tcp.dstport"}),
            "127.0.0.1\t41022\t127.0.0.1\t8080\n");
  EXPECT_EQ(fields(path, "tcp.flags.fin == 1", {"tcp.srcport"}), "8080\n");
}

TEST_F(Captures, SayWhatTheyAre) {
  const auto path = written(samples::served_after_close(), samples::run());
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  for (const auto* words :
       {"server/close/option/leaves-later-requests-alone", "The boundaries of packets",
        "reconstructed", "A server ends the connection after it has answered",
        "no packet was captured"})
    EXPECT_NE(bytes.find(words), bytes.npos) << words;
  EXPECT_EQ(bytes.find("connspec kept"), bytes.npos);
}

TEST_F(Captures, HaveBothSidesOfAProxy) {
  auto run = samples::proxy_run();
  run.environment.emplace_back("our origin", "127.0.0.4:7001");
  const auto path = written(samples::launders(), run);
  EXPECT_EQ(troubles(path), "");
  EXPECT_EQ(fields(path, "tcp.flags.syn == 1 && tcp.flags.ack == 0",
                   {"tcp.srcport", "ip.dst", "tcp.dstport"}),
            "52210\t127.0.0.1\t3128\n33004\t127.0.0.4\t7001\n");
  EXPECT_EQ(fields(path, "http.request", {"tcp.dstport", "http.request.uri"}),
            "3128\thttp://127.0.0.4:7001/k7f3a/u\n7001\t/k7f3a/u\n");
  EXPECT_EQ(fields(path, "tcp.flags.fin == 1", {"tcp.srcport"}), "7001\n");
}

TEST_F(Captures, KnowVersion6OnAnyPort) {
  const auto path =
      written(conversation({note(0.1, "client", "::1:41022 to ::1:39999"), sent(0.2, get),
                            came(0.4, Kind::head, "HTTP/1.1 204 No Content\r\n\r\n"),
                            came(0.5, Kind::end, "end by FIN")}));
  EXPECT_EQ(troubles(path), "");
  EXPECT_EQ(fields(path, "http.response", {"ipv6.src", "tcp.srcport", "http.response.code"}),
            "::1\t39999\t204\n");
  EXPECT_EQ(tshark(path, {"-d", "tcp.port==39999,http", "-Y", "http.response", "-T", "fields",
                          "-e", "http.response.code"}),
            "204\n");
}

TEST_F(Captures, TellAnRstFromAFinAndShowOneBehindTheOther) {
  const auto path = written(
      conversation({opened(), sent(0.2, get), came(0.4, Kind::head, "HTTP/1.1 204 No\r\n\r\n"),
                    came(0.5, Kind::end, "end by FIN"), came(0.6, Kind::end, "end by RST")}));
  EXPECT_EQ(troubles(path), "");
  EXPECT_EQ(fields(path, "tcp.flags.fin == 1 || tcp.flags.reset == 1",
                   {"tcp.srcport", "tcp.flags.fin", "tcp.flags.reset"}),
            "8080\t1\t0\n8080\t0\t1\n");
}

TEST_F(Captures, PutOurEndsBehindWhatWasStillToBeSent) {
  for (const std::string act : {"half-close", "close", "reset"}) {
    const auto path =
        written(conversation({opened(), came(0.2, Kind::act, act),
                              sent(0.3, "GET / HTTP/1.1\r\n"), sent(0.9, "Host: a\r\n\r\n")}));
    EXPECT_EQ(troubles(path), "") << act;
    const auto last =
        fields(path, "tcp.srcport == 41022", {"tcp.len", "tcp.flags.fin", "tcp.flags.reset"});
    EXPECT_TRUE(last.find(act == "reset" ? "\n0\t0\t1\n" : "\n0\t1\t0\n") != last.npos) << last;
    EXPECT_EQ(fields(path, "http.request", {"http.host"}), "a\n") << act;
  }
}

TEST_F(Captures, ShowARefusedConnection) {
  const auto path =
      written(conversation({note(0.1, "client", "no connection to 127.0.0.1:8080")}));
  EXPECT_EQ(troubles(path), "");
  EXPECT_EQ(
      fields(path, "tcp", {"tcp.dstport", "tcp.flags.syn", "tcp.flags.reset"}).substr(0, 9),
      "8080\t1\t0\n");
  EXPECT_EQ(fields(path, "tcp.flags.reset == 1", {"tcp.srcport"}), "8080\n");
}

TEST_F(Captures, HaveInterimResponsesAndTunnels) {
  const auto path = written(conversation(
      {opened(), sent(0.2, "CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n"),
       came(0.3, Kind::head, "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"),
       came(0.4, Kind::head, "HTTP/1.1 200 OK\r\n\r\n"),
       sent(0.5, std::string("\0\x01octets", 8)), came(0.6, Kind::content, "pong")}));
  EXPECT_EQ(troubles(path), "");
  EXPECT_EQ(fields(path, "http.response", {"http.response.code"}), "103\n200\n");
  EXPECT_EQ(fields(path, "http.request", {"http.request.method"}), "CONNECT\n");
}

TEST_F(Captures, KeepTheLengthOfWhatWasNotKept) {
  auto body = came(0.5, Kind::content, std::string(4000, 'a'));
  body.size = 4'194'304;
  const auto path = written(conversation(
      {opened(), sent(0.2, get),
       came(0.4, Kind::head, "HTTP/1.1 200 OK\r\nContent-Length: 4194304\r\n\r\n"), body,
       came(0.7, Kind::head, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")}));
  EXPECT_EQ(troubles(path), "");
  EXPECT_EQ(fields(path, "http.response", {"http.response.code", "http.content_length"}),
            "200\t4194304\n404\t0\n");
  EXPECT_EQ(fields(path, "ip.len > 65535", {"ip.len"}), "");
  EXPECT_NE(fields(path, "frame.comment", {"frame.comment"})
                .find("connspec kept 4000 of these 4194304 bytes"),
            std::string::npos);
}

/// A body without end fills no disk: of what is made up there are headers alone.
TEST_F(Captures, AreSmallWhereSomebodySentWithoutEnd) {
  auto body = came(0.5, Kind::content, std::string(4000, 'a'));
  body.size = 64'000'000;
  const auto path = written(
      conversation({opened(), sent(0.2, get), came(0.4, Kind::head, "HTTP/1.1 200 OK\r\n\r\n"),
                    body, came(0.7, Kind::end, "end by FIN")}));
  EXPECT_EQ(troubles(path), "");
  EXPECT_LT(fs::file_size(path), 1'000'000U);
  EXPECT_EQ(fields(path, "tcp.flags.fin == 1", {"tcp.seq"}), "64000020\n");
}

TEST_F(Captures, KeepChunksChunks) {
  auto body = came(0.5, Kind::content, "3e8\r\n" + std::string(500, 'a'));
  body.size = 9'999;
  const auto path = written(conversation(
      {opened(), sent(0.2, get),
       came(0.4, Kind::head, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), body,
       came(0.7, Kind::head, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")}));
  EXPECT_EQ(troubles(path), "");
  EXPECT_EQ(fields(path, "http.response", {"http.response.code"}), "200\n404\n");
}

/// The transcript of both lanes has what came on the connection that they share.
TEST_F(Captures, PutTwoLanesOfOneConnectionTogether) {
  using samples::event;
  const std::string one = "GET /k/u HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string two = "GET /k/u2 HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string answer = "HTTP/1.1 204 No Content\r\n\r\n";
  const auto path = written(conversation(
      {event(0.2, "origin", Kind::head, one),
       event(0.3, "origin", Kind::note, "127.0.0.1:33004, fresh connection 12"),
       event(0.4, "origin", Kind::sent, answer), event(0.5, "origin", Kind::head, two),
       event(0.5, "origin2", Kind::head, two),
       event(0.6, "origin2", Kind::note, "127.0.0.1:33004, connection 12"),
       event(0.7, "origin", Kind::sent, answer), event(0.7, "origin2", Kind::sent, answer)}));
  EXPECT_EQ(troubles(path), "");
  EXPECT_EQ(fields(path, "http.request", {"http.request.uri"}), "/k/u\n/k/u2\n");
  EXPECT_EQ(fields(path, "http.response", {"http.response.code"}), "204\n204\n");
  EXPECT_EQ(fields(path, "tcp.flags.syn == 1 && tcp.flags.ack == 0", {"tcp.srcport"}),
            "33004\n");
}

TEST_F(Captures, AreSoundWhateverAMutantDoes) {
  const std::vector<std::vector<std::string>> plays = {
      {"s-serve-after-close"},  {"s-early-413-rst"},       {"s-100-after-final"},
      {"s-close-chunked"},      {"p-launder-chunked"},     {"p-tunnel-fin-kills"},
      {"p-connect-optimistic"}, {"p-tunnel-reset-ignored"}};
  for (const auto& play : plays) {
    const auto out = (path_ / play.front()).string();
    connspec::run({CONNSPEC_PROGRAM, "demo", "--mutant", play.front(), "--out", out, "-q"});
    std::size_t captures = 0;
    std::size_t with_http = 0;
    for (const auto& entry : fs::recursive_directory_iterator(out)) {
      if (entry.path().extension() != ".pcapng" || ++captures > 6) continue;
      EXPECT_EQ(troubles(entry.path().string()), "") << entry.path();
      with_http += tshark(entry.path().string(), {"-Y", "http"}).empty() ? 0 : 1;
    }
    EXPECT_GT(captures, 0U) << play.front();
    EXPECT_GT(with_http, 0U) << play.front();
  }
}

TEST(CaptureFill, EndsChunksWhereTheyHaveToEnd) {
  for (std::size_t size = 30; size < 700; ++size) {
    const auto text = filled_up("5\r\nhello\r\n14\r\nabc", size, true, true);
    ASSERT_EQ(text.size(), size);
    constexpr std::size_t with_last_chunk = 41;
    constexpr std::size_t smallest_chunk = 6;
    const bool fits = size == with_last_chunk || size >= with_last_chunk + smallest_chunk;
    EXPECT_EQ(text.ends_with("x\r\n0\r\n\r\n"), fits) << size << ' ' << text;
  }
}

TEST(CaptureFill, LeavesACutMessageCut) {
  const auto text = filled_up("5\r\nhel", 12, true, false);
  EXPECT_EQ(text.size(), 12U);
  EXPECT_EQ(text.find("0\r\n\r\n"), std::string::npos);
  EXPECT_EQ(filled_up("abc", 5, false, true), "abcxx");
  EXPECT_EQ(filled_up("abc", 3, true, true), "abc");
}

}  // namespace
}  // namespace connspec
