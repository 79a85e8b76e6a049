// A certificate, made and verified by the program, and what becomes of one that was forged.
#include "harness/packed.hpp"
#include "harness/seal.hpp"
#include "harness/sealed_folder.hpp"

#include "tests/child_process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <set>
#include <sstream>

namespace connspec {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The lines of evidence, and back.
std::string read_lines(const fs::path& path) {
  return unpacked(read_file(path), 100'000'000).value_or("");
}
void write_lines(const fs::path& path, const std::string& text) {
  write_file(path, packed(text));
}

Finished connspec(std::vector<std::string> words) {
  words.insert(words.begin(), CONNSPEC_PROGRAM);
  return run(std::move(words));
}

/// One certificate for all tests, made once; each works on a copy.
class Certificate : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder() =
        fs::temp_directory_path() / ("connspec-certificate-" + std::to_string(::getpid()));
    fs::create_directories(folder());
    for (const std::string name : {"key", "other"}) {
      run({"openssl", "genpkey", "-algorithm", "ed25519", "-out", path(name + ".pem")});
      run({"openssl", "pkey", "-in", path(name + ".pem"), "-pubout", "-out",
           path(name + ".public.pem")});
    }
    made() = certify({}, "made", "pipelining");
  }
  static void TearDownTestSuite() { fs::remove_all(folder()); }
  ~Certificate() override { fs::remove_all(folder() / "copy"); }

  static fs::path& folder() {
    static fs::path path;
    return path;
  }
  static Finished& made() {
    static Finished finished;
    return finished;
  }
  static std::string path(const std::string& name) { return (folder() / name).string(); }

  /// An official run against the fixture, conforming or with a fault.
  static Finished certify(const std::vector<std::string>& mutant, const std::string& out,
                          const std::string& profile) {
    const auto port = std::to_string(free_port());
    std::vector<std::string> words{FIXTURE_PROGRAM, "server", "--port", port};
    words.insert(words.end(), mutant.begin(), mutant.end());
    const Background server(words);
    EXPECT_TRUE(wait_for_port(static_cast<std::uint16_t>(std::stoi(port))));
    std::vector<std::string> command{"certify",   "server", "http://127.0.0.1:" + port,
                                     "--profile", profile,  "--out",
                                     path(out),   "--key",  path("key.pem")};
    for (const std::string declared :
         {"post=/sink", "sink=/sink", "early=/early", "chunked=/chunked", "nobody=/nobody",
          "etag=/etag", "slow=/slow", "upgrade=/upgrade", "protocol=connspec-echo", "hit=/hit",
          "hits=/hits"})
      command.insert(command.end(), {"--declare", declared});
    return connspec(std::move(command));
  }

  /// Of a server that answers the later request first.
  static Finished& faulty() {
    static auto finished = certify({"--mutant", "s-reorder"}, "faulty", "pipelining");
    return finished;
  }

  fs::path copy() const { return folder() / "copy"; }
  void take_copy() {
    fs::remove_all(copy());
    fs::copy(folder() / "made", copy(), fs::copy_options::recursive);
  }
  /// A forger's work: new sums, and a signature by a key of his own.
  void seal_again() {
    const auto manifest = manifest_of(copy().string());
    std::string error;
    const auto key = read_signing_key(read_file(folder() / "other.pem"), error);
    ASSERT_TRUE(key) << error;
    write_file(copy() / "public.pem", key->public_pem);
    const auto sums = manifest_of(copy().string());
    write_file(copy() / "MANIFEST", sums);
    write_file(copy() / "MANIFEST.sig", sign(*key, sums));
  }
  Finished verify(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"verify", copy().string()});
    return connspec(std::move(more));
  }
  /// Refused, with a message that names this.
  void expect_refused(const std::vector<std::string_view>& parts,
                      const std::vector<std::string>& more = {}) const {
    const auto finished = verify(more);
    EXPECT_EQ(finished.status, 1) << finished.output << finished.errors;
    EXPECT_TRUE(has(finished.output, "REFUSED")) << finished.output;
    for (const auto part : parts) EXPECT_TRUE(has(finished.output, part)) << finished.output;
  }
  void change_json(const std::string& name, const std::function<void(Json&)>& change) const {
    auto json = Json::parse(read_file(copy() / name));
    change(json);
    write_file(copy() / name, json.dump(1) + "\n");
  }
  std::string any_evidence() const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(copy() / "evidence"))
      if (entry.is_regular_file())
        names.insert(entry.path().lexically_relative(copy()).generic_string());
    return *names.begin();
  }
};

