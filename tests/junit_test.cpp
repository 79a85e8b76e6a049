#include "reports/junit.hpp"

#include "reports/folder.hpp"
#include "reports/identity.hpp"
#include "reports/whole_file.hpp"
#include "tests/golden.hpp"
#include "tests/report_samples.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <vector>

namespace connspec {
namespace {

namespace fs = std::filesystem;

const JunitOptions rich{};
constexpr JunitOptions::Flavour strict_flavour = JunitOptions::Flavour::strict;

std::vector<ReportedRun> both() { return {samples::run(), samples::proxy_run()}; }

std::string strict_report(std::span<const ReportedRun> runs) {
  return junit(runs, {.flavour = strict_flavour});
}

/// A folder of this test's own, gone at the end.
class Folder {
 public:
  Folder()
      : path_(fs::temp_directory_path() / ("connspec-junit-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string at(const std::string& name) const { return (path_ / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        fs::recursive_directory_iterator(path_),
        [](const fs::directory_entry& entry) { return entry.is_regular_file(); }));
  }

 private:
  fs::path path_;
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// xmllint's exit code: 0 is valid, 3 and 4 are not.
int validate(const std::string& path) {
  std::string command = "xmllint --noout --schema '" TESTS_DIR "/jenkins-xunit.xsd' '" + path +
                        "' 2>/dev/null >/dev/null";
  int status = std::system(command.c_str());
  return WEXITSTATUS(status);
}

int validate_text(const Folder& folder, const std::string& text) {
  std::string path = folder.at("report.xml");
  std::ofstream(path, std::ios::binary) << text;
  return validate(path);
}

/// `text` with the first `from` replaced; a `from` that is not there is a mistake in the test.
std::string with(std::string text, std::string_view from, std::string_view to) {
  std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

pugi::xml_node case_in(const pugi::xml_document& document, const std::string& name) {
  return document.select_node(("//testcase[@name='" + name + "']").c_str()).node();
}

TEST(Junit, IsTheGoldenFileInTheRichFlavour) {
  std::string text = junit(both(), rich);
  EXPECT_EQ(text, golden("junit-rich.xml", text));
}

TEST(Junit, IsTheGoldenFileInTheStrictFlavour) {
  std::string text = strict_report(both());
  EXPECT_EQ(text, golden("junit-strict.xml", text));
}

TEST(Junit, IsPrintableAsciiWithoutCdataOrNumericReferencesToControls) {
  for (const std::string& text : {junit(both(), rich), strict_report(both())}) {
    EXPECT_TRUE(std::ranges::all_of(text, [](char byte) {
      return byte == '\n' || byte == '\t' || (byte >= ' ' && byte <= '~');
    }));
    EXPECT_EQ(text.find("<![CDATA["), std::string::npos);
    EXPECT_EQ(text.find("&#"), std::string::npos);
  }
}

TEST(Junit, StrictHoldsToTheRulesOfJenkinsXunit) {
  Folder folder;
  EXPECT_EQ(validate_text(folder, strict_report(both())), 0);
}

TEST(Junit, RichDoesNotAndIsWellFormed) {
  Folder folder;
  EXPECT_EQ(validate_text(folder, junit(both(), rich)), 3);
  std::string command = "xmllint --noout '" + folder.at("report.xml") + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(Junit, EachThingThatJenkinsXunitRejectsIsRejected) {
  Folder folder;
  std::string good = strict_report(both());
  EXPECT_EQ(validate_text(folder, with(good, "<testcase ", "<testcase file=\"a\" ")), 3);
  EXPECT_EQ(validate_text(folder, with(good, "<testcase ", "<testcase line=\"1\" ")), 3);
  EXPECT_EQ(validate_text(folder, with(good, "<skipped ", "<properties/><skipped ")), 3);
  EXPECT_EQ(validate_text(folder, with(good, "<testsuites ", "<testsuites skipped=\"1\" ")), 3);
  EXPECT_EQ(validate_text(folder, with(good, "<testsuites ",
                                       "<testsuites timestamp=\"2026-06-04T09:12:33\" ")),
            3);
  EXPECT_EQ(validate_text(folder, with(good, "time=\"1.655\"", "time=\"1.6554\"")), 3);
}

TEST(Junit, OfNothingIsStillAReport) {
  Folder folder;
  std::vector<ReportedRun> runs(1);
  EXPECT_EQ(validate_text(folder, strict_report(runs)), 0);
  EXPECT_EQ(validate_text(folder, strict_report({})), 0);
}

TEST(Junit, ReadsBackEveryResult) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(junit(both(), rich).c_str()));
  std::set<std::pair<std::string, std::string>> found;
  for (pugi::xpath_node test : document.select_nodes("//testcase"))
    found.insert({test.node().attribute("classname").value(),
                  id_of(test.node().attribute("classname").value(),
                        test.node().attribute("name").value())});
  std::size_t results = 0;
  for (const ReportedRun& run : both()) {
    for (const Result& result : run.results) {
      ++results;
      EXPECT_TRUE(found.contains({identity_of(run.role, result.id).class_name, result.id}))
          << result.id;
    }
  }
  EXPECT_EQ(found.size(), results);
}

TEST(Junit, MapsEachVerdict) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(junit(both(), rich).c_str()));
  pugi::xml_node fail = case_in(document, "leaves-later-requests-alone");
  EXPECT_STREQ(fail.child("failure").attribute("type").value(), "expected-end-got-response");
  EXPECT_STREQ(case_in(document, "shows-the-cut/in-chunk/close/http-1.1")
                   .child("failure")
                   .attribute("type")
                   .value(),
               "way-launders");
  EXPECT_FALSE(case_in(document, "after-upload").child("failure"));
  EXPECT_TRUE(case_in(document, "after-upload").child("system-out"));
  EXPECT_STREQ(case_in(document, "one-write").child("system-out").text().get(),
               "observed: took the way answers\n");
  EXPECT_STREQ(case_in(document, "large").child("skipped").attribute("message").value(),
               "needs-sink: the target declares no {sink}");
  EXPECT_STREQ(case_in(document, "closes").child("error").attribute("type").value(),
               "target-busy");
  EXPECT_TRUE(case_in(document, "of-two").child("flakyFailure").child("stackTrace"));
  EXPECT_FALSE(case_in(document, "of-two").child("failure"));
  EXPECT_TRUE(case_in(document, "of-three").child("rerunFailure").child("stackTrace"));
  EXPECT_FALSE(case_in(document, "stays-open").first_child());
}

