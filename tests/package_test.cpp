// What is installed works away from the folders it was built in and from.
#include "tests/child_process.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace connspec {
namespace {

namespace fs = std::filesystem;

class Package : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "connspec-test.XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    const auto installed =
        run({"cmake", "--install", BUILD_DIR, "--prefix", folder_.string()}, "/");
    ASSERT_EQ(installed.status, 0) << installed.output << installed.errors;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string program(const std::string& name) const {
    return (folder_ / "bin" / name).string();
  }

  fs::path folder_;
};

TEST_F(Package, PlaysTheCasesThatItBringsAlong) {
  const auto finished =
      run({"env", "-i", program("connspec"), "demo", "server/close/option"}, "/");
  EXPECT_EQ(finished.status, 0) << finished.output << finished.errors;
  EXPECT_NE(finished.output.find("server/close/option/ends"), std::string::npos);
}

TEST_F(Package, BringsTheFixtureTheCasesAndThePageToReadFirst) {
  const auto finished = run({"env", "-i", program("connspec-fixture"), "list"}, "/");
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_TRUE(fs::exists(folder_ / "share/connspec/cases/server/close/option.convo"));
  EXPECT_TRUE(fs::exists(folder_ / "share/doc/connspec/README.md"));
}

}  // namespace
}  // namespace connspec
