// Whatever a target does, connspec comes to an end in bounded time, says why, and leaves a
// whole report behind.
#include "tests/child_process.hpp"
#include "tests/hostile_target.hpp"

#include <gtest/gtest.h>
#include <pugixml.hpp>

#include <filesystem>

namespace connspec {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// Connections that calibration needs, and some more.
constexpr int until_played = 16;

/// One way of a target to answer a request, and what is said where it always does.
struct Misconduct {
  std::string name;
  void (*answer)(Victim& victim);
  std::string sentence;
};

void PrintTo(const Misconduct& misconduct, std::ostream* out) { *out << misconduct.name; }

void answer_well(Victim& victim) {
  for (auto target = victim.read_target(); !target.empty(); target = victim.read_target())
    victim.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(target.size()) +
                 "\r\n\r\n" + target);
}

const Misconduct misconducts[] = {
    {"NeverAnswers", [](Victim& victim) { victim.linger(); }, "got nothing within"},
    {"AnswersGarbage",
     [](Victim& victim) {
       victim.write("SSH-2.0-OpenSSH_9.2\r\n");
       victim.linger();
     },
     "got \"SSH-2.0-OpenSSH_9.2\\r\\n\", which is no response"},
    {"AnswersNuls",
     [](Victim& victim) {
       victim.write(std::string(65'536, '\0'));
       victim.linger();
     },
     "which is no response"},
    {"PutsANulIntoAField",
     [](Victim& victim) {
       victim.write(std::string("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n", 46));
       victim.linger();
     },
     "which is no response"},
    {"SendsEndlessHeads",
     [](Victim& victim) {
       victim.write("HTTP/1.1 200 OK\r\n");
       while (victim.write("X-Filler: " + std::string(1000, 'x') + "\r\n")) continue;
     },
     "the head is endless"},
    {"Promises4GiB",
     [](Victim& victim) {
       victim.write("HTTP/1.1 200 OK\r\nContent-Length: 4294967296\r\n\r\nhello");
       victim.linger();
     },
     "bytes of a response within"},
    {"SendsOneByteNowAndThen",
     [](Victim& victim) {
       const std::string response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
       for (const char byte : response) {
         if (!victim.write(std::string(1, byte))) return;
         std::this_thread::sleep_for(100ms);
       }
     },
     "of a response within"},
    {"EndsBeforeTheAnswer", [](Victim& victim) { victim.read_target(); },
     "got an end by FIN before the first byte"},
    {"ResetsBeforeTheAnswer",
     [](Victim& victim) {
       victim.read_target();
       victim.will_reset();
     },
     "got an end by RST before the first byte"},
    {"ResetsInTheHead",
     [](Victim& victim) {
       victim.read_target();
       victim.write("HTTP/1.1 200 OK\r\nContent-");
       std::this_thread::sleep_for(5ms);
       victim.will_reset();
     },
     "got an end by RST after 25 bytes of a response"},
    {"ResetsInTheBody",
     [](Victim& victim) {
       victim.read_target();
       victim.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhel");
       std::this_thread::sleep_for(5ms);
       victim.will_reset();
     },
     "got an end by RST after 42 bytes of a response"},
    {"SendsABodyWithoutEnd",
     [](Victim& victim) {
       victim.write("HTTP/1.1 200 OK\r\n\r\n");
       while (victim.write(std::string(65'536, 'x'))) continue;
     },
     "got a response without an end"},
    {"SendsSmallChunksWithoutEnd",
     [](Victim& victim) {
       victim.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
       std::string chunks;
       for (int i = 0; i < 10'000; ++i) chunks += "1\r\nx\r\n";
       while (victim.write(chunks)) continue;
     },
     "got a response without an end"},
    {"SendsInterimResponsesWithoutEnd",
     [](Victim& victim) {
       while (victim.write("HTTP/1.1 103 Early Hints\r\n\r\n")) continue;
     },
     "got 1000 interim responses and no end of them"},
};

class HostileTargets : public testing::TestWithParam<Misconduct> {
 protected:
  HostileTargets() { fs::create_directories(folder_); }
  ~HostileTargets() override { fs::remove_all(folder_); }

  Finished play(const std::string& url, const std::string& cases) {
    return run({CONNSPEC_PROGRAM, "server", url, cases, "--patience", "0.1", "--junit",
                (folder_ / "junit.xml").string()});
  }

  /// Cases in the report; -1 where it is no report.
  int reported() const {
    pugi::xml_document document;
    if (!document.load_file((folder_ / "junit.xml").c_str())) return -1;
    const auto suites = document.child("testsuites");
    int cases = 0;
    for (const auto& suite : suites)
      for (const auto& one : suite.children("testcase")) cases += one ? 1 : 0;
    return cases == suites.attribute("tests").as_int() ? cases : -1;
  }

 private:
  fs::path folder_ = fs::path(testing::TempDir()) / ("hostile-" + std::to_string(::getpid()));
};

TEST_P(HostileTargets, AreNotReachedAndTheReasonIsSaid) {
  HostileTarget target([](Victim& victim, int) { GetParam().answer(victim); });
  const auto finished = play(target.url(), "server/segments/anywhere/pair/1*");
  EXPECT_EQ(finished.status, 3) << finished.output;
  EXPECT_NE(finished.errors.find(GetParam().sentence), std::string::npos) << finished.errors;
  EXPECT_EQ(reported(), 11);
  EXPECT_LT(finished.time, 20s);
}

class LostTargets : public HostileTargets {};

TEST_P(LostTargets, AreNamedAndEveryCaseIsReported) {
  HostileTarget target([](Victim& victim, int number) {
    number <= until_played ? answer_well(victim) : GetParam().answer(victim);
  });
  const auto finished = play(target.url(), "server/segments/anywhere/pair/1*");
  EXPECT_EQ(finished.status, 3) << finished.output;
  EXPECT_NE(finished.output.find("target lost"), std::string::npos) << finished.output;
  EXPECT_EQ(reported(), 11);
  EXPECT_LT(finished.time, 40s);
}

INSTANTIATE_TEST_SUITE_P(All, HostileTargets, testing::ValuesIn(misconducts),
                         [](const auto& one) { return one.param.name; });

INSTANTIATE_TEST_SUITE_P(All, LostTargets, testing::ValuesIn(misconducts),
                         [](const auto& one) { return one.param.name; });

using Targets = HostileTargets;

TEST_F(Targets, ThatRefuseConnectionsAreNamed) {
  const auto address = "127.0.0.1:" + std::to_string(free_port());
  const auto finished = play("http://" + address, "server/close/*");
  EXPECT_EQ(finished.status, 3);
  EXPECT_NE(finished.output.find("not reached  nothing listens on " + address),
            std::string::npos)
      << finished.output;
  EXPECT_GT(reported(), 0);
}

TEST_F(Targets, ThatStopListeningAreLost) {
  HostileTarget* listening = nullptr;
  HostileTarget target([&listening](Victim& victim, int number) {
    if (number > until_played) listening->stop_listening();
    answer_well(victim);
  });
  listening = &target;
  const auto finished = play(target.url(), "server/segments/anywhere/pair/*");
  EXPECT_EQ(finished.status, 3) << finished.output;
  EXPECT_NE(finished.output.find("got no connection"), std::string::npos) << finished.output;
  EXPECT_EQ(reported(), 46);
}

TEST_F(Targets, ThatAnswerOnlyOnceAConnectionDoNotTakeABoundForEachCase) {
  HostileTarget target([](Victim& victim, int) {
    const auto path = victim.read_target();
    victim.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(path.size()) +
                 "\r\n\r\n" + path);
    victim.linger();
  });
  const auto finished = play(target.url(), "server/persist");
  EXPECT_EQ(finished.status, 1) << finished.output;
  EXPECT_GT(reported(), 30);
  EXPECT_LT(finished.time,
            10s);  // One bound is 300 ms, and a case may take three of them twice.
}

}  // namespace
}  // namespace connspec
