// Judged again from its testimony, a play comes to what it came to.
#include "harness/testimony_json.hpp"

#include "fixtures/mutants.hpp"
#include "harness/bundled.hpp"
#include "harness/hearing.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <boost/asio/co_spawn.hpp>

#include <map>

namespace connspec {
namespace {

std::string shown(const Played& played) {
  std::string text = std::string(name_of(played.verdict)) + " " + played.reason + "; " +
                     played.expected + "; " + played.seen + "; " + played.taken;
  for (const auto& [name, row] : played.allowed) text += " | " + name + ": " + row;
  for (const bool flag : {played.timed, played.at_bound, played.lagged, played.waited,
                          played.refused, played.given_unmet})
    text += flag ? " 1" : " 0";
  return text + " " + std::to_string(static_cast<int>(played.closed));
}

std::string shown(const Result& result) {
  return std::string(name_of(result.verdict)) + " " + result.reason + "; " + result.expected +
         "; " + result.seen + "; " + result.taken + (result.unstable ? " unstable " : " ") +
         result.first_reason + " " + std::to_string(result.plays);
}

/// Plays cases and judges each play again as soon as it has testified, by what JSON keeps of
/// it.
class Sessions {
 public:
  Sessions() : library_(load_embedded({})) {}

  const CaseLibrary& library() const { return library_; }

  void play(const fixtures::Conduct& conduct, Role role, const std::vector<const Case*>& cases,
            bool official = false) {
    Loop loop;
    Bundled bundled(conduct);
    auto spec = bundled.spec(role);
    spec.patience = 0.2;
    Plan plan{.repeat = official ? 3 : 1, .official = official};
    Offer offer;
    Rules rules;
    for (const auto* script : cases)
      if (!script->everies.empty()) rules.add(*script);
    std::map<const Case*, std::vector<KeptRound>> rounds;
    std::size_t number = 0;
    Audience audience;
    audience.measured = [&](const Stage& stage, const Calibration&) { offer = stage.offer; };
    audience.heard = [&](const Heard& heard) {
      auto& kept = rounds[&heard.script];
      if (kept.size() < heard.round) kept.push_back({.alone = heard.alone});
      ASSERT_TRUE(heard.played.testimony) << heard.script.id;
      const auto text = as_json(*heard.played.testimony).dump();
      bytes_ += text.size();
      ++plays_;
      kept.back().plays.push_back({++number, testimony_of(nlohmann::json::parse(text))});
      try {
        const auto again = judge_again(heard.script, kept.back().plays.back().testimony, offer);
        EXPECT_EQ(shown(again), shown(heard.played)) << heard.script.id;
      } catch (const TestimonyError& error) {
        ADD_FAILURE() << heard.script.id << ": " << error.what() << "\n" << text;
      }
    };
    audience.silent = [&](const Case& script, std::size_t, const std::string& reason) {
      rounds[&script].back().silent = reason;
    };
    std::optional<Outcome> outcome;
    boost::asio::co_spawn(loop.io,
                          run_session(loop, spec, cases, std::move(plan), std::move(audience)),
                          [&](std::exception_ptr error, Outcome done) {
                            loop.io.stop();
                            if (error) std::rethrow_exception(error);
                            outcome = std::move(done);
                          });
    loop.io.run();
    ASSERT_TRUE(outcome && outcome->error.empty()) << (outcome ? outcome->error : "");
    std::map<std::size_t, Rules> seen;
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const auto& live = outcome->run.results[i];
      const auto found = rounds.find(cases[i]);
      if (found == rounds.end()) continue;
      const HearingOptions options{.official = official,
                                   .repeat = official ? 3U : 1U,
                                   .lost = outcome->run.target_lost,
                                   .rules = &rules,
                                   .seen = &seen};
      try {
        auto result = hear(*cases[i], found->second, offer, options);
        EXPECT_EQ(shown(result), shown(live)) << live.id;
      } catch (const TestimonyError& error) {
        ADD_FAILURE() << live.id << ": " << error.what();
      }
    }
    for (const auto& [ignored, play] : seen) rules.observe(play);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      if (cases[i]->everies.empty()) continue;
      auto result = unfinished(*cases[i], "");
      rules.settle(result, "");
      EXPECT_EQ(shown(result), shown(outcome->run.results[i])) << result.id;
    }
  }

  std::size_t plays() const { return plays_; }
  std::size_t bytes() const { return bytes_; }

 private:
  CaseLibrary library_;
  std::size_t plays_ = 0;
  std::size_t bytes_ = 0;
};

TEST(Testimony, OfTheConformingServerIsJudgedAgainAlike) {
  Sessions sessions;
  sessions.play({}, Role::server, select(sessions.library(), Role::server, {}).cases);
  EXPECT_GT(sessions.plays(), 500U);
  RecordProperty("bytes", std::to_string(sessions.bytes()));
  RecordProperty("plays", std::to_string(sessions.plays()));
}

TEST(Testimony, OfTheConformingGatewayIsJudgedAgainAlike) {
  Sessions sessions;
  sessions.play({}, Role::gateway, select(sessions.library(), Role::gateway, {}).cases);
  EXPECT_GT(sessions.plays(), 500U);
}

TEST(Testimony, OfTheConformingForwardProxyIsJudgedAgainAlike) {
  Sessions sessions;
  sessions.play({}, Role::forward, select(sessions.library(), Role::forward, {}).cases);
  EXPECT_GT(sessions.plays(), 500U);
}

TEST(Testimony, OfAnOfficialRunIsJudgedAgainAlike) {
  Sessions sessions;
  const std::vector<std::string> words{"server/persist", "server/close"};
  sessions.play({}, Role::server, select(sessions.library(), Role::server, words).cases, true);
}

/// The cases that claim a mutant, in each of its roles.
void play_mutants(fixtures::Part part, std::size_t every, std::size_t from) {
  Sessions sessions;
  std::size_t number = 0;
  for (const auto& mutant : fixtures::mutants()) {
    if (mutant.part != part || number++ % every != from) continue;
    SCOPED_TRACE(mutant.name);
    fixtures::Conduct conduct;
    mutant.change(conduct);
    for (const auto role : {Role::server, Role::gateway, Role::forward}) {
      if ((role == Role::server) != (part == fixtures::Part::server)) continue;
      const std::vector<std::string> words{std::string(mutant.name)};
      const auto selection = select(sessions.library(), role, words);
      if (selection.cases.empty()) continue;
      sessions.play(conduct, role, selection.cases);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
  EXPECT_GT(sessions.plays(), 50U);
}

TEST(Testimony, OfFaultyServersIsJudgedAgainAlike) {
  play_mutants(fixtures::Part::server, 6, 1);
}

TEST(Testimony, OfFaultyProxiesIsJudgedAgainAlike) {
  play_mutants(fixtures::Part::proxy, 6, 1);
}

}  // namespace
}  // namespace connspec
