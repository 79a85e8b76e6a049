#include "harness/settle.hpp"

#include "tests/wires.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <thread>

namespace connspec {
namespace {

using tcp = boost::asio::ip::tcp;
using State = Finding::State;

/// Client lanes on real connections of the loopback, since a lane's evidence is recorded there;
/// the peer's ends are in the hands of the test.
class Settle : public testing::Test {
 protected:
  Settle() {
    offer_.set(Binding::a, "/a");
    offer_.answer[static_cast<std::size_t>(Binding::a)] = Answer{200, "hello"};
    setting_.bindings = &bindings_;
    pulse_.start();
    for (std::size_t i = 0; i < 2; ++i) open(i);
  }

  void open(std::size_t i) {
    actors_[i].lane.number = static_cast<std::uint8_t>(i + 1);
    actors_[i].client = Connection::open(io_, pulse_, acceptor_.local_endpoint());
    peers_[i].emplace(io_);
    bool accepted = false;
    acceptor_.async_accept(*peers_[i],
                           [&](const boost::system::error_code&) { accepted = true; });
    while (!accepted || actors_[i].client->wire().opening == Opening::pending) io_.run_one();
  }

  void say(std::size_t lane, const std::string& bytes) {
    boost::asio::write(*peers_[lane], boost::asio::buffer(bytes));
  }

  void run(int milliseconds) { io_.run_for(std::chrono::milliseconds(milliseconds)); }

  /// An expectation on one lane: the ways of the last step of a case.
  std::vector<WayOn> ways_of(const std::string& rows) {
    script_ = wires::case_of("server", "  client ! connect\n  client2 ! connect\n" + rows);
    std::vector<WayOn> ways;
    const auto& step = script_.steps.back().what;
    if (const auto* expect = std::get_if<Expect>(&step)) {
      ways.resize(1);
      ways[0].rows.push_back({expect, &actors_[expect->lane.number - 1U], 1, nullptr});
      return ways;
    }
    for (const auto& way : std::get<Either>(step).ways) {
      auto& made = ways.emplace_back();
      made.way = &way;
      for (const auto& row : way.rows)
        made.rows.push_back({&row, &actors_[row.lane.number - 1U], 1, nullptr});
    }
    return ways;
  }

  Settling settling_of(const std::string& rows, bool several = false) {
    const Bounds bounds{std::chrono::milliseconds(120), std::chrono::milliseconds(60)};
    const auto ways = ways_of(rows);
    ways_.assign(ways.begin(), ways.end());
    return Settling(ways_, several, bounds, witness_, Clock::now());
  }

  /// Asks until it is no longer pending, or for two seconds.
  Decision settled(Settling& settling) {
    const auto limit = Clock::now() + std::chrono::seconds(2);
    auto decision = settling.decide(setting_);
    while (decision.state == State::pending && Clock::now() < limit) {
      run(2);
      decision = settling.decide(setting_);
    }
    return decision;
  }

  boost::asio::io_context io_{1};
  Pulse pulse_{io_};
  EyeWitness witness_{pulse_};
  tcp::acceptor acceptor_{io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  std::array<Actor, 2> actors_;
  std::array<std::optional<tcp::socket>, 2> peers_;
  Offer offer_;
  Bindings bindings_{&offer_, "k1", ""};
  Setting setting_;
  Short<WayOn> ways_;
  Case script_;
};

const std::string bad_request = "HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n";
const std::string hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

const std::string prefix_pair =
    "  client < either\n"
    "    closes         response 400 then end\n"
    "    stays   wrong  response 400\n";

TEST_F(Settle, AWayWaitsWhileOneAboveItMayStillBeMet) {
  auto settling = settling_of(prefix_pair);
  say(0, bad_request);
  run(20);
  EXPECT_EQ(settling.decide(setting_).state, State::pending);
  peers_[0]->close();
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::met);
  EXPECT_EQ(decision.way, 0U);
}

TEST_F(Settle, AWayIsTakenWhenThoseAboveItHaveReachedTheirBound) {
  auto settling = settling_of(prefix_pair);
  say(0, bad_request);
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::met);
  EXPECT_EQ(decision.way, 1U);
  EXPECT_TRUE(decision.at_bound);
}

TEST_F(Settle, TheUpperOfTwoMetWaysIsTaken) {
  auto settling = settling_of(
      "  client < either\n"
      "    any-status     response 4xx\n"
      "    this-one wrong response\n");
  say(0, bad_request);
  EXPECT_EQ(settled(settling).way, 0U);
}

TEST_F(Settle, AllUnmetTellsOfTheWayThatCameFurthest) {
  auto settling = settling_of(
      "  client < either\n"
      "    other   response 404\n"
      "    closes  response 400 then response 200\n");
  say(0, bad_request + hello.substr(0, 20));
  peers_[0]->close();
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::unmet);
  EXPECT_EQ(decision.way, 1U);
  EXPECT_EQ(decision.rows.back().finding.complaint->reason, "response-cut-short");
}

