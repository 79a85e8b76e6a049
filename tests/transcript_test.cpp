#include "reports/transcript.hpp"

#include "reports/byte_rows.hpp"
#include "reports/text.hpp"
#include "tests/golden.hpp"
#include "tests/report_samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace connspec {
namespace {

using Kind = Event::Kind;

std::vector<std::string> rows_of_text(std::string_view bytes) {
  std::vector<std::string> rows;
  for (const ByteRow& row : rows_of(bytes, '>', 100, 100'000).rows)
    rows.push_back(row.mark + " " + row.text);
  return rows;
}

std::string played(std::vector<Event> events, const Style& style = {}) {
  Result result = samples::result("server/a/b/c", Verdict::pass);
  result.transcript = std::move(events);
  return transcript(result, style);
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find('\n', begin);
    widest = std::max(widest, text::columns_of(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return widest;
}

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(
      text, [](char byte) { return byte == '\n' || (byte >= ' ' && byte <= '~'); });
}

std::string golden_pages(const Style& style) {
  std::string out;
  for (const ReportedRun& run : {samples::run(), samples::proxy_run()})
    for (const Result& result : run.results)
      out += transcript_page(result, style, whole_extent) + "\n";
  return out;
}

TEST(Transcript, IsTheGoldenTextAt100Columns) {
  std::string pages = golden_pages({.width = 100});
  EXPECT_EQ(pages, golden("transcripts-100.txt", pages));
}

TEST(Transcript, IsTheGoldenTextAt80ColumnsInAscii) {
  std::string pages = golden_pages({.width = 80, .ascii = true});
  EXPECT_EQ(pages, golden("transcripts-80-ascii.txt", pages));
}

TEST(Transcript, OfHostileBytesIsPrintableAsciiWithinItsWidth) {
  for (int width : {60, 80, 100}) {
    std::string rows = transcript(samples::hostile(), {.width = width, .ascii = true});
    EXPECT_TRUE(is_printable_ascii(rows)) << rows;
    EXPECT_LE(widest_line(rows), static_cast<std::size_t>(width)) << rows;
  }
}

TEST(Transcript, ShowsEveryByteValueAsPrintableAscii) {
  std::string all;
  for (int value = 0; value < 256; ++value) all += static_cast<char>(value);
  for (Kind kind : {Kind::note, Kind::sent, Kind::head, Kind::content, Kind::act, Kind::end}) {
    std::string rows =
        played({samples::event(1, all, kind, all, {samples::unmet(all, 1, all)})},
               {.width = 100, .ascii = true});
    EXPECT_TRUE(is_printable_ascii(rows)) << rows;
  }
}

TEST(Transcript, EndsALineInCrlfAsARowAndAnythingElseExactly) {
  EXPECT_EQ(rows_of_text("GET / HTTP/1.1\r\n\r\nhel"),
            (std::vector<std::string>{"> GET / HTTP/1.1", "> ", ">> hel"}));
  EXPECT_EQ(rows_of_text("bare\nhalf\r"),
            (std::vector<std::string>{">> bare\\n", ">> half\\r"}));
}

TEST(Transcript, EscapesWhatTheLanguageWouldTakeForSomethingElse) {
  EXPECT_EQ(rows_of_text("a | b |\r\n"), (std::vector<std::string>{"> a \\| b \\|"}));
  EXPECT_EQ(rows_of_text("{host} {\"x\"}\r\n"),
            (std::vector<std::string>{"> \\{host} {\"x\"}"}));
  EXPECT_EQ(rows_of_text("blank \r\n"), (std::vector<std::string>{"> blank\\x20"}));
  EXPECT_EQ(rows_of_text("back\\slash\r\n"), (std::vector<std::string>{"> back\\\\slash"}));
}

TEST(Transcript, FoldsALongRunOfOneByteAndNotAShortOne) {
  EXPECT_EQ(rows_of_text("X: " + std::string(400, 'x') + "\r\n"),
            (std::vector<std::string>{">> X:\\x20", ">* 400 \"x\"", ">> \\r\\n"}));
  EXPECT_EQ(rows_of_text(std::string(63, 'x') + "\r\n"),
            (std::vector<std::string>{"> " + std::string(63, 'x')}));
}

TEST(Transcript, FoldsLinesThatComeAgainAndAgain) {
  std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += request;
  EXPECT_EQ(
      rows_of_text(requests + "end\r\n"),
      (std::vector<std::string>{">* 50 \"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\"", "> end"}));
}

TEST(Transcript, CountsWhatItLeavesOut) {
  Event sent = samples::event(0, "client", Kind::sent, "a\r\n");
  sent.size = 1'000'000;
  EXPECT_NE(played({sent}, {.ascii = true}).find(">> ... 1000000 bytes in all"),
            std::string::npos);
}

TEST(Transcript, ShowsAnOrdinaryBodyAsItsSize) {
  Event head =
      samples::event(1, "client", Kind::head, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
  EXPECT_EQ(played({head, samples::content(1, "client", 9)}, {.ascii = true}),
            "     1.0  client < HTTP/1.1 200 OK\n"
            "                 < Content-Length: 9\n"
            "                 < ... 9 bytes\n");
}

TEST(Transcript, ShowsHowMuchOfABodyIsMissing) {
  Event head =
      samples::event(1, "client", Kind::head, "HTTP/1.1 200 OK\r\ncontent-length:9\r\n\r\n");
  EXPECT_NE(played({head, samples::content(2, "client", 3)}, {.ascii = true})
                .find("     2.0  client < ... 3 of 9 bytes\n"),
            std::string::npos);
}

TEST(Transcript, ShowsChunksByteForByte) {
  Event head = samples::event(1, "client", Kind::head,
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                              "Content-Length: 4\r\n\r\n");
  Event content = samples::event(1, "client", Kind::content, "0\r\n\r\n");
  EXPECT_NE(played({head, content}).find("                 << 0\\r\\n\\r\\n\n"),
            std::string::npos);
}

TEST(Transcript, KeepsALongHeaderLineWhole) {
  std::string value;
  for (int i = 0; i < 150; ++i) value += std::to_string(i);
  std::string rows =
      played({samples::event(0, "client", Kind::head, "X: " + value + "\r\n\r\n")});
  std::erase_if(rows, [](char byte) { return byte == ' ' || byte == '\n'; });
  EXPECT_NE(rows.find(value), std::string::npos) << rows;
}

TEST(Transcript, FoldsTheSameEventAgainAndAgainUpToTheOneThatSettles) {
  std::vector<Event> events(
      1000, samples::event(5, "client", Kind::head, "HTTP/1.1 100 Continue\r\n\r\n"));
  events.back().settled = {samples::met("response 200", 7)};
  events.push_back(samples::event(6, "client", Kind::end, "end by FIN"));
  EXPECT_EQ(played(events),
            "     5.0  client < HTTP/1.1 100 Continue"
            "                                  response 200     met   :7\n"
            "                 <\n"
            "                 * the same 999 times more, the last at 5.0\n"
            "     6.0  client < end by FIN"
            "                                             (not asked for)\n");
}

TEST(Transcript, JoinsManySmallWritesAndSaysSo) {
  std::vector<Event> events;
  for (char byte : std::string("GET / HTTP/1.1\r\n"))
    events.push_back(samples::event(1, "client", Kind::sent, std::string(1, byte)));
  EXPECT_EQ(played(events),
            "     1.0  client > GET / HTTP/1.1\n"
            "                 * in 16 writes, the last at 1.0\n");
}

TEST(Transcript, KeepsTwoWritesApart) {
  EXPECT_EQ(played({samples::event(1, "client", Kind::sent, "GET / HT"),
                    samples::event(2, "client", Kind::sent, "TP/1.1\r\n")}),
            "     1.0  client >> GET / HT\n"
            "     2.0  client > TP/1.1\n");
}

TEST(Transcript, ShowsARowThatWasSettledWhereNothingHappened) {
  EXPECT_EQ(played({samples::event(3000, "client", Kind::note, "",
                                   {samples::unmet("response {u}", 54)})}),
            "  3000.0  client                                                         "
            " response {u}     unmet :54\n");
}

TEST(Transcript, CountsOneByteAsOne) {
  Event head =
      samples::event(1, "client", Kind::head, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n");
  EXPECT_NE(
      played({head, samples::content(1, "client", 1)}, {.ascii = true}).find("< ... 1 byte\n"),
      std::string::npos);
}

TEST(Transcript, OfTooManyRowsShowsTheFirstAndTheLast) {
  Result result = samples::result("server/a/b/c", Verdict::fail);
  for (int i = 0; i < 1000; ++i)
    result.transcript.push_back(
        samples::event(i, "client", Kind::note, "event " + std::to_string(i)));
  std::string rows = transcript(result, {.ascii = true}, {.rows = 30});
  EXPECT_EQ(std::ranges::count(rows, '\n'), 31);
  EXPECT_NE(rows.find("event 9\n"), std::string::npos);
  EXPECT_NE(rows.find("...  970 more rows\n"), std::string::npos);
  EXPECT_EQ(rows.find("event 10\n"), std::string::npos);
  EXPECT_NE(rows.find("event 999\n"), std::string::npos);
}

TEST(Transcript, PutsInCapitalsWhatDecidedAgainstTheTarget) {
  std::string rows = transcript(samples::launders(), {});
  EXPECT_NE(rows.find("MET   :29"), std::string::npos) << rows;
  EXPECT_NE(rows.find("unmet :25"), std::string::npos) << rows;
  EXPECT_EQ(rows.find("UNMET"), std::string::npos) << rows;
}

TEST(Transcript, ColoursOnlyWhereAskedTo) {
  Style coloured{.width = 100, .colour = true};
  EXPECT_NE(transcript(samples::launders(), coloured).find('\x1b'), std::string::npos);
  EXPECT_EQ(transcript(samples::launders(), {}).find('\x1b'), std::string::npos);
}

TEST(Transcript, OfAMegabyteInOneByteLinesIsQuickAndShort) {
  std::string lines;
  for (int i = 0; i < 250'000; ++i)
    lines += static_cast<char>('a' + i % 7) + std::string("\r\n");
  std::string rows = played({samples::event(0, "client", Kind::sent, lines)});
  EXPECT_LT(rows.size(), 10'000U);
}

}  // namespace
}  // namespace connspec
