#include "harness/message_reader.hpp"

#include "tests/wires.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

using namespace wires;
using State = Message::State;

/// One message, and how it reads.
struct Sample {
  const char* name = "";
  ReadAs as = ReadAs::response;
  std::string head = {};
  std::string content = {};  ///< As it is on the wire.
  Framing framing = Framing::none;
  std::string decoded = {};
  int status = 200;
};

const Sample samples[] = {
    {"Length", ReadAs::response, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "hello",
     Framing::length, "hello"},
    {"LengthZero", ReadAs::response, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "",
     Framing::length, ""},
    {"LengthWithZerosInFront", ReadAs::response,
     "HTTP/1.1 200 OK\r\nContent-Length: 0005\r\n\r\n", "hello", Framing::length, "hello"},
    {"ContentLikeAHead", ReadAs::response, "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n",
     "HTTP/1.1 200 OK\r\n\r\n", Framing::length, "HTTP/1.1 200 OK\r\n\r\n"},
    {"Chunks", ReadAs::response, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
     "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", Framing::chunks, "hello"},
    {"ChunksNone", ReadAs::response, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
     "0\r\n\r\n", Framing::chunks, ""},
    {"ChunksWithExtensions", ReadAs::response,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
     "3;a=b\r\nhel\r\n02;c;d=\"e;f\"\r\nlo\r\n0;last\r\n\r\n", Framing::chunks, "hello"},
    {"ChunksWithTrailers", ReadAs::response,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
     "A\r\n0123456789\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n", Framing::chunks, "0123456789"},
    {"ChunksWithTrailersThatWouldFrame", ReadAs::response,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
     "5\r\nhello\r\n0;x\r\nContent-Length: 7\r\nTransfer-Encoding: gzip\r\n\r\n",
     Framing::chunks, "hello"},
    {"ChunkedInCapitals", ReadAs::response,
     "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n", "1\r\nx\r\n0\r\n\r\n",
     Framing::chunks, "x"},
    {"Head", ReadAs::response_to_head, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "",
     Framing::none, ""},
    {"HeadOfChunks", ReadAs::response_to_head,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "", Framing::none, ""},
    {"HeadWithoutFraming", ReadAs::response_to_head, "HTTP/1.1 200 OK\r\n\r\n", "",
     Framing::none, ""},
    {"NoContent", ReadAs::response, "HTTP/1.1 204 No Content\r\n\r\n", "", Framing::none, "",
     204},
    {"NoContentWithLength", ReadAs::response,
     "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "", Framing::none, "", 204},
    {"NotModified", ReadAs::response,
     "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\n", "", Framing::none,
     "", 304},
    {"Switching", ReadAs::response,
     "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", "",
     Framing::none, "", 101},
    {"Continue", ReadAs::response, "HTTP/1.1 100 Continue\r\n\r\n", "", Framing::none, "", 100},
    {"EarlyHints", ReadAs::response, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", "",
     Framing::none, "", 103},
    {"Connect", ReadAs::response_to_connect,
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "",
     Framing::none, ""},
    {"ConnectRefused", ReadAs::response_to_connect,
     "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\n", "no", Framing::length, "no", 403},
    {"LengthAndChunks", ReadAs::response,
     "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
     "5\r\nhello\r\n0\r\n\r\n", Framing::chunks, "hello"},
    {"ChunksAndLength", ReadAs::response,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
     "5\r\nhello\r\n0\r\n\r\n", Framing::chunks, "hello"},
    {"TwoEqualLengths", ReadAs::response,
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", "hello",
     Framing::length, "hello"},
    {"Http10", ReadAs::response, "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", "hello",
     Framing::length, "hello"},
    {"FoldedLine", ReadAs::response,
     "HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\nContent-Length: 1\r\n\r\n", "x", Framing::length,
     "x"},
    {"NoReason", ReadAs::response, "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\n", "x",
     Framing::length, "x"},
    {"Get", ReadAs::request, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "", Framing::none, "", 0},
    {"Post", ReadAs::request, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
     "hello", Framing::length, "hello", 0},
    {"PostInChunks", ReadAs::request,
     "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
     "5\r\nhello\r\n0\r\n\r\n", Framing::chunks, "hello", 0},
    {"PostWithBoth", ReadAs::request,
     "POST /a-rather-long-target-so-that-it-is-on-the-heap HTTP/1.1\r\nHost: a\r\n"
     "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
     "5\r\nhello\r\n0\r\n\r\n", Framing::chunks, "hello", 0},
};

class ReadingOf : public testing::TestWithParam<Sample> {
 protected:
  std::string bytes() const { return GetParam().head + GetParam().content; }
};

TEST_P(ReadingOf, OnePieceIsWhole) {
  const auto wire = wire_of(bytes() + "NEXT");
  Message message(GetParam().as, 0);
  message.advance(wire);
  EXPECT_EQ(message.state(), State::whole) << message.fault();
  EXPECT_EQ(message.framing(), GetParam().framing);
  EXPECT_EQ(message.content(), GetParam().decoded);
  EXPECT_EQ(message.status(), GetParam().status);
  EXPECT_EQ(message.head_end(), GetParam().head.size());
  EXPECT_EQ(message.end(), bytes().size());
  EXPECT_EQ(message.raw_head(), GetParam().head);
}

TEST_P(ReadingOf, ByteByByteIsTheSameAndNoSooner) {
  Message message(GetParam().as, 0);
  Wire wire = wire_of("");
  for (std::size_t i = 0; i < bytes().size(); ++i) {
    EXPECT_NE(message.state(), State::whole) << "before byte " << i;
    EXPECT_EQ(message.has_head(), i >= GetParam().head.size()) << "before byte " << i;
    receive(wire, bytes().substr(i, 1), exactly(1));
    message.advance(wire);
  }
  EXPECT_EQ(message.state(), State::whole) << message.fault();
  EXPECT_EQ(message.framing(), GetParam().framing);
  EXPECT_EQ(message.content(), GetParam().decoded);
  EXPECT_EQ(message.end(), bytes().size());
}

TEST_P(ReadingOf, TwoPiecesAreTheSameWhereverTheyMeet) {
  for (std::size_t cut = 1; cut < bytes().size(); ++cut) {
    Message message(GetParam().as, 0);
    auto wire = wire_of(bytes().substr(0, cut));
    message.advance(wire);
    receive(wire, bytes().substr(cut) + "NEXT", exactly(2));
    message.advance(wire);
    EXPECT_EQ(message.state(), State::whole) << "cut at " << cut << ": " << message.fault();
    EXPECT_EQ(message.content(), GetParam().decoded) << "cut at " << cut;
    EXPECT_EQ(message.end(), bytes().size()) << "cut at " << cut;
  }
}

TEST_P(ReadingOf, AnEndBeforeItsTimeCutsIt) {
  for (std::size_t cut = 1; cut < bytes().size(); ++cut)
    for (const auto how : {Ending::fin, Ending::rst}) {
      Message message(GetParam().as, 0);
      message.advance(ended_wire(bytes().substr(0, cut), how));
      EXPECT_EQ(message.state(), State::cut) << "cut at " << cut;
      EXPECT_EQ(message.has_head(), cut >= GetParam().head.size()) << "cut at " << cut;
    }
}

TEST_P(ReadingOf, AnEndBehindItChangesNothing) {
  Message message(GetParam().as, 0);
  message.advance(ended_wire(bytes(), Ending::rst));
  EXPECT_EQ(message.state(), State::whole);
}

INSTANTIATE_TEST_SUITE_P(Message, ReadingOf, testing::ValuesIn(samples),
                         [](const auto& sample) { return sample.param.name; });

/// Every way to cut the bytes in two, and byte by byte, finds the same fault.
void expect_fault(ReadAs as, const std::string& bytes, const std::string& fault) {
  Message at_once(as, 0);
  at_once.advance(wire_of(bytes));
  EXPECT_EQ(at_once.state(), State::malformed) << bytes;
  EXPECT_EQ(at_once.fault(), fault) << bytes;
  Message in_bytes(as, 0);
  auto wire = wire_of("");
  for (const char c : bytes) {
    receive(wire, std::string_view(&c, 1), exactly(1));
    in_bytes.advance(wire);
  }
  EXPECT_EQ(in_bytes.state(), State::malformed) << bytes;
  EXPECT_EQ(in_bytes.fault(), fault) << bytes;
}

TEST(MessageReader, NamesTheFaultHoweverTheBytesCome) {
  expect_fault(ReadAs::response, "HELLO\r\n\r\n", "this does not begin as a message does");
  expect_fault(ReadAs::response, "\r\nHTTP/1.1 200 OK\r\n\r\n",
               "this does not begin as a message does");
  expect_fault(ReadAs::response, "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
               "the head ends in bare LF");
  expect_fault(ReadAs::response, "HTTP/1.1 200 OK\nContent-Length: 0\n\nbody\r\n\r\n",
               "the head ends in bare LF");
  expect_fault(ReadAs::response, "HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\nbody\r\n\r\n",
               "the head ends in bare LF");
  expect_fault(ReadAs::response, "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n",
               "Content-Length is not valid");
  expect_fault(ReadAs::response, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
               "a chunk is not valid");
  expect_fault(ReadAs::response, "HTTP/1.1 200 OK\r\nName : x\r\n\r\n",
               "a field name is not valid");
  expect_fault(ReadAs::response, "HTTP/2.0 200 OK\r\n\r\n",
               "the version is not HTTP/1.0 or HTTP/1.1");
  expect_fault(ReadAs::request, "\x16\x03\x01hello", "this does not begin as a message does");
}

TEST(MessageReader, WaitsForTheRestOfALastChunkHoweverOftenItIsAsked) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string last : {"0\r\n", "00\r\n", "0\r\n\r"}) {
    Message message(ReadAs::response, 0);
    auto wire = wire_of(head + last);
    message.advance(wire);
    message.advance(wire);
    EXPECT_EQ(message.state(), State::in_content) << last;
    receive(wire, last == "0\r\n\r" ? "\n" : "\r\n", exactly(2));
    message.advance(wire);
    EXPECT_EQ(message.state(), State::whole) << last;
    EXPECT_EQ(message.end(), wire.received.size()) << last;
  }
}

