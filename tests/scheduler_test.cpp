#include "harness/scheduler.hpp"
#include "tests/raw_server.hpp"

#include <gtest/gtest.h>

namespace connspec {
namespace {

using namespace raw;

const std::string hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const std::string not_found = "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n";

/// Answers {a} and {b} as they should be answered.
void answer_all(Peer& peer) {
  for (auto head = peer.read_until(); !head.empty(); head = peer.read_until())
    peer.say(head.starts_with("GET /a ") ? hello : not_found);
}

Case named(const std::string& name, const std::string& head, const std::string& rows) {
  auto script = wires::case_of("server", rows, head);
  script.id = name;
  return script;
}

/// A whole schedule, and the order in which its results came.
struct Schedule {
  Run run;
  std::vector<std::string> order = {};

  const Result& of(const std::string& id) const {
    for (const auto& result : run.results)
      if (result.id == id) return result;
    throw std::logic_error("no result of " + id);
  }
  std::string came_to(const std::string& id) const {
    const auto& result = of(id);
    const std::string verdict(name_of(result.verdict));
    return (result.unstable ? "unstable " : "") + verdict;
  }
};

Schedule play(Server::Conduct conduct, const std::vector<Case>& cases) {
  Server server(std::move(conduct));
  Theatre theatre(server.endpoint());
  auto stage = theatre.stage();
  Calibration calibration;
  calibration.second_connection = true;
  Schedule schedule;
  Reporter reporter;
  reporter.settled = [&](const Result& result) { schedule.order.push_back(result.id); };
  Scheduler scheduler(stage, calibration, Plan{}, reporter);
  std::vector<const Case*> all;
  for (const auto& script : cases) all.push_back(&script);
  bool over = false;
  boost::asio::co_spawn(theatre.io, scheduler.play_all(all, schedule.run),
                        [&](const std::exception_ptr& error) {
                          if (error) std::rethrow_exception(error);
                          over = true;
                        });
  const auto limit = Clock::now() + std::chrono::seconds(20);
  while (!over && Clock::now() < limit) theatre.io.run_one_for(std::chrono::milliseconds(10));
  theatre.io.run_for(std::chrono::milliseconds(5));
  return schedule;
}

const std::string waits = "  client asks {a}\n  client ! pause 400ms\n  client asks {a}\n";
using Order = std::vector<std::string>;

TEST(Scheduler, PlaysWhatIsToBeAloneWhileTheOthersOnlyWait) {
  const auto schedule = play(answer_all, {named("waits", "  slow\n", waits),
                                          named("alone", "  alone\n", "  client asks {b}\n")});
  EXPECT_EQ(schedule.order, (Order{"alone", "waits"}));
  EXPECT_EQ(schedule.came_to("alone"), "pass");
  EXPECT_EQ(schedule.came_to("waits"), "pass");
  EXPECT_EQ(schedule.of("alone").plays, 1);
  EXPECT_EQ(schedule.of("waits").plays, 1);
}

/// From the first {a} on a connection to the second, {b} is not what it should be.
TEST(Scheduler, PlaysWhatIsDisturbedByOthersThatWaitWhenTheyAreOver) {
  std::atomic<int> waiting = 0;
  const auto disturbed = [&](Peer& peer) {
    bool waits_here = false;
    for (auto head = peer.read_until(); !head.empty(); head = peer.read_until()) {
      const bool a = head.starts_with("GET /a ");
      if (a) waiting += waits_here ? -1 : 1;
      if (a) waits_here = !waits_here;
      peer.say(a || waiting > 0 ? hello : not_found);
    }
    if (waits_here) --waiting;
  };
  const auto schedule = play(disturbed, {named("waits", "  slow\n", waits),
                                         named("alone", "  alone\n",
                                               "  client ! connect\n  client ! pause 50ms\n"
                                               "  client asks {b}\n")});
  EXPECT_EQ(schedule.order, (Order{"waits", "alone", "waits"}));
  EXPECT_EQ(schedule.came_to("alone"), "pass");
  EXPECT_EQ(schedule.came_to("waits"), "pass");
  EXPECT_EQ(schedule.of("waits").plays, 2) << "it may have been disturbed as well";
}

TEST(Scheduler, DoesNotCountWhatWasPlayedWhileAnotherWrote) {
  const auto schedule =
      play(answer_all,
           {named("writes", "  slow\n",
                  "  client ! slice 4 every 20ms\n"
                  "  client > GET {a} HTTP/1.1 | Host: {host} |\n  client < response {a}\n"),
            named("alone", "  alone\n", "  client ! pause 25ms\n  client asks {b}\n")});
  EXPECT_EQ(schedule.order, (Order{"writes", "alone"}));
  EXPECT_EQ(schedule.came_to("alone"), "pass");
}

TEST(Scheduler, RepeatsSideBySideWhatWaitsBeforeItIsSkipped) {
  std::atomic<int> open = 0;
  std::atomic<int> most = 0;
  const auto counted = [&](Peer& peer) {
    const int now = ++open;
    int before = most;
    while (before < now && !most.compare_exchange_weak(before, now)) {}
    answer_all(peer);
    --open;
  };
  const auto schedule = play(counted, {named("given", "  slow\n",
                                             "  client ! connect\n  client ! pause 100ms\n"
                                             "  client > GET {a} HTTP/1.1 | Host: {host} |\n"
                                             "  given client < response 404\n"
                                             "  client asks {a}\n")});
  EXPECT_EQ(schedule.came_to("given"), "skipped");
  EXPECT_EQ(schedule.of("given").plays, 3);
  EXPECT_EQ(most, 2);
}

}  // namespace
}  // namespace connspec