TEST_F(Settle, ABoundEndsWhatIsPending) {
  auto settling = settling_of("  client < response 200\n");
  const auto began = Clock::now();
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::unmet);
  EXPECT_TRUE(decision.at_bound);
  EXPECT_EQ(decision.rows.back().finding.complaint->reason, "nothing-came");
  EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(120));
}

TEST_F(Settle, SilenceMakesItsTimeTheBound) {
  auto settling = settling_of(
      "  client < either\n"
      "    answers  response 400\n"
      "    silent   silence 40ms\n");
  const auto began = Clock::now();
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::met);
  EXPECT_EQ(decision.way, 1U);
  EXPECT_FALSE(decision.at_bound);
  EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(40));
  EXPECT_LT(Clock::now() - began, std::chrono::milliseconds(110));
}

TEST_F(Settle, SilenceLongerThanTheBoundIsTheBound) {
  auto settling = settling_of(
      "  client < either\n"
      "    answers  response 400\n"
      "    silent   silence 300ms\n");
  for (int i = 0; i < 10; ++i) {
    run(20);
    EXPECT_EQ(settling.decide(setting_).state, State::pending);
  }
  say(0, bad_request);
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::met);
  EXPECT_EQ(decision.way, 0U);
}

TEST_F(Settle, SilenceIsUnmetByAnUnfinishedResponse) {
  auto settling = settling_of(
      "  client < either\n"
      "    answers  response 400\n"
      "    silent   silence 40ms\n");
  say(0, bad_request.substr(0, 10));
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::unmet);
}

const std::string two_lanes =
    "  either\n"
    "    first   client < response 200\n"
    "            client2 < response 200\n"
    "    second  client2 < response 200\n"
    "    third   client2 < end\n";

TEST_F(Settle, TheLaneThatWasFirstDecidesHoweverLateItIsLookedAt) {
  auto settling = settling_of(two_lanes, true);
  say(1, hello);
  run(20);
  say(0, hello);
  run(20);
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::met);
  EXPECT_EQ(decision.way, 1U);
  EXPECT_FALSE(decision.close_race);
}

TEST_F(Settle, AllRowsOfTheWayThatWasFirstMustBeMet) {
  auto settling = settling_of(two_lanes, true);
  say(0, hello);
  run(20);
  EXPECT_EQ(settling.decide(setting_).state, State::pending);
  say(1, hello);
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::met);
  EXPECT_EQ(decision.way, 0U);
}

TEST_F(Settle, WaysOnOtherLanesAreOut) {
  auto settling = settling_of(two_lanes, true);
  say(0, hello);
  run(20);
  EXPECT_EQ(settling.decide(setting_).state, State::pending);
  peers_[1]->close();  // Were it not out, the third way would be met.
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::unmet);
  EXPECT_EQ(decision.way, 0U);
}

TEST_F(Settle, SilenceOfALaneThatIsOutBoundsNothing) {
  auto settling = settling_of(
      "  either\n"
      "    both   client < response 200\n"
      "           client < response 400\n"
      "    quiet  client2 < silence 40ms\n",
      true);
  say(0, hello);
  run(20);
  EXPECT_EQ(settling.decide(setting_).state, State::pending);
  run(60);
  EXPECT_EQ(settling.decide(setting_).state, State::pending);
  say(0, bad_request);
  EXPECT_EQ(settled(settling).state, State::met);
}

TEST_F(Settle, ARaceThatTheStampsCannotTellIsUndecided) {
  auto settling = settling_of(
      "  either\n"
      "    ends     client < end\n"
      "    answers  client2 < response 200\n",
      true);
  run(5);
  peers_[0]->close();
  say(1, hello);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::met);
  EXPECT_TRUE(decision.close_race);  // All that is known of the FIN is when it was seen.
}

TEST_F(Settle, KnowsThatOnlyAnEndBetweenMessagesStoodInTheWay) {
  auto settling = settling_of(
      "  client < either\n"
      "    answers       response 200 then response 200\n"
      "    other  wrong  response 400\n");
  say(0, hello);
  peers_[0]->close();
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::unmet);
  EXPECT_EQ(decision.closed, ClosedBetween::unannounced);
}

TEST_F(Settle, BlamesNoEndThatAWayAsksForAtAnotherTime) {
  auto settling = settling_of(
      "  client < either\n"
      "    ended    response 200 then end, not before 10s\n"
      "    answers  response 200 then response 200\n");
  say(0, hello);
  peers_[0]->close();
  const auto decision = settled(settling);
  EXPECT_EQ(decision.state, State::unmet);
  EXPECT_EQ(decision.closed, ClosedBetween::no);
}

}  // namespace
}  // namespace connspec
