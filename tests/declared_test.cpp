// What a target declares: names, values and files, and what is said of wrong ones.
#include "harness/declared.hpp"

#include "harness/case_library.hpp"
#include "harness/target_file.hpp"
#include "harness/words_declared.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace connspec {
namespace {

namespace fs = std::filesystem;

TEST(Declaration, OfAnUnknownNameIsAnsweredWithTheOneMeant) {
  EXPECT_EQ(wrong_declaration("sinc", "/"),
            "'sinc' is nothing that a target can declare; did you mean 'sink'?");
  EXPECT_EQ(wrong_declaration("counter", "/count"),
            "'counter' is nothing that a target can declare; its two targets are 'hit' and "
            "'hits'");
  EXPECT_EQ(wrong_declaration("xyzzy", "/"),
            "'xyzzy' is nothing that a target can declare; connspec explain declare lists what "
            "is");
  for (const auto* of_a_case : {"host", "u", "origin", "n"})
    EXPECT_NE(wrong_declaration(of_a_case, "/"), "") << of_a_case;
}

TEST(Declaration, OfATargetIsAPath) {
  EXPECT_EQ(wrong_declaration("sink", "/echo?x=1"), "");
  for (const auto* value : {"echo", "http://h/echo", "", "/a b", "/a\r\nX: y", "/a#b", "*"})
    EXPECT_NE(wrong_declaration("sink", value), "") << value;
  EXPECT_EQ(wrong_declaration("sink", "echo"),
            "sink = 'echo' is no target; write a path: /sink");
}

TEST(Declaration, OfATimeHasAUnitAndAMeasure) {
  EXPECT_EQ(declared_time("5s"), std::chrono::seconds(5));
  EXPECT_EQ(declared_time("500ms"), std::chrono::milliseconds(500));
  EXPECT_EQ(declared_time("1.5s"), std::chrono::milliseconds(1500));
  EXPECT_EQ(declared_time("3600s"), std::chrono::hours(1));
  for (const auto* value :
       {"5", "s", "", "0s", "-1s", "5 s", "5min", "3601s", "infs", "nans", "1e9s", "/idle"})
    EXPECT_FALSE(declared_time(value)) << value;
  EXPECT_EQ(wrong_declaration("idle", "soon"), "idle = 'soon' is no time; write 5s or 500ms");
}

TEST(Declaration, OfAProtocolIsAToken) {
  for (const auto* value : {"echo", "connspec-echo", "HTTP/2.0"})
    EXPECT_EQ(wrong_declaration("protocol", value), "") << value;
  for (const auto* value : {"", "a b", "a,b", "a\r\n"})
    EXPECT_NE(wrong_declaration("protocol", value), "") << value;
}

std::string declared(const Declared& names, Role role) {
  Offer offer;
  return declare(names, role, offer).value_or("");
}

TEST(Declared, StandInTheOffer) {
  Offer offer;
  EXPECT_EQ(declare({{"sink", "/echo"}, {"idle", "2s"}, {"hit", "/hit"}, {"hits", "/hits"}},
                    Role::server, offer),
            std::nullopt);
  EXPECT_TRUE(offer.has(Binding::sink));
  EXPECT_EQ(offer.time[static_cast<std::size_t>(Binding::idle)], std::chrono::seconds(2));
  EXPECT_EQ(offer.text[static_cast<std::size_t>(Binding::hit)],
            std::string("/hit/") + Offer::token_mark);
  EXPECT_FALSE(offer.has(Binding::early));
}

TEST(Declared, ThatAreOfUseTogetherAreNotDeclaredAlone) {
  EXPECT_EQ(declared({{"hit", "/hit"}}, Role::server),
            "hit is declared without hits, and is of no use alone");
  EXPECT_EQ(declared({{"upgrade", "/echo"}}, Role::server),
            "upgrade is declared without protocol, and is of no use alone");
  EXPECT_EQ(declared({{"upgrade", "/echo"}, {"protocol", "echo"}}, Role::server), "");
}

TEST(Declared, OfAProxyAreTimesAlone) {
  EXPECT_EQ(declared({{"sink", "/echo"}}, Role::gateway),
            "sink is not for a proxy to declare: behind it our own origin has that resource");
  EXPECT_EQ(declared({{"idle", "1s"}, {"upstream-timeout", "1s"}}, Role::forward), "");
  EXPECT_EQ(declared({{"upstream-timeout", "1s"}}, Role::server),
            "upstream-timeout is not for a server to declare: it has no origin");
}

TEST(Missing, IsSaidInASentence) {
  EXPECT_EQ(sentence_of({.undeclared = {Binding::sink}}), "{sink} is not declared");
  EXPECT_EQ(sentence_of({.undeclared = {Binding::hit, Binding::hits}}),
            "{hit} and {hits} are not declared");
  EXPECT_EQ(sentence_of({.undeclared = {Binding::a, Binding::b, Binding::c}}),
            "{a}, {b} and {c} are not declared");
  EXPECT_EQ(sentence_of({.undeclared = {Binding::sink}, .other = "the target has no cache"}),
            "the target has no cache");
  EXPECT_FALSE(Missing{});
}

TEST(ExplainDeclare, NamesEverythingAndWhoNeedsItAt80Columns) {
  const auto library = load_embedded({});
  const auto text = explain_declare(library.cases);
  for (const auto& one : declarables()) {
    const auto row = "\n  " + std::string(name_of(one.binding)) + " ";
    EXPECT_NE(text.find(row), text.npos) << row;
  }
  for (const auto* need : {"HTTP/1.0", "second-connection", "connect", "cache"})
    EXPECT_NE(text.find(std::string("\n  ") + need + " "), text.npos) << need;
  std::istringstream rows(text);
  for (std::string row; std::getline(rows, row);) EXPECT_LE(row.size(), 80U) << row;
}

/// A target file with this text; `FILE` stands for its path in what is expected.
class TargetFiles : public testing::Test {
 protected:
  ~TargetFiles() override { fs::remove(path_); }

