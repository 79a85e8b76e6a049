#include "harness/connection.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <functional>
#include <thread>

namespace connspec {
namespace {

using tcp = boost::asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

/// A connection under observation, and its peer in the hands of the test.
class Watched : public testing::Test {
 protected:
  Watched() { pulse_.start(); }

  void open(const ConnectOptions& options = {}) {
    connection_ = Connection::open(io_, pulse_, acceptor_.local_endpoint(), options);
    peer_ = acceptor_.accept();
    run_until([this] { return wire().opening == Opening::open; });
  }

  const Wire& wire() const { return connection_->wire(); }
  void say(const std::string& bytes) { boost::asio::write(peer_, boost::asio::buffer(bytes)); }
  void reset_by_peer() {
    peer_.set_option(boost::asio::socket_base::linger(true, 0));
    peer_.close();
  }

  void run(int time) { io_.run_for(milliseconds(time)); }
  /// Lets the loop run until it is so, for five seconds at most.
  bool run_until(const std::function<bool()>& so) {
    const auto limit = Clock::now() + std::chrono::seconds(5);
    while (!so() && Clock::now() < limit) io_.run_one_for(milliseconds(5));
    return so();
  }

  /// What the peer has got by now, and how its reading ended if it did.
  struct Got {
    std::string bytes = {};
    error_code ended = {};
  };
  Got peer_reads() {
    peer_.non_blocking(true);
    Got got;
    std::string buffer(1 << 20, '\0');
    while (!got.ended) {
      const auto size = peer_.read_some(boost::asio::buffer(buffer), got.ended);
      got.bytes.append(buffer, 0, size);
    }
    if (got.ended == boost::asio::error::would_block) got.ended = {};
    return got;
  }
  Got peer_reads_to_the_end() {
    Got got;
    run_until([&] {
      const auto more = peer_reads();
      got.bytes += more.bytes;
      got.ended = more.ended;
      return static_cast<bool>(got.ended);
    });
    return got;
  }

