// The program as a person or a CI job meets it: exit codes, sentences and files.
#include "tests/command_line.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>

namespace connspec {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class CommandLine : public CommandLineTest {
 protected:
  /// Of `server URL` and these words and one quick case.
  Finished play(std::vector<std::string> words) {
    words.insert(words.begin(), {"server", url_, "server/segments/anywhere/pair/1"});
    return connspec(std::move(words));
  }

  static int failures_and_errors(const std::string& file) {
    pugi::xml_document document;
    if (!document.load_file(file.c_str())) return -1;
    const auto suites = document.child("testsuites");
    return suites.attribute("failures").as_int() + suites.attribute("errors").as_int();
  }
};

TEST_F(CommandLine, HelpFitsAScreen) {
  const auto help = connspec({"--help"});
  EXPECT_EQ(help.status, 0);
  std::istringstream lines(help.output);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    EXPECT_LE(line.size(), 80U) << line;
  EXPECT_LE(count, 50U);
}

TEST_F(CommandLine, MistakesAreSaidAloneAndEndWith2) {
  write("target.json", "{\"declare\"");
  const struct {
    std::vector<std::string> words;
    std::string sentence;
  } mistakes[] = {
      {{"server", url_, "--bogus"}, "--bogus"},
      {{"frobnicate"}, "frobnicate"},
      {{"server"}, "URL is required"},
      {{"server", "https://127.0.0.1:1"}, "'https://127.0.0.1:1' is no http:// URL"},
      {{"server", "http://127.0.0.1:99999"}, "write http://HOST:PORT"},
      {{"server", url_, "server/nosuch"}, "is selected by 'server/nosuch'"},
      {{"server", url_, "--declare", "sink"}, "--declare takes NAME=VALUE, not 'sink'"},
      {{"server", url_, "--declare", "sinc=/"}, "'sinc' is nothing that a target can declare"},
      {{"server", url_, "--declare", "idle=soon"}, "idle = 'soon' is no time"},
      {{"server", url_, "--target", path("none.json")}, "none.json: cannot be read"},
      {{"server", url_, "--target", path("target.json")}, "target.json: parse error"},
      {{"server", url_, "--jobs", "0"}, "--jobs"},
      {{"server", url_, "--color", "sometimes"}, "--color"},
      {{"server", url_, "--junit-flavor", "plain"}, "--junit-flavor"},
      {{"proxy", url_, "--origin", "nowhere"}, "--origin takes HOST:PORT, not 'nowhere'"},
      {{"recipe", "ngnix"}, "there is no recipe 'ngnix'; did you mean 'nginx'?"},
      {{"recipe", "envoy-or-so"}, "there is no recipe 'envoy-or-so'; connspec recipe lists"},
      {{"recipe", "nginx", "haproxy"}, "recipe takes one name"},
      {{"recipe", "nginx", "--origin", "nowhere"}, "--origin takes HOST:PORT, not 'nowhere'"},
      {{"recipe", "nginx", "--origin", "h:0"}, "--origin takes HOST:PORT, not 'h:0'"},
      {{"recipe", "nginx", "--port", "0"}, "--port"},
      {{"demo", "--mutant", "s-nosuch"}, "there is no mutant 's-nosuch'"},
      {{"demo", "--declare", "sink=/sink"}, "--declare"},
      {{"selftest", "s-reorder", "s-nosuch"}, "there is no mutant 's-nosuch'"},
      {{"selftest", "s-reorder", "--junit", path("report.xml")}, "--junit"},
      {{"selftest", "s-reorder", "--baseline", path("none")}, "--baseline"},
      {{"selftest", "s-reorder", "--strict"}, "--strict"},
      {{"compare", "one.json", "two.json", "--junit", path("report.xml")}, "--junit"},
      {{"verify", path(""), "--cases", path("")}, "--cases"},
  };
  for (const auto& [words, sentence] : mistakes) {
    const auto finished = connspec(words);
    EXPECT_EQ(finished.status, 2) << sentence;
    EXPECT_TRUE(has(finished.errors, sentence)) << sentence << "\n" << finished.errors;
    EXPECT_EQ(finished.output, "") << sentence;
  }
}

TEST_F(CommandLine, RecipesAreListed) {
  const auto listed = connspec({"recipe"});
  EXPECT_EQ(listed.status, 0);
  for (const auto* name : {"nginx", "haproxy", "apache", "squid", "varnish"})
    EXPECT_TRUE(has(listed.output, std::string("\n  ") + name + " ")) << listed.output;
  EXPECT_TRUE(has(connspec({"recipe", "nginx"}).output, "listen 127.0.0.1:8080;"));
}

TEST_F(CommandLine, NothingSelectedIsNotGreen) {
  EXPECT_EQ(connspec({"server", url_, "!server/*"}).status, 4);
}

TEST_F(CommandLine, AWrongCaseFileEndsWith2AndItsAddress) {
  write("wrong.convo", std::string("requirement \0 \xff", 15));
  const auto finished = play({"--cases", path("")});
  EXPECT_EQ(finished.status, 2);
  EXPECT_TRUE(has(finished.errors, "wrong.convo:1:")) << finished.errors;
}

TEST_F(CommandLine, AReportThatCannotBeWrittenIsSaidBeforeAnythingIsPlayed) {
  start_server();
  write("file", "");
  for (const auto* option : {"--junit", "--out"}) {
    const auto finished = play({option, path("file/below")});
    EXPECT_EQ(finished.status, 2);
    EXPECT_TRUE(has(finished.errors, "cannot write")) << finished.errors;
    EXPECT_EQ(finished.output, "");
  }
}

TEST_F(CommandLine, JunitOnStandardOutputIsAlone) {
  start_server();
  for (const auto* name : {"-", "/dev/stdout"}) {
    const auto finished = play({"--junit", name});
    EXPECT_EQ(finished.status, 0) << finished.errors;
    pugi::xml_document document;
    EXPECT_TRUE(document.load_string(finished.output.c_str())) << finished.output;
    EXPECT_TRUE(has(finished.errors, "exit 0: as required")) << finished.errors;
  }
  EXPECT_TRUE(fs::is_symlink("/dev/stdout"));
}

TEST_F(CommandLine, OutHoldsJunitAndATranscriptOfEachCase) {
  start_server();
  EXPECT_EQ(play({"--out", path("out")}).status, 0);
  EXPECT_EQ(failures_and_errors(path("out/junit.xml")), 0);
  const fs::recursive_directory_iterator files(path("out/transcripts"));
  EXPECT_EQ(std::count_if(begin(files), end(files),
                          [](const auto& entry) { return entry.is_regular_file(); }),
            1);
}

TEST_F(CommandLine, QuietIsOneLineAndColouredOnDemand) {
  start_server();
  const auto quiet = play({"-q"}).output;
  EXPECT_EQ(std::count(quiet.begin(), quiet.end(), '\n'), 1) << quiet;
  EXPECT_FALSE(has(quiet, "\x1b["));
  EXPECT_TRUE(has(play({"-q", "--color", "always"}).output, "\x1b["));
}

TEST_F(CommandLine, ATargetIsStartedAndStopped) {
  const auto command = std::string(FIXTURE_PROGRAM) + " server --port " + std::to_string(port_);
  const auto finished = play({"--spawn", command});
  EXPECT_EQ(finished.status, 0) << finished.output << finished.errors;
  EXPECT_FALSE(wait_for_port(port_, 0s));
}

TEST_F(CommandLine, ATargetThatDoesNotStartIsSaid) {
  const auto finished = play({"--spawn", "exit 7"});
  EXPECT_EQ(finished.status, 3);
  EXPECT_TRUE(has(finished.errors, "'exit 7' ended before it listened")) << finished.errors;
}

TEST_F(CommandLine, ATargetIsNotStartedWhereAnotherListens) {
  start_server();
  const auto finished = play({"--spawn", "sleep 100"});
  EXPECT_EQ(finished.status, 3);
  EXPECT_TRUE(has(finished.errors, "something listens on 127.0.0.1:")) << finished.errors;
}

TEST_F(CommandLine, AnOriginAddressInUseIsSaid) {
  start_server();
  const auto taken = "127.0.0.1:" + std::to_string(port_);
  const auto finished = connspec({"proxy", url_, "--origin", taken});
  EXPECT_EQ(finished.status, 2);
  EXPECT_TRUE(has(finished.errors, "cannot listen on " + taken)) << finished.errors;
}

TEST_F(CommandLine, AProxyThatNeverComesToOurOriginGetsAHint) {
  start_server();
  const auto finished = connspec({"proxy", url_, "proxy/hop", "--patience", "0.1"});
  EXPECT_EQ(finished.status, 3);
  EXPECT_TRUE(has(finished.errors, "ever came to our origin at 127.0.0.1:")) << finished.errors;
  EXPECT_TRUE(has(finished.errors, "--origin")) << finished.errors;
}

TEST_F(CommandLine, ASignalLeavesAWholeReport) {
  start_server();
  for (const int signal : {SIGINT, SIGTERM}) {
    const auto file = path("interrupted.xml");
    fs::remove(file);
    const auto finished = run(
        {"sh", "-c",
         "signal=$1; file=$2; shift 2; \"$@\" & while [ ! -s \"$file\" ]; do sleep 0.05; done; "
         "kill -$signal $!; wait $!",
         "sh", std::to_string(signal), file, CONNSPEC_PROGRAM, "server", url_,
         "server/segments/anywhere/pair/*", "--repeat", "100000", "--junit", file});
    EXPECT_EQ(finished.status, 130) << finished.errors;
    EXPECT_GE(failures_and_errors(file), 0);
    EXPECT_TRUE(has(finished.output, "exit 130: interrupted"));
  }
}

}  // namespace
}  // namespace connspec