TEST(Junit, TellsOfAnUnstablePassInTheStrictFlavourToo) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(strict_report(both()).c_str()));
  std::string out = case_in(document, "of-two").child("system-out").text().get();
  EXPECT_TRUE(out.starts_with("unstable: ")) << out;
}

TEST(Junit, CountsADepartureAsAFailureWhereTheRunIsStrict) {
  std::vector<ReportedRun> runs = {samples::run()};
  runs[0].strict = true;
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(junit(runs, rich).c_str()));
  EXPECT_TRUE(case_in(document, "after-upload").child("failure"));
  EXPECT_EQ(document.first_child().attribute("failures").as_int(), 4);
}

TEST(Junit, KeepsATranscriptTo8KiBAndPointsToTheWhole) {
  ReportedRun run = samples::run();
  Result big = samples::served_after_close();
  for (int i = 0; i < 5000; ++i)
    big.transcript.push_back(samples::event(
        i, "client", Event::Kind::note, "a note that takes its place " + std::to_string(i)));
  big.transcript_file = "transcripts/x.txt";
  run.results = {big};
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(junit({&run, 1}, {.folder = "out"}).c_str()));
  pugi::xml_node test = document.select_node("//testcase").node();
  std::string text = test.child("failure").text().get();
  EXPECT_LT(text.size(), 8192U + 1500U);
  EXPECT_NE(text.find("more rows"), std::string::npos);
  EXPECT_NE(text.find("a note that takes its place 4999"), std::string::npos);
  EXPECT_NE(text.find("transcript  transcripts/x.txt\n"), std::string::npos);
  EXPECT_STREQ(test.child("system-out").text().get(), "[[ATTACHMENT|out/transcripts/x.txt]]\n");
}

TEST(Junit, KeepsAMessageTo200CharactersOnOneLine) {
  ReportedRun run;
  Result result = samples::launders();
  result.seen = "got \n" + std::string(500, '\x01');
  run.results = {result};
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(junit({&run, 1}, rich).c_str()));
  pugi::xml_node failure = document.select_node("//failure").node();
  std::string message = failure.attribute("message").value();
  EXPECT_EQ(message.size(), 200U);
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_TRUE(std::string(failure.text().get()).starts_with(message + "\n"));
}

TEST(Identity, IsTheIdWithTheRoleInFrontWhereItIsAnother) {
  Identity server = identity_of("server", "server/close/option/ends/label");
  EXPECT_EQ(server.suite, "server.close");
  EXPECT_EQ(server.class_name, "connspec.server.close.option");
  EXPECT_EQ(server.name, "ends/label");
  EXPECT_EQ(identity_of("gateway", "server/close/option/ends").class_name,
            "connspec.gateway.server.close.option");
  EXPECT_EQ(id_of("connspec.gateway.server.close.option", "ends/http-1.1"),
            "server/close/option/ends/http-1.1");
}

TEST(Identity, HasAClassAndANameWhateverTheId) {
  for (const char* id : {"", "x", "x/y", "///", "server/close/option"}) {
    Identity identity = identity_of("server", id);
    EXPECT_TRUE(identity.class_name.starts_with("connspec.")) << id;
    EXPECT_FALSE(identity.name.empty()) << id;
    EXPECT_FALSE(identity.suite.empty()) << id;
  }
}