  boost::asio::io_context io_{1};
  Pulse pulse_{io_};
  tcp::acceptor acceptor_{io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  tcp::socket peer_{io_};
  std::shared_ptr<Connection> connection_;
};

TEST_F(Watched, RecordsBytesAndWhenTheyCame) {
  open();
  const Time before = Clock::now();
  say("hello");
  ASSERT_TRUE(run_until([this] { return wire().received == "hello"; }));
  ASSERT_EQ(wire().arrivals.size(), 1U);
  EXPECT_EQ(wire().arrivals[0].end, 5U);
  EXPECT_LE(wire().arrivals[0].at.earliest, wire().arrivals[0].at.latest);
  EXPECT_GE(wire().arrivals[0].at.latest, before);
  EXPECT_LE(wire().arrivals[0].at.latest, Clock::now());
  EXPECT_FALSE(wire().ending());
}

TEST_F(Watched, AFinIsAFin) {
  open();
  say("bye");
  peer_.shutdown(tcp::socket::shutdown_send);
  ASSERT_TRUE(run_until([this] { return wire().ending().has_value(); }));
  run(30);
  EXPECT_EQ(wire().received, "bye");
  EXPECT_TRUE(wire().fin);
  EXPECT_FALSE(wire().rst);
}

TEST_F(Watched, AnRstIsAnRst) {
  open();
  say("bye");
  run(10);
  reset_by_peer();
  ASSERT_TRUE(run_until([this] { return wire().ending().has_value(); }));
  EXPECT_EQ(wire().received, "bye");
  EXPECT_FALSE(wire().fin);
  EXPECT_TRUE(wire().rst);
}

TEST_F(Watched, AnRstBehindAFinIsBoth) {
  open();
  peer_.shutdown(tcp::socket::shutdown_send);
  ASSERT_TRUE(run_until([this] { return wire().fin.has_value(); }));
  EXPECT_FALSE(wire().rst);
  reset_by_peer();
  ASSERT_TRUE(run_until([this] { return wire().rst.has_value(); }));
  EXPECT_EQ(wire().ending(), Ending::fin);
}

TEST_F(Watched, AFinOnBothSidesIsNoRst) {
  open();
  connection_->half_close();
  run(10);
  peer_.shutdown(tcp::socket::shutdown_send);
  ASSERT_TRUE(run_until([this] { return wire().fin.has_value(); }));
  run(30);
  connection_->sample();
  EXPECT_FALSE(wire().rst);
}

TEST_F(Watched, OurFinBehindTheirsIsNoRst) {
  open();
  peer_.shutdown(tcp::socket::shutdown_send);
  ASSERT_TRUE(run_until([this] { return wire().fin.has_value(); }));
  connection_->half_close();
  run(30);
  connection_->sample();
  EXPECT_FALSE(wire().rst);
}

TEST_F(Watched, AnRstIsNoFinThoughAWriteMeetsItFirst) {
  open();
  say("last words");
  std::this_thread::sleep_for(milliseconds(5));
  reset_by_peer();
  std::this_thread::sleep_for(milliseconds(5));
  connection_->write("too late");
  ASSERT_TRUE(run_until([this] { return wire().ending().has_value(); }));
  EXPECT_EQ(wire().received, "last words");
  EXPECT_FALSE(wire().fin);
  EXPECT_TRUE(wire().rst);
}

TEST_F(Watched, AnRstIsNoFinThoughASampleMeetsItFirst) {
  open();
  say("last words");
  std::this_thread::sleep_for(milliseconds(5));
  reset_by_peer();
  std::this_thread::sleep_for(milliseconds(5));
  connection_->sample();
  ASSERT_TRUE(run_until([this] { return wire().ending().has_value(); }));
  EXPECT_EQ(wire().received, "last words");
  EXPECT_FALSE(wire().fin);
  EXPECT_TRUE(wire().rst);
}

TEST_F(Watched, AnUnreadFinIsNotLostWhenAWriteMeetsTheRstBehindIt) {
  open();
  peer_.shutdown(tcp::socket::shutdown_send);
  std::this_thread::sleep_for(milliseconds(5));
  reset_by_peer();
  std::this_thread::sleep_for(milliseconds(5));
  connection_->write("too late");
  ASSERT_TRUE(run_until([this] { return wire().rst.has_value(); }));
  EXPECT_TRUE(wire().fin);
}

TEST_F(Watched, ReadingNowReadsToTheEnd) {
  open();
  say("all");
  peer_.shutdown(tcp::socket::shutdown_send);
  std::this_thread::sleep_for(milliseconds(5));
  EXPECT_TRUE(connection_->read_now());
  EXPECT_EQ(wire().received, "all");
  EXPECT_TRUE(wire().fin);
}

TEST_F(Watched, ARefusedConnectionHasEndedByRst) {
  const auto nobody = acceptor_.local_endpoint();
  acceptor_.close();
  connection_ = Connection::open(io_, pulse_, nobody);
  connection_->write("into the void");
  connection_->half_close();
  ASSERT_TRUE(run_until([this] { return wire().opening == Opening::refused; }));
  EXPECT_EQ(wire().ending(), Ending::rst);
  EXPECT_NE(wire().opening_error, 0);
  EXPECT_EQ(wire().sent, "");
}

TEST_F(Watched, WritesInTheOrderOfTheScript) {
  connection_ = Connection::open(io_, pulse_, acceptor_.local_endpoint());
  connection_->write("one");
  connection_->write("two");
  connection_->half_close();
  peer_ = acceptor_.accept();
  run_until([this] { return wire().sent == "onetwo"; });
  run(10);
  const auto got = peer_reads();
  EXPECT_EQ(got.bytes, "onetwo");
  EXPECT_EQ(got.ended, boost::asio::error::eof);
  ASSERT_EQ(wire().departures.size(), 2U);
  EXPECT_EQ(wire().departures[0].end, 3U);
}

TEST_F(Watched, KeepsWhatItGathersForItsEnd) {
  open();
  connection_->gather();
  connection_->write("last");
  run(20);
  EXPECT_EQ(peer_.available(), 0U);
  connection_->half_close();
  const Got got = peer_reads_to_the_end();
  EXPECT_EQ(got.bytes, "last");
  EXPECT_EQ(got.ended, boost::asio::error::eof);
}

TEST_F(Watched, HalfClosesBehindABigWrite) {
  open();
  const std::string big(20'000'000, 'x');
  connection_->write(big);
  connection_->half_close();
  EXPECT_TRUE(connection_->is_writing());
  const Got got = peer_reads_to_the_end();
  EXPECT_EQ(got.bytes.size(), big.size());
  EXPECT_EQ(got.ended, boost::asio::error::eof);
}

TEST_F(Watched, SlicesWhatItWrites) {
  open();
  connection_->slice(2, milliseconds(10));
  const Time before = Clock::now();
  connection_->write("abcdef");
  ASSERT_TRUE(run_until([this] { return wire().sent == "abcdef"; }));
  EXPECT_GE(Clock::now() - before, milliseconds(20));
  ASSERT_EQ(wire().departures.size(), 3U);
  EXPECT_EQ(wire().departures[1].end, 4U);
}

TEST_F(Watched, HoldsBackAndReleases) {
  open();
  connection_->hold(3);
  connection_->write("hello");
  run(10);
  EXPECT_EQ(peer_reads().bytes, "hel");
  EXPECT_FALSE(connection_->is_writing());
  connection_->release();
  run(10);
  EXPECT_EQ(peer_reads().bytes, "lo");
}

TEST_F(Watched, HoldsAndSlicesOnlyWhatIsWrittenBehind) {
  connection_ = Connection::open(io_, pulse_, acceptor_.local_endpoint());
  connection_->write("before");
  connection_->slice(2, {});
  connection_->hold(3);
  connection_->write("behind");
  peer_ = acceptor_.accept();
  run_until([this] { return wire().sent.size() >= 9; });
  run(10);
  EXPECT_EQ(peer_reads().bytes, "beforebeh");
  ASSERT_EQ(wire().departures.size(), 3U);
  EXPECT_EQ(wire().departures[0].end, 6U);
  EXPECT_EQ(wire().departures[1].end, 8U);
  connection_->release();
  run(10);
  EXPECT_EQ(peer_reads().bytes, "ind");
}

TEST_F(Watched, AReleaseTakesBackAHoldThatHasNotHadItsTurn) {
  connection_ = Connection::open(io_, pulse_, acceptor_.local_endpoint());
  connection_->write("before");
  connection_->hold(3);
  connection_->write("behind");
  connection_->release();
  peer_ = acceptor_.accept();
  run_until([this] { return wire().sent.size() == 12; });
  EXPECT_EQ(wire().sent, "beforebehind");
}

TEST_F(Watched, AnActDropsWhatIsHeld) {
  open();
  connection_->hold(3);
  connection_->write("hello");
  connection_->write("world");
  connection_->half_close();
  run(10);
  const auto got = peer_reads();
  EXPECT_EQ(got.bytes, "hel");
  EXPECT_EQ(got.ended, boost::asio::error::eof);
}

TEST_F(Watched, ResetsBehindWhatThePeerDoesNotTake) {
  open({.window = {}, .late_acks = false, .from_port = {}});
  connection_->write(std::string(30'000'000, 'x'));
  connection_->reset();
  run(100);
  EXPECT_FALSE(connection_->ended_by_us());
  EXPECT_TRUE(run_until([this] { return connection_->ended_by_us(); }));
  Got got = peer_reads();
  EXPECT_TRUE(got.ended == boost::asio::error::connection_reset) << got.ended.message();
}

TEST_F(Watched, StopsAndResumesReading) {
  open();
  connection_->stop_reading();
  say("unread");
  peer_.shutdown(tcp::socket::shutdown_send);
  run(20);
  EXPECT_FALSE(connection_->read_now());
  EXPECT_EQ(wire().received, "");
  EXPECT_FALSE(wire().ending());
  connection_->resume_reading();
  ASSERT_TRUE(run_until([this] { return wire().fin.has_value(); }));
  EXPECT_EQ(wire().received, "unread");
}

TEST_F(Watched, ClosesPolitelyThoughBytesAreUnread) {
  open();
  connection_->stop_reading();
  say("unread");
  run(10);
  connection_->close();
  run(10);
  EXPECT_EQ(wire().received, "unread");
  EXPECT_EQ(peer_reads().ended, boost::asio::error::eof);
}

TEST_F(Watched, ResetsWhenTold) {
  open();
  connection_->reset();
  run(10);
  EXPECT_EQ(peer_reads().ended, boost::asio::error::connection_reset);
  EXPECT_TRUE(connection_->ended_by_us());
}

TEST_F(Watched, TellsOfEachChange) {
  open();
  int changes = 0;
  connection_->on_change([&] { ++changes; });
  say("x");
  run_until([&] { return changes > 0; });
  EXPECT_EQ(wire().received, "x");
  connection_->shut();
  run(10);
  const int before = changes;
  peer_.close();
  run(10);
  EXPECT_EQ(changes, before);
  EXPECT_TRUE(connection_->is_shut());
}

TEST_F(Watched, KnowsWhatThePeersKernelHas) {
  open();
  connection_->write("hello");
  run(10);
  connection_->sample();
  ASSERT_TRUE(wire().tcp);
  EXPECT_EQ(wire().tcp->unacked, 0U);
  EXPECT_EQ(wire().tcp->not_sent, 0U);
}

TEST_F(Watched, CountsSegmentsSinceTheLastWrite) {
  open();
  connection_->write("one");
  peer_.set_option(tcp::no_delay(true));
  for (const auto* part : {"a", "b", "c"}) {
    say(part);
    run(5);
  }
  connection_->write("two");
  say("d");
  ASSERT_TRUE(run_until([this] { return wire().received == "abcd"; }));
  connection_->sample();
  EXPECT_EQ(connection_->segments_since_write(), 1U);
}

TEST_F(Watched, CountsContentThatItDoesNotKeep) {
  open();
  const std::string megabyte(1'000'000, 'x');
  std::thread sender([&] {
    error_code ignored;
    for (int i = 0; i < 66; ++i)
      boost::asio::write(peer_, boost::asio::buffer(megabyte), ignored);
  });
  EXPECT_TRUE(run_until([this] { return wire().received_total == 66'000'000U; }));
  sender.join();
  EXPECT_EQ(wire().received.size(), Wire::keep);
  EXPECT_TRUE(wire().overflowed());
}

}  // namespace
}  // namespace connspec
