// Profiles, coverage and what a target declares, as a person or a CI job meets them.
#include "tests/command_line.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <sstream>

namespace connspec {
namespace {

/// What a profile of one's own needs to be `certified` whatever connspec has no case for yet.
constexpr const char* house =
    "profile   house\n"
    "title     What this house asks for\n"
    "role      server gateway\n"
    "grade     core\n"
    "with      pipelining\n"
    "complete  1 %\n";

class ProfileLine : public CommandLineTest {
 protected:
  ProfileLine() { write("house.profile", house); }

  /// The bundled server by `house`, and these words.
  Finished play(std::vector<std::string> words) {
    words.insert(words.begin(),
                 {"server", url_, "--cases", folder_.string(), "--profile", "house"});
    return connspec(std::move(words));
  }
};

TEST_F(ProfileLine, ATargetThatHoldsToItIsCertified) {
  start_server();
  const auto finished = play({"--junit", path("out.xml")});
  EXPECT_EQ(finished.status, 0) << finished.output << finished.errors;
  EXPECT_TRUE(has(finished.output, "\nhouse: certified (")) << finished.output;
  EXPECT_TRUE(has(finished.output, "exit 0: as required"));
  pugi::xml_document document;
  ASSERT_TRUE(document.load_file(path("out.xml").c_str()));
  EXPECT_TRUE(document.select_node("//property[@name='profile-result'][@value='certified']"));
  EXPECT_EQ(document.select_nodes("//testsuite[not(starts-with(@name, 'server.'))]").size(),
            0U);
}

TEST_F(ProfileLine, ASelectionOfItsCasesLeavesItIncomplete) {
  start_server();
  write("house.profile", std::string(house).replace(std::string(house).find("1 %"), 1, "95"));
  const auto finished = play({"server/pipeline/order/a-hundred"});
  EXPECT_EQ(finished.status, 5) << finished.output << finished.errors;
  EXPECT_TRUE(has(finished.output, "no case of it was selected")) << finished.output;
  EXPECT_TRUE(has(finished.output, "house: incomplete ("));
  EXPECT_TRUE(has(finished.output, "exit 5: the profile is incomplete"));
}

TEST_F(ProfileLine, AFaultIsNotCertifiedAndAFailure) {
  const auto finished = connspec(
      {"demo", "--mutant", "s-reorder", "--cases", folder_.string(), "--profile", "house"});
  EXPECT_EQ(finished.status, 1) << finished.output << finished.errors;
  EXPECT_TRUE(has(finished.output, "not met     R9112-9.3.2-01, MUST: ")) << finished.output;
  EXPECT_TRUE(has(finished.output, "\nhouse: not certified ("));
  EXPECT_TRUE(has(finished.output, "exit 1: not certified"));
}

TEST_F(ProfileLine, QuietIsTwoLines) {
  start_server();
  const auto output = play({"-q"}).output;
  EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 2) << output;
  EXPECT_TRUE(output.starts_with("house: certified (")) << output;
}

/// `apart` softens what is played, in every report: a gateway that leaves out Via.
TEST_F(ProfileLine, ARowApartIsShownAndFailsNothing) {
  write(
      "via.profile",
      "profile   via\ntitle     Via\nrole      gateway\ngrade     core\nwith      proxy-core\n"
      "apart     R9110-7.6.3-01\ncomplete  1 %\n");
  const std::vector<std::string> words = {"demo",    "--mutant",       "p-no-via",
                                          "--cases", folder_.string(), "--profile",
                                          "via",     "proxy/hop/via",  "proxy/hop/own-version"};
  const auto apart = connspec(words);
  EXPECT_EQ(apart.status, 0) << apart.output << apart.errors;
  EXPECT_TRUE(has(apart.output, "apart       R9110-7.6.3-01, MUST: not met: ")) << apart.output;
  EXPECT_TRUE(has(apart.output, "\nvia: certified ("));
  write(
      "via.profile",
      "profile   via\ntitle     Via\nrole      gateway\ngrade     core\nwith      proxy-core\n"
      "complete  1 %\n");
  const auto gating = connspec(words);
  EXPECT_EQ(gating.status, 1) << gating.output << gating.errors;
  EXPECT_TRUE(has(gating.output, "not met     R9110-7.6.3-01, MUST: ")) << gating.output;
}

TEST_F(ProfileLine, ADemoIsPlayedInTheRolesOfTheProfile) {
  const auto finished =
      connspec({"demo", "--cases", folder_.string(), "--profile", "house", "-q"});
  EXPECT_EQ(finished.status, 0) << finished.output << finished.errors;
  EXPECT_TRUE(has(finished.output, "server, house: certified ("));
  EXPECT_TRUE(has(finished.output, "gateway, house: certified ("));
  EXPECT_FALSE(has(finished.output, "forward, house"));
}

TEST_F(ProfileLine, MistakesAreSaidAloneAndEndWith2) {
  write("target.json", "{\"role\": \"server\",\n \"declares\": {}}");
  write("proxy.json", "{\"role\": \"proxy\"}");
  const struct {
    std::vector<std::string> words;
    std::string sentence;
  } mistakes[] = {
      {{"server", url_, "--profile", "server-cor"},
       "there is no profile 'server-cor'; did you mean 'server-core'?; connspec list profiles"},
      {{"demo", "--profile", "server-cor"}, "did you mean 'server-core'?"},
      {{"list", "--profile", "server-cor"}, "did you mean 'server-core'?"},
      {{"coverage", "--profile", "server-cor"}, "did you mean 'server-core'?"},
      {{"server", url_, "--profile", "proxy-core"},
       "profile proxy-core is for role proxy, and this target is played as server"},
      {{"proxy", url_, "--profile", "connect-tunnel"},
       "profile connect-tunnel is for role forward, and this target is played as gateway"},
      {{"coverage", "--profile", "server-core", "--role", "forward"},
       "profile server-core is for role server gateway"},
      {{"coverage", "opne"}, "no row is selected by 'opne'; did you mean 'open'?"},
      {{"list", "server/clsoe"}, "near are 'server/close'"},
      {{"explain", "server/clsoe"}, "near are 'server/close'"},
      {{"server", url_, "--declare", "sinc=/"}, "did you mean 'sink'?"},
      {{"server", url_, "--declare", "sink=echo"}, "sink = 'echo' is no target"},
      {{"server", url_, "--declare", "sink=/a", "--declare", "sink=/b"}, "'sink' twice"},
      {{"server", url_, "--declare", "hit=/hit"}, "hit is declared without hits"},
      {{"server", url_, "--target", path("target.json")},
       "target.json:2: unknown key 'declares'; did you mean 'declare'?"},
      {{"server", url_, "--target", path("proxy.json")},
       "proxy.json: says role proxy, and this is connspec server"},
  };
  for (const auto& [words, sentence] : mistakes) {
    const auto finished = connspec(words);
    EXPECT_EQ(finished.status, 2) << sentence;
    EXPECT_TRUE(has(finished.errors, sentence)) << sentence << "\n" << finished.errors;
    EXPECT_EQ(finished.output, "") << sentence;
  }
}

TEST_F(ProfileLine, AMistakeInAProfileIsShownWhereItStands) {
  write("house.profile", "profile  house\ntitle    t\nrole     server\ngrade    corr\n");
  for (const auto& words :
       {std::vector<std::string>{"lint", path("house.profile")},
        {"server", url_, "--cases", folder_.string(), "--profile", "house"}}) {
    const auto finished = connspec(words);
    EXPECT_EQ(finished.status, 2);
    EXPECT_TRUE(has(finished.output + finished.errors,
                    "house.profile:4:10: grade 'corr' does not exist; did you mean 'core'?\n"
                    "  grade    corr\n           ^\n"))
        << finished.output << finished.errors;
  }
}

TEST_F(ProfileLine, LintCountsProfiles) {
  const auto finished = connspec({"lint", path("house.profile")});
  EXPECT_EQ(finished.status, 0) << finished.output;
  EXPECT_TRUE(has(finished.output, " profiles, 0 mistakes\n")) << finished.output;
}

TEST_F(ProfileLine, ProfilesAreListedAndExplained) {
  const auto list = connspec({"list", "profiles", "--cases", folder_.string()});
  EXPECT_EQ(list.status, 0);
  EXPECT_TRUE(has(list.output, "\nserver-core        core    server "));
  EXPECT_TRUE(has(list.output, "\nhouse              core    server "));
  EXPECT_FALSE(has(connspec({"list", "profiles", "--role", "server"}).output, "proxy-core"));
  const auto explained = connspec({"explain", "proxy-core"});
  EXPECT_EQ(explained.status, 0) << explained.errors;
  EXPECT_TRUE(has(explained.output, "Set apart")) << explained.output;
  EXPECT_TRUE(has(explained.output, "R9110-7.6.3-01"));
}

TEST_F(ProfileLine, TheCasesOfAProfileAreListed) {
  const auto all = connspec({"list", "--role", "server"});
  const auto few = connspec({"list", "--profile", "pipelining", "--role", "server"});
  EXPECT_EQ(few.status, 0) << few.errors;
  EXPECT_TRUE(has(few.output, "server/pipeline/order/a-hundred"));
  EXPECT_FALSE(has(few.output, "server/expect/"));
  EXPECT_LT(few.output.size(), all.output.size());
  const auto less = connspec({"list", "--profile", "pipelining", "server/pipeline", "!slow"});
  EXPECT_TRUE(has(less.output, "server/pipeline/order/a-hundred"));
  EXPECT_FALSE(has(less.output, "server/persist/"));
}

TEST_F(ProfileLine, ListTakesAwayWhatASignNames) {
  const auto all = connspec({"list", "server/timeout"});
  EXPECT_TRUE(has(all.output, "slow: {idle}")) << all.output;
  const auto none = connspec({"list", "server/timeout", "!slow"});
  EXPECT_FALSE(has(none.output, "slow: {idle}")) << none.output;
}

TEST_F(ProfileLine, CoverageHasEveryRowAndItsCounts) {
  const auto finished = connspec({"coverage", "--role", "server"});
  EXPECT_EQ(finished.status, 0);
  for (const auto* part : {"\nBy topic ", "\nBy level of the row ", "\nBy section ",
                           "    + server/close/option/ends\n", " rows: "})
    EXPECT_TRUE(has(finished.output, part)) << part;
  std::istringstream rows(finished.output);
  for (std::string row; std::getline(rows, row);) EXPECT_LE(row.size(), 100U) << row;
}

TEST_F(ProfileLine, TheSummarySaysWhatDeclaringMoreWouldAdd) {
  start_server();
  const auto finished = connspec(
      {"server", url_, "server/incomplete/no-effect/cut", "server/timeout/idle/by-fin"});
  EXPECT_EQ(finished.status, 4) << finished.output;  // Nothing of this can be played.
  EXPECT_TRUE(has(finished.output, "not declared: hit+hits (")) << finished.output;
  EXPECT_TRUE(has(finished.output, "idle (")) << finished.output;
}

TEST_F(ProfileLine, DeclaringItPlaysIt) {
  start_server();
  const auto finished = connspec({"server", url_, "server/incomplete", "--declare", "hit=/hit",
                                  "--declare", "hits=/hits", "--declare", "sink=/sink"});
  EXPECT_EQ(finished.status, 0) << finished.output;
  EXPECT_FALSE(has(finished.output, "not declared")) << finished.output;
  EXPECT_TRUE(has(finished.output, "\n  declared  ")) << finished.output;
  EXPECT_TRUE(has(finished.output, "  hit = /hit, hits = /hits, sink = /sink\n"))
      << finished.output;
}

/// A wrong path must not come out as a fault of the server.
TEST_F(ProfileLine, AResourceThatDoesNotDoWhatItShouldIsLeftOut) {
  start_server();
  const auto finished =
      connspec({"server", url_, "server/incomplete", "server/persist/no-body", "--declare",
                "hit=/hit", "--declare", "hits=/a", "--declare", "sink=/early"});
  EXPECT_EQ(finished.status, 5) << finished.output;
  EXPECT_TRUE(has(finished.output, "not used, though declared: sink = /early: expected "))
      << finished.output;
  EXPECT_TRUE(has(finished.output, "not used, though declared: hit = /hit, hits = /a: "))
      << finished.output;
  EXPECT_TRUE(has(finished.output, "  not-as-declared")) << finished.output;
  EXPECT_FALSE(has(finished.output, "FAIL")) << finished.output;
}

/// It is tried afterwards, since trying takes as long as it is slow.
TEST_F(ProfileLine, ASlowResourceThatIsNotSlowIsToldAfterwards) {
  start_server();
  for (const auto* one : {"slow=/a", "slow=/nowhere"}) {
    const auto finished = connspec({"server", url_, "server/pipeline/order", "--declare", one});
    EXPECT_EQ(finished.status, 5) << finished.output;
    EXPECT_TRUE(has(finished.output, "not used, though declared: slow = /")) << finished.output;
    EXPECT_TRUE(has(finished.output, "not-as-declared: {slow} does not do what it should"))
        << finished.output;
    EXPECT_FALSE(has(finished.output, " 1 FAIL")) << finished.output;
  }
}

TEST_F(ProfileLine, EveryResourceOfTheBundledServerDoesWhatItShould) {
  start_server();
  std::vector<std::string> words = {"server", url_};
  for (const auto* one :
       {"sink=/sink", "early=/early", "big=/big", "slow=/slow", "chunked=/chunked",
        "nobody=/nobody", "etag=/etag", "upgrade=/upgrade", "protocol=connspec-echo",
        "hit=/hit", "hits=/hits"}) {
    words.emplace_back("--declare");
    words.emplace_back(one);
  }
  const auto finished = connspec(words);
  EXPECT_EQ(finished.status, 0) << finished.output;
  EXPECT_FALSE(has(finished.output, "not used")) << finished.output;
  const auto again = connspec(words);  // A server that counts remembers the run before.
  EXPECT_EQ(again.status, 0) << again.output;
  EXPECT_FALSE(has(again.output, "not used")) << again.output;
}

}  // namespace
}  // namespace connspec