TEST(MessageReader, RefusesTwoDifferentLengths) {
  Message message(ReadAs::response, 0);
  message.advance(
      wire_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"));
  EXPECT_EQ(message.state(), State::malformed);
  EXPECT_EQ(count_of(message.fields(), "content-length"), 2U);
}

TEST(MessageReader, EndFramedContentIsWholeAtFinAndCutAtRst) {
  const std::string head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
  for (const auto* content : {"", "hello"}) {
    Message open(ReadAs::response, 0);
    open.advance(wire_of(head + content));
    EXPECT_EQ(open.state(), State::in_content);
    EXPECT_EQ(open.framing(), Framing::end);
    Message by_fin(ReadAs::response, 0);
    const auto whole = ended_wire(head + content, Ending::fin);
    by_fin.advance(whole);
    EXPECT_EQ(by_fin.state(), State::whole);
    EXPECT_EQ(by_fin.content(), content);
    EXPECT_EQ(by_fin.end(), head.size() + std::string(content).size());
    Message by_rst(ReadAs::response, 0);
    by_rst.advance(ended_wire(head + content, Ending::rst));
    EXPECT_EQ(by_rst.state(), State::cut);
  }
}

TEST(MessageReader, AnRstBehindTheFinDoesNotCutEndFramedContent) {
  auto wire = ended_wire("HTTP/1.0 200 OK\r\n\r\nhello", Ending::fin);
  end(wire, Ending::rst, exactly(3));
  Message message(ReadAs::response, 0);
  message.advance(wire);
  EXPECT_EQ(message.state(), State::whole);
}

TEST(MessageReader, ReadsTrailersThatWouldFrameAsTrailers) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string trailers = "X-A: 1\r\nContent-Length:  7 \r\nTransfer-Encoding: gzip\r\n";
  Message message(ReadAs::response, 0);
  message.advance(wire_of(head + "0\r\n" + trailers + "\r\nHTTP/1.1 200 OK\r\n\r\n"));
  ASSERT_EQ(message.state(), State::whole) << message.fault();
  EXPECT_EQ(message.end(), head.size() + 3 + trailers.size() + 2);
  EXPECT_EQ(joined(message.trailers(), "content-length"), "7");
  EXPECT_EQ(count_of(message.trailers(), "X-A"), 1U);
  EXPECT_EQ(count_of(message.fields(), "Content-Length"), 0U);
  Message broken(ReadAs::response, 0);
  broken.advance(wire_of(head + "0\r\nContent-Length: 7\r\nno colon\r\n\r\n"));
  EXPECT_EQ(broken.state(), State::malformed);
}