TEST_F(Certificate, IsGivenToTheConformingServer) {
  EXPECT_EQ(made().status, 0) << made().output << made().errors;
  EXPECT_TRUE(has(made().output, "pipelining, edition 2026.1: certified")) << made().output;
  take_copy();
  const auto verified = verify();
  EXPECT_EQ(verified.status, 0) << verified.output;
  EXPECT_TRUE(has(verified.output, "all verdicts follow"));
  EXPECT_TRUE(has(verified.output, "signed by the key in the bundle, fingerprint SHA256:"));
  EXPECT_TRUE(has(verified.output, "compare it"));
  const auto trusted = verify({"--key", path("key.public.pem")});
  EXPECT_EQ(trusted.status, 0) << trusted.output;
  EXPECT_TRUE(has(trusted.output, "signed by the key that was given")) << trusted.output;
}

TEST_F(Certificate, CanBeCheckedWithoutConnspec) {
  take_copy();
  EXPECT_EQ(run({"sha256sum", "--quiet", "-c", "MANIFEST"}, copy().string()).status, 0);
  const auto checked = run({"openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public.pem",
                            "-rawin", "-in", "MANIFEST", "-sigfile", "MANIFEST.sig"},
                           copy().string());
  EXPECT_EQ(checked.status, 0) << checked.output << checked.errors;
  EXPECT_TRUE(has(read_file(copy() / "README.txt"), "openssl pkeyutl -verify"));
  const auto badge = read_file(copy() / "badge.svg");
  EXPECT_TRUE(has(badge, ">certified 2"));
  EXPECT_TRUE(has(badge, "connspec pipelining"));
  EXPECT_FALSE(has(badge, "%"));
  EXPECT_FALSE(has(badge, "not certified"));
}

TEST_F(Certificate, IsNotGivenWhereARowIsNotMet) {
  const auto& finished = faulty();
  EXPECT_EQ(finished.status, 1) << finished.output << finished.errors;
  EXPECT_TRUE(has(finished.output, "pipelining, edition 2026.1: not certified"))
      << finished.output;
  EXPECT_TRUE(has(finished.output, "not met")) << finished.output;
  const auto verified = connspec({"verify", path("faulty")});
  EXPECT_EQ(verified.status, 1);
  EXPECT_FALSE(has(verified.output, "REFUSED")) << verified.output;
  EXPECT_TRUE(has(read_file(folder() / "faulty/badge.svg"), "not certified"));
}

TEST_F(Certificate, IsNeverWrittenOver) {
  const auto again = certify({}, "made", "pipelining");
  EXPECT_EQ(again.status, 2);
  EXPECT_TRUE(has(again.errors, "is there already")) << again.errors;
}

TEST_F(Certificate, TakesNoSelectionAndNoCasesOfOnesOwn) {
  const auto selected = connspec({"certify", "server", "http://127.0.0.1:1", "--profile",
                                  "pipelining", "--out", path("no"), "server/close"});
  EXPECT_EQ(selected.status, 2);
  EXPECT_TRUE(has(selected.errors, "plays all that the profile demands")) << selected.errors;
  const auto gates = connspec({"certify", "server", "http://127.0.0.1:1", "--profile",
                               "tcp-diagnostics", "--out", path("no")});
  EXPECT_EQ(gates.status, 2) << gates.errors;
  const auto edition = connspec({"certify", "server", "http://127.0.0.1:1", "--profile",
                                 "pipelining", "--edition", "1999", "--out", path("no")});
  EXPECT_EQ(edition.status, 2);
  EXPECT_TRUE(has(edition.errors, "no edition '1999'")) << edition.errors;
  const auto unreached = connspec({"certify", "server", "http://127.0.0.1:1", "--profile",
                                   "pipelining", "--out", path("no")});
  EXPECT_EQ(unreached.status, 3) << unreached.errors;
  for (const auto& entry : fs::directory_iterator(folder()))
    EXPECT_FALSE(has(entry.path().string(), "partial")) << entry.path();
}

// What somebody changed who left the sums alone

TEST_F(Certificate, KnowsOneChangedByte) {
  take_copy();
  for (const auto& entry : fs::recursive_directory_iterator(copy() / "transcripts")) {
    if (!entry.is_regular_file()) continue;
    auto text = read_file(entry.path());
    text[text.size() / 2] ^= 1;
    write_file(entry.path(), text);
    const auto name = entry.path().lexically_relative(copy()).generic_string();
    expect_refused({name, "has been changed"});
    return;
  }
  FAIL() << "no transcript";
}

TEST_F(Certificate, KnowsAChangedVerdict) {
  take_copy();
  change_json("attestation.json",
              [](Json& json) { json["results"][0]["verdict"] = "observed"; });
  expect_refused({"attestation.json", "has been changed"});
}