  std::optional<TargetFile> read(const std::string& text) {
    std::ofstream(path_) << text;
    error_.clear();
    return read_target_file(path_.string(), error_);
  }
  std::string error_of(const std::string& text) {
    EXPECT_FALSE(read(text)) << text;
    const auto path = path_.string();
    return error_.starts_with(path) ? "FILE" + error_.substr(path.size()) : error_;
  }

  const fs::path path_ = fs::path(testing::TempDir()) /
                         ("connspec-target." + std::to_string(::getpid()) + ".json");
  std::string error_;
};

TEST_F(TargetFiles, SayRoleAndDeclarations) {
  const auto file = read(
      R"({"role": "proxy", "forward": true, "declare": {"idle": "1s"}, "note": "as shipped",
          "name": "squid", "version": "5.7", "package": "squid"})");
  ASSERT_TRUE(file) << error_;
  EXPECT_EQ(file->role, "proxy");
  EXPECT_TRUE(file->forward);
  EXPECT_EQ(file->declared, (Declared{{"idle", "1s"}}));
  EXPECT_TRUE(read(R"({"role": "forward"})")->forward);
  EXPECT_TRUE(read("{}"));
}

TEST_F(TargetFiles, WithAnUnknownKeyAreRefusedAtItsLine) {
  EXPECT_EQ(error_of("{\n  \"role\": \"server\",\n  \"declares\": {}\n}\n"),
            "FILE:3: unknown key 'declares'; did you mean 'declare'?");
  EXPECT_EQ(error_of("{\"post\": \"/echo\"}"), "FILE:1: unknown key 'post'");
}

TEST_F(TargetFiles, WithAWrongDeclarationAreRefusedAtItsLine) {
  EXPECT_EQ(error_of("{\n  \"declare\": {\n    \"idle\": \"1s\",\n    \"sinc\": \"/\"\n  }\n}"),
            "FILE:4: 'sinc' is nothing that a target can declare; did you mean 'sink'?");
  EXPECT_EQ(error_of("{\"declare\": {\n\"idle\": \"1\"}}"),
            "FILE:2: idle = '1' is no time; write 5s or 500ms");
  EXPECT_EQ(error_of("{\"declare\": {\"idle\": 5}}"),
            "FILE:1: the value of 'idle' is no string");
  EXPECT_EQ(error_of("{\"declare\": []}"),
            "FILE:1: 'declare' is no object of names and values");
}

TEST_F(TargetFiles, SayNothingTwice) {
  EXPECT_EQ(error_of("{\"declare\": {\"sink\": \"/a\",\n\"sink\": \"/b\"}}"),
            "FILE:2: 'sink' stands twice");
  EXPECT_TRUE(read(R"({"declare": {"idle": "1s"}, "note": "idle"})")) << error_;
}

TEST_F(TargetFiles, OfNoRoleAreRefused) {
  EXPECT_EQ(error_of("{\"role\": \"sever\"}"),
            "FILE:1: 'sever' is no role; did you mean 'server'?");
  EXPECT_EQ(error_of("{\"role\": \"server\", \"forward\": true}"),
            "FILE:1: 'forward' is not for role server");
  EXPECT_EQ(error_of("{\"forward\": \"yes\"}"), "FILE:1: 'forward' is true or false");
}

TEST_F(TargetFiles, ThatAreNoneAreRefused) {
  EXPECT_EQ(error_of("[]"), "FILE: is no JSON object");
  EXPECT_EQ(error_of(""), "FILE: is empty");
  EXPECT_NE(error_of("{\"declare\"").find("FILE: parse error at line 1"), std::string::npos);
  std::string error;
  EXPECT_FALSE(read_target_file("/nowhere/at-all.json", error));
  EXPECT_EQ(error, "/nowhere/at-all.json: cannot be read");
}

}  // namespace
}  // namespace connspec
