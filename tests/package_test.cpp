// What is installed or packaged works away from the folders it was built in and from.
#include "tests/child_process.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace connspec {
namespace {

namespace fs = std::filesystem;

class Package : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "connspec-test.XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  void install() {
    const auto installed =
        run({"cmake", "--install", BUILD_DIR, "--prefix", folder_.string()}, "/");
    ASSERT_EQ(installed.status, 0) << installed.output << installed.errors;
  }

  fs::path folder_;
};

/// Without an environment, and in another folder.
Finished run_bare(const fs::path& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"env", "-i", program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run(words, "/");
}

TEST_F(Package, PlaysTheCasesThatItBringsAlong) {
  install();
  const auto finished = run_bare(folder_ / "bin/connspec", {"demo", "server/close/option"});
  EXPECT_EQ(finished.status, 0) << finished.output << finished.errors;
  EXPECT_NE(finished.output.find("server/close/option/ends"), std::string::npos);
}

TEST_F(Package, BringsTheFixtureTheCasesAndThePageToReadFirst) {
  install();
  const auto finished = run_bare(folder_ / "bin/connspec-fixture", {"list"});
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_TRUE(fs::exists(folder_ / "share/connspec/cases/server/close/option.convo"));
  EXPECT_TRUE(fs::exists(folder_ / "share/connspec/run.schema.json"));
  EXPECT_TRUE(fs::exists(folder_ / "share/doc/connspec/README.md"));
}

TEST_F(Package, IsADebianPackageThatTakesTheCLibraryAlone) {
  const auto packed = run({"cpack", "-G", "DEB", "--config", BUILD_DIR "/CPackConfig.cmake",
                           "-B", (folder_ / "packed").string()},
                          "/");
  ASSERT_EQ(packed.status, 0) << packed.output << packed.errors;
  fs::path package;
  for (const auto& entry : fs::directory_iterator(folder_ / "packed"))
    if (entry.path().extension() == ".deb") package = entry.path();
  const auto depends = run({"dpkg-deb", "--field", package.string(), "Depends"}, "/");
  EXPECT_TRUE(depends.output.starts_with("libc6 ")) << depends.output << depends.errors;
  EXPECT_EQ(depends.output.find(','), std::string::npos) << depends.output;

  const auto unpacked =
      run({"dpkg-deb", "--extract", package.string(), (folder_ / "root").string()}, "/");
  ASSERT_EQ(unpacked.status, 0) << unpacked.errors;
  const auto finished =
      run_bare(folder_ / "root/usr/bin/connspec", {"demo", "server/close/option"});
  EXPECT_EQ(finished.status, 0) << finished.output << finished.errors;
  EXPECT_EQ(run_bare(folder_ / "root/usr/bin/connspec-fixture", {"list"}).status, 0);
}

}  // namespace
}  // namespace connspec