TEST_F(Certificate, KnowsAMissingAndAnAddedFile) {
  take_copy();
  const auto name = any_evidence();
  fs::remove(copy() / name);
  expect_refused({name, "is missing"});
  take_copy();
  write_file(copy() / "evidence/server/more.jsonl", "{}\n");
  expect_refused({"evidence/server/more.jsonl", "is not listed"});
}

TEST_F(Certificate, KnowsAnotherKey) {
  take_copy();
  expect_refused({"MANIFEST.sig", "by the key that was given"},
                 {"--key", path("other.public.pem")});
  auto signature = read_file(copy() / "MANIFEST.sig");
  signature[3] ^= 4;
  write_file(copy() / "MANIFEST.sig", signature);
  expect_refused({"MANIFEST.sig"});
  fs::remove(copy() / "MANIFEST.sig");
  expect_refused({"not signed"}, {"--key", path("key.public.pem")});
}

// What somebody changed who made new sums and signed them

TEST_F(Certificate, JudgesAChangedVerdictAgain) {
  take_copy();
  std::string id;
  change_json("attestation.json", [&](Json& json) {
    id = json["results"][1]["id"];
    json["results"][1]["verdict"] = "fail";
  });
  seal_again();
  expect_refused({id, "the attestation says verdict \"fail\"", "comes to"});
}

TEST_F(Certificate, JudgesAFailureThatWasMadeAPassAgain) {
  ASSERT_EQ(faulty().status, 1);
  fs::remove_all(copy());
  fs::copy(folder() / "faulty", copy(), fs::copy_options::recursive);
  std::string id;
  change_json("attestation.json", [&](Json& json) {
    for (auto& result : json["results"])
      if (result["verdict"] == "fail") {
        id = result["id"];
        result["verdict"] = "pass";
        result["reason"] = "";
        result["expected"] = "";
        result["seen"] = "";
      }
    json["profile"]["outcome"] = "certified";
    json["certified"] = true;
    json["exit"] = 0;
  });
  seal_again();
  expect_refused({id, "the attestation says verdict \"pass\"", "comes to \"fail\"",
                  "the profile's 'outcome' is said to be \"certified\""});
}

TEST_F(Certificate, JudgesChangedBytesAgain) {
  take_copy();
  const auto name = any_evidence();
  auto text = read_lines(copy() / name);
  const auto status = text.find("HTTP/1.1 204");
  ASSERT_NE(status, std::string::npos) << name;
  text.replace(status, 12, "HTTP/1.1 205");
  write_lines(copy() / name, text);
  seal_again();
  expect_refused({"server/bodyless/no-content"});
}

TEST_F(Certificate, DemandsEveryCase) {
  take_copy();
  const auto name = any_evidence();
  fs::remove(copy() / name);
  seal_again();
  expect_refused({name, "is missing; profile pipelining demands the case"});
}

TEST_F(Certificate, DemandsEveryResult) {
  take_copy();
  std::string id;
  change_json("attestation.json", [&](Json& json) {
    id = json["results"][2]["id"];
    json["results"].erase(2);
  });
  seal_again();
  expect_refused({id, "is missing; profile pipelining demands it"});
}

TEST_F(Certificate, DemandsEveryPlay) {
  take_copy();
  const auto name = any_evidence();
  auto text = read_lines(copy() / name);
  text.erase(0, text.find('\n') + 1);
  write_lines(copy() / name, text);
  seal_again();
  expect_refused({"round 2 stands behind round 0"});
  take_copy();
  text = read_lines(copy() / name);
  text.pop_back();
  text.erase(text.rfind('\n') + 1);
  write_lines(copy() / name, text);
  seal_again();
  expect_refused({"it was played 2 times, not 3"});
  take_copy();
  write_file(copy() / name, read_file(copy() / name).substr(0, 300));
  seal_again();
  expect_refused({"its evidence is cut short"});
}

TEST_F(Certificate, KnowsItsBadgeItsTotalsAndItsTranscripts) {
  for (const std::string name : {"badge.svg", "junit.xml", "README.txt"}) {
    take_copy();
    auto text = read_file(copy() / name);
    text.replace(text.find("pipelining") == std::string::npos ? 20 : text.find("pipelining"), 4,
                 "PIPE");
    write_file(copy() / name, text);
    seal_again();
    expect_refused({name, "is not what the evidence comes to"});
  }
  take_copy();
  write_file(copy() / "more.txt", "hello");
  seal_again();
  expect_refused({"more.txt", "is no part of a bundle"});
}