TEST(Identity, NeverLeavesTheFolder) {
  EXPECT_EQ(transcript_path("server", "server/close/option/ends"),
            "transcripts/server/close/option/ends.txt");
  EXPECT_EQ(transcript_path("gateway", "server/close/option/ends"),
            "transcripts/gateway/server/close/option/ends.txt");
  std::string path = transcript_path("server", "server/../../etc/passwd");
  EXPECT_EQ(path.find("/../"), std::string::npos) << path;
  std::string odd =
      transcript_path("server", std::string("server/a\0b/") + std::string(300, 'x'));
  EXPECT_LT(odd.substr(odd.rfind('/')).size(), 140U);
}

TEST(Identity, MakesEveryReasonATypeWithAHyphen) {
  Result result;
  EXPECT_EQ(type_of(result), "not-met");
  result.reason = "garbage";
  EXPECT_EQ(type_of(result), "reason-garbage");
  result.taken = "garbage";
  EXPECT_EQ(type_of(result), "way-garbage");
  result.reason = "nothing-came";
  EXPECT_EQ(type_of(result), "nothing-came");
}

TEST(ReportFolder, HoldsJunitATranscriptOfEachCaseAndCapturesOfWhatFailed) {
  Folder folder;
  std::vector<ReportedRun> runs = both();
  EXPECT_EQ(write_folder(folder.at("out"), runs, {}, {}), std::vector<std::string>{});
  std::size_t results = runs[0].results.size() + runs[1].results.size();
  std::size_t captures = 0;
  for (const ReportedRun& run : runs) {
    for (const Result& result : run.results) {
      bool has_one = fs::exists(folder.at("out/" + capture_path(run.role, result.id)));
      bool failed = result.verdict == Verdict::fail || result.verdict == Verdict::inconclusive;
      EXPECT_EQ(has_one, failed && !result.transcript.empty()) << result.id;
      captures += has_one ? 1 : 0;
      std::string page = content_of(folder.at("out/" + result.transcript_file));
      EXPECT_TRUE(page.starts_with(result.id)) << result.transcript_file;
    }
  }
  EXPECT_EQ(captures, 3U);
  EXPECT_EQ(folder.files(), results + captures + 1);
}

TEST(ReportFolder, GivesTwoIdsOfOneNameTwoFiles) {
  Folder folder;
  std::vector<ReportedRun> runs(1);
  runs[0].role = "server";
  runs[0].results = {samples::result("server/a/b/c", Verdict::pass),
                     samples::result("server/a/b/c", Verdict::fail)};
  EXPECT_EQ(write_folder(folder.at("out"), runs, {}, {}), std::vector<std::string>{});
  EXPECT_EQ(runs[0].results[1].transcript_file, "transcripts/server/a/b/c-2.txt");
  EXPECT_EQ(folder.files(), 3U);
}

TEST(ReportFolder, SaysWhyItCannotBeWritten) {
  Folder folder;
  std::ofstream(folder.at("out")) << "a file";
  std::vector<ReportedRun> runs = both();
  std::vector<std::string> errors = write_folder(folder.at("out"), runs, {}, {});
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_TRUE(errors[0].starts_with("cannot write " + folder.at("out/transcripts/server/")));
  EXPECT_TRUE(errors[0].ends_with(": Not a directory")) << errors[0];
  EXPECT_EQ(errors[1], "13 other transcripts neither");
  EXPECT_EQ(errors[2], "cannot write " + folder.at("out/junit.xml") + ": Not a directory");
  EXPECT_TRUE(runs[0].results[0].transcript_file.empty());
}

TEST(WholeFile, ReplacesAFileOnlyWhenItIsFinished) {
  Folder folder;
  std::string path = folder.at("a.txt");
  ASSERT_FALSE(write_whole_file(path, "first"));
  {
    WholeFile unfinished(path);
    unfinished.write("second");
    EXPECT_EQ(content_of(path), "first");
  }
  EXPECT_EQ(content_of(path), "first");
  EXPECT_EQ(folder.files(), 1U);
  ASSERT_FALSE(write_whole_file(path, "third"));
  EXPECT_EQ(content_of(path), "third");
  EXPECT_EQ(folder.files(), 1U);
}

TEST(WholeFile, WritesThroughASymbolicLink) {
  Folder folder;
  ASSERT_FALSE(write_whole_file(folder.at("real.txt"), "old"));
  fs::create_symlink(folder.at("real.txt"), folder.at("link.txt"));
  ASSERT_FALSE(write_whole_file(folder.at("link.txt"), "new"));
  EXPECT_TRUE(fs::is_symlink(folder.at("link.txt")));
  EXPECT_EQ(content_of(folder.at("real.txt")), "new");
}

TEST(WholeFile, SaysWhyItCannotBeWritten) {
  Folder folder;
  EXPECT_EQ(write_whole_file(folder.at(""), "x"),
            "cannot write " + folder.at("") + ": Is a directory");
  EXPECT_EQ(write_whole_file("/dev/full", "x"),
            "cannot write /dev/full: No space left on device");
}

}  // namespace
}  // namespace connspec
