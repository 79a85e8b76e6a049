// The rules by which others read JUnit XML, made small, and our own reports put through them.
#include "reports/junit.hpp"
#include "tests/report_samples.hpp"

#include <gtest/gtest.h>

#include <array>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {
namespace {

/// Both flavours, of two runs in one file.
class Readers : public testing::TestWithParam<JunitOptions::Flavour> {
 protected:
  void SetUp() override {
    std::vector<ReportedRun> runs = {samples::run(), samples::proxy_run()};
    std::string text = junit(runs, {.flavour = GetParam()});
    ASSERT_TRUE(report_.load_string(text.c_str()));
  }
  pugi::xml_node root() const { return report_.document_element(); }

  pugi::xml_document report_;
};

INSTANTIATE_TEST_SUITE_P(
    Flavours, Readers,
    testing::Values(JunitOptions::Flavour::rich, JunitOptions::Flavour::strict),
    [](const auto& flavour) {
      return std::string(flavour.param == JunitOptions::Flavour::rich ? "rich" : "strict");
    });

/// GitLab shows the text of the element alone, and knows a case by its class and name.
TEST_P(Readers, GitLabFindsTextInEveryResultElement) {
  for (pugi::xpath_node found : report_.select_nodes("//failure | //error | //skipped"))
    EXPECT_GT(std::string_view(found.node().text().get()).size(), 20U)
        << found.node().parent().attribute("name").value();
}

TEST_P(Readers, GitLabSeesNoCaseTwice) {
  std::set<std::string> keys;
  for (pugi::xpath_node found : report_.select_nodes("//testcase"))
    EXPECT_TRUE(keys.insert(std::string(found.node().attribute("classname").value()) + " " +
                            found.node().attribute("name").value())
                    .second);
}

/// It turns an element with one of these types into something else than text.
TEST_P(Readers, GitLabTakesNoElementForATypedValue) {
  const std::set<std::string_view> typed = {
      "symbol",  "yaml",   "date",         "datetime", "integer", "float", "double", "decimal",
      "boolean", "string", "base64Binary", "file",     "array",   "hash",  "binary"};
  for (pugi::xpath_node found : report_.select_nodes("//*[@type]")) {
    std::string_view type = found.node().attribute("type").value();
    EXPECT_FALSE(typed.contains(type)) << type;
    EXPECT_NE(type.find('-'), std::string_view::npos) << type;
    std::string_view name = found.node().name();
    EXPECT_TRUE(name.ends_with("ailure") || name == "error") << name;
  }
}

/// dorny/test-reporter stumbles over a suite or case without a name, and over suites in suites.
TEST_P(Readers, DornyFindsANameEverywhereAndOneLevelOfSuites) {
  EXPECT_STREQ(root().name(), "testsuites");
  EXPECT_TRUE(report_.select_nodes("//testsuite/testsuite").empty());
  EXPECT_TRUE(report_.select_nodes("//testsuite[not(string(@name))]").empty());
  EXPECT_TRUE(report_.select_nodes("//testcase[not(string(@name))]").empty());
  EXPECT_EQ(report_.select_nodes("/testsuites/testsuite/testcase").size(), 14U);
}

/// EnricoMi takes the numbers from the attributes.
TEST_P(Readers, EnricoMiFindsTotalsThatAreRight) {
  int tests = 0;
  int failures = 0;
  int errors = 0;
  for (pugi::xml_node suite : root().children("testsuite")) {
    auto count = [suite](const char* path) {
      return static_cast<int>(suite.select_nodes(path).size());
    };
    EXPECT_EQ(suite.attribute("tests").as_int(-1), count("testcase"));
    EXPECT_EQ(suite.attribute("failures").as_int(-1), count("testcase[failure]"));
    EXPECT_EQ(suite.attribute("errors").as_int(-1), count("testcase[error]"));
    EXPECT_EQ(suite.attribute("skipped").as_int(-1), count("testcase[skipped]"));
    tests += suite.attribute("tests").as_int();
    failures += suite.attribute("failures").as_int();
    errors += suite.attribute("errors").as_int();
  }
  EXPECT_EQ(root().attribute("tests").as_int(), tests);
  EXPECT_EQ(root().attribute("failures").as_int(), failures);
  EXPECT_EQ(root().attribute("errors").as_int(), errors);
  EXPECT_EQ(tests, 14);
  EXPECT_EQ(failures, 4);
  EXPECT_EQ(errors, 2);
}

/// Jenkins drops a suite without cases and wants a stack trace of a flaky failure; Maven's
/// schema wants results before output, and a time on every case.
TEST_P(Readers, JenkinsAndMavenFindTheirOrder) {
  EXPECT_TRUE(report_.select_nodes("//testsuite[not(testcase)]").empty());
  EXPECT_TRUE(report_.select_nodes("//flakyFailure[not(stackTrace)]").empty());
  EXPECT_TRUE(report_.select_nodes("//rerunFailure[not(stackTrace)]").empty());
  EXPECT_TRUE(report_.select_nodes("//testcase[not(@time)]").empty());
  EXPECT_TRUE(report_.select_nodes("//system-out/following-sibling::*").empty());
  EXPECT_TRUE(report_.select_nodes("//testcase/properties/preceding-sibling::*").empty());
}

/// mikepenz shows the message, or the first lines of the text: they begin alike.
TEST_P(Readers, MikepenzFindsTheMessageAtTheTopOfTheText) {
  for (pugi::xpath_node found : report_.select_nodes("//failure | //error | //skipped")) {
    std::string_view message = found.node().attribute("message").value();
    EXPECT_FALSE(message.empty());
    EXPECT_LE(message.size(), 200U);
    EXPECT_TRUE(std::string_view(found.node().text().get()).starts_with(message));
  }
}

TEST_P(Readers, EveryTimeHasThreeDecimals) {
  for (pugi::xpath_node found : report_.select_nodes("//*[@time]")) {
    std::string_view time = found.node().attribute("time").value();
    EXPECT_EQ(time.size() - time.find('.'), 4U) << time;
    EXPECT_EQ(time.find_first_not_of("0123456789."), std::string_view::npos) << time;
  }
}

}  // namespace
}  // namespace connspec