TEST_F(Certificate, KnowsTheDigestsOfItsProfileAndItsCases) {
  take_copy();
  change_json("attestation.json",
              [](Json& json) { json["profile"]["sha256"] = std::string(64, '0'); });
  seal_again();
  expect_refused({"the digest of profile pipelining"});
  take_copy();
  change_json("attestation.json", [](Json& json) { json["edition"] = "1999"; });
  seal_again();
  expect_refused({"there is no edition '1999'"});
  take_copy();
  change_json("attestation.json", [](Json& json) {
    json["cases_sha256"] = std::string(64, '0');
    json["connspec"] = "9.9.9";
  });
  seal_again();
  const auto finished = verify();
  EXPECT_EQ(finished.status, 2) << finished.output;
  EXPECT_TRUE(has(finished.errors, "made by connspec 9.9.9")) << finished.errors;
}

TEST_F(Certificate, KnowsAStoryThatDoesNotHoldTogether) {
  const auto tell = [&](const std::function<void(Json&)>& change) {
    take_copy();
    const auto name = any_evidence();
    const auto text = read_lines(copy() / name);
    auto line = Json::parse(text.substr(0, text.find('\n')));
    change(line["testimony"]);
    write_lines(copy() / name, line.dump() + text.substr(text.find('\n')));
    seal_again();
  };
  tell([](Json& play) { play["settled"].erase(0); });
  expect_refused({"evidence/"});
  tell([](Json& play) { play["settled"].push_back(play["settled"].back()); });
  expect_refused({"more than the case asks for"});
  tell([](Json& play) {
    auto& sight = play["settled"].back()["looks"].back()["sights"].back();
    sight["cursor"] = sight["cursor"].get<int>() + 1;
  });
  expect_refused({"evidence/"});
  tell([](Json& play) {
    auto& sight = play["settled"].back()["looks"].back()["sights"].back();
    sight["received"] = 60'000'000;
  });
  expect_refused({"more was seen than the connection holds"});
  tell([](Json& play) { play["reply"] = 1'000'000; });
  expect_refused({"its bounds are not those of an official run"});
}

// What nobody made who knows what a bundle is

TEST_F(Certificate, FollowsNothingOutOfItsFolder) {
  take_copy();
  fs::remove(copy() / "junit.xml");
  fs::create_symlink("/etc/hostname", copy() / "junit.xml");
  expect_refused({"junit.xml", "no plain file"});
  take_copy();
  fs::create_directory_symlink("..", copy() / "transcripts/up");
  expect_refused({"transcripts/up", "no plain file"});
  take_copy();
  write_file(copy() / "MANIFEST", std::string(64, 'a') + "  ../../../etc/hostname\n");
  expect_refused({"MANIFEST", "line 1"});
  for (const std::string name : {"MANIFEST", "attestation.json"}) {
    take_copy();
    fs::remove(copy() / name);
    expect_refused({name, "is missing"});
  }
  fs::remove_all(copy());
  expect_refused({"is no folder"});
}

/// Whatever is in the files, it ends in a message.
TEST_F(Certificate, SurvivesWhatIsNoBundle) {
  std::mt19937 random(7);
  const auto any = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  };
  const std::vector<std::string> pieces{
      "[",     "]",    "{",    "}",  "null", "-1",         "18446744073709551615",
      "1e999", "\"\"", "true", ",",  ":",    "123456789",  "9007199254740993",
      "0.5",   "\\u",  "\xff", "\"", "[[[[", "\"client\"", "[\"x\",64000000]"};
  take_copy();
  const auto evidence = any_evidence();
  for (int i = 0; i < 60; ++i) {
    take_copy();
    const auto name = i % 2 == 0 ? evidence : std::string("attestation.json");
    auto text = i % 2 == 0 ? read_lines(copy() / name) : read_file(copy() / name);
    for (std::size_t n = 0; n <= any(3); ++n) {
      const auto at = any(std::min<std::size_t>(text.size(), 6000));
      if (any(4) == 0)
        text.resize(at + 1);
      else
        text.replace(at, any(6), pieces[any(pieces.size())]);
    }
    i % 2 == 0 ? write_lines(copy() / name, text) : write_file(copy() / name, text);
    seal_again();
    const auto finished = verify();
    EXPECT_TRUE(finished.status == 0 || finished.status == 1 || finished.status == 2 ||
                finished.status == 5)
        << finished.status << " " << finished.output << finished.errors << "\n"
        << text.substr(0, 6000);
  }
}

TEST_F(Certificate, ShowsAPlayAgain) {
  take_copy();
  const auto attestation = Json::parse(read_file(copy() / "attestation.json"));
  const std::string id = attestation["results"][0]["id"];
  const auto finished = connspec({"replay", copy().string(), id});
  EXPECT_EQ(finished.status, 0) << finished.errors;
  EXPECT_TRUE(has(finished.output, id));
  EXPECT_TRUE(has(finished.output, "round 3"));
  EXPECT_TRUE(has(finished.output, "client > GET")) << finished.output;
  EXPECT_EQ(connspec({"replay", copy().string(), "server/none"}).status, 2);
}

}  // namespace
}  // namespace connspec