TEST(MessageReader, KeepsTrailersApartFromFields) {
  Message message(ReadAs::response, 0);
  message.advance(
      wire_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Head: 1\r\n\r\n"
              "1\r\nx\r\n0\r\nX-Tail: 2\r\n\r\n"));
  EXPECT_EQ(joined(message.trailers(), "x-tail"), "2");
  EXPECT_EQ(count_of(message.trailers(), "X-Head"), 0U);
  EXPECT_EQ(count_of(message.fields(), "X-Tail"), 0U);
}

TEST(MessageReader, KeepsMethodAndTargetOfARequestWithBothFramings) {
  const std::string target = "/" + std::string(200, 't');
  Message message(ReadAs::request, 0);
  message.advance(wire_of("POST " + target +
                          " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                          "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
  EXPECT_EQ(message.method(), "POST");
  EXPECT_EQ(message.target(), target);
  EXPECT_EQ(joined(message.fields(), "Content-Length"), "3");
}

TEST(MessageReader, SplitsTheLinesOfAHeadItCannotRead) {
  Message message(ReadAs::response, 0);
  message.advance(wire_of("HTTP/1.1 200 OK\r\nContent-Length: x\r\nServer:  s \r\n\r\n"));
  EXPECT_EQ(message.state(), State::malformed);
  EXPECT_EQ(joined(message.fields(), "content-length"), "x");
  EXPECT_EQ(joined(message.fields(), "Server"), "s");
}

TEST(MessageReader, AHeadEndsAtItsLimit) {
  const std::string start = "HTTP/1.1 204 No Content\r\nX: ";
  const auto head_of = [&](std::size_t size) {
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
  };
  Message fits(ReadAs::response, 0);
  fits.advance(wire_of(head_of(Message::head_limit)));
  EXPECT_EQ(fits.state(), State::whole) << fits.fault();
  Message too_long(ReadAs::response, 0);
  too_long.advance(wire_of(head_of(Message::head_limit + 1)));
  EXPECT_EQ(too_long.fault(), "the head is endless");
  Message growing(ReadAs::response, 0);
  growing.advance(wire_of(start + std::string(Message::head_limit, 'x')));
  EXPECT_EQ(growing.fault(), "the head is endless");
}

TEST(MessageReader, BeginsWhereItIsTold) {
  Message message(ReadAs::response, 4);
  const auto wire = wire_of("past" + samples[0].head + "hello" + "more");
  message.advance(wire);
  EXPECT_EQ(message.state(), State::whole);
  EXPECT_EQ(message.begin(), 4U);
  EXPECT_EQ(message.content(), "hello");
  EXPECT_EQ(message.end(), 4 + samples[0].head.size() + 5);
}

TEST(MessageReader, ReadsAListOverAllLines) {
  Message message(ReadAs::response, 0);
  message.advance(
      wire_of("HTTP/1.1 204 No\r\nConnection: Keep-Alive ,\tX-A\r\nX: close\r\n"
              "connection:\r\nCONNECTION: ClOsE\r\n\r\n"));
  EXPECT_TRUE(has_member(message.fields(), "Connection", "close"));
  EXPECT_TRUE(has_member(message.fields(), "Connection", "x-a"));
  EXPECT_TRUE(has_member(message.fields(), "Connection", "keep-alive"));
  EXPECT_FALSE(has_member(message.fields(), "Connection", "keep"));
  EXPECT_FALSE(persists(message));
}

bool persists_after(const std::string& bytes, ReadAs as = ReadAs::response) {
  Message message(as, 0);
  message.advance(ended_wire(bytes, Ending::fin));
  EXPECT_EQ(message.state(), State::whole) << bytes;
  return persists(message);
}

TEST(MessageReader, KnowsWhoPersists) {
  EXPECT_TRUE(persists_after("HTTP/1.1 204 No\r\n\r\n"));
  EXPECT_FALSE(persists_after("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(persists_after("HTTP/1.0 204 No\r\n\r\n"));
  EXPECT_TRUE(persists_after("HTTP/1.0 204 No\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_FALSE(persists_after("HTTP/1.0 204 No\r\nConnection: keep-alive, close\r\n\r\n"));
  EXPECT_TRUE(persists_after("GET / HTTP/1.1\r\nHost: a\r\n\r\n", ReadAs::request));
  EXPECT_FALSE(persists_after("GET / HTTP/1.0\r\n\r\n", ReadAs::request));
}

TEST(MessageReader, ContentWithoutALengthOfItsOwnDoesNotPersist) {
  EXPECT_FALSE(persists_after("HTTP/1.1 200 OK\r\n\r\nhello"));
  EXPECT_TRUE(persists_after("HTTP/1.1 200 OK\r\n\r\n", ReadAs::response_to_head));
}

}  // namespace
}  // namespace connspec
