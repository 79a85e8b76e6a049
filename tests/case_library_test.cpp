#include "harness/case_library.hpp"

#include "harness/explain.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <unistd.h>

namespace connspec {
namespace {

namespace fs = std::filesystem;

std::string file_of(std::string_view role, std::string_view level, std::string_view spec,
                    std::string_view covers, std::string_view cases) {
  std::string text = "requirement  r\n";
  text.append("spec  ").append(spec).append("\nlevel  ").append(level);
  text.append("\nrole  ").append(role).append("\ncovers  ").append(covers);
  return text.append("\n\n").append(cases);
}

/// Six cases over two roles.
CaseLibrary small_library() {
  CaseLibrary library;
  add_text(library, "server/close/option.convo",
           file_of("server proxy", "MUST", "RFC 9112 section 9.6", "R9112-9.6-04",
                   "case ends\n  title  a\n  kills  s-one\n  client asks {a}\n\n"
                   "case ends-late\n  title  b\n  kills  s-two\n  slow\n  level  MUST NOT\n  "
                   "client asks {a}\n"),
           true);
  add_text(library, "server/http10/echo.convo",
           file_of("server", "SHOULD", "RFC 9112 section 9.3", "R9112-9.3-04 R9110-7.6.1-03",
                   "case echoes\n  title  c\n  kills  s-one\n"
                   "  client > GET {a} HTTP/1.0 | Host: {host} |\n  client < response {a}\n"),
           true);
  add_text(library, "proxy/pool/reuse.convo",
           file_of("proxy", "OBSERVE", "RFC 9112 section 9.3.1", "R9112-9.3.1-01",
                   "case reuses\n  title  d\n  kills  p-one\n  alone\n  client asks {u}\n\n"
                   "case tunnels\n  title  e\n  kills  p-one\n  role  forward\n"
                   "  needs  connect\n  client asks {u}\n"),
           true);
  return library;
}

std::vector<std::string> selected(const CaseLibrary& library, Role role,
                                  const std::vector<std::string>& selectors) {
  const Selection selection = select(library, role, selectors);
  for (const std::string& error : selection.errors) ADD_FAILURE() << error;
  std::vector<std::string> ids;
  for (const Case* script : selection.cases) ids.push_back(script->id);
  return ids;
}

using Ids = std::vector<std::string>;
const std::string ends = "server/close/option/ends";
const std::string ends_late = "server/close/option/ends-late";
const std::string echoes = "server/http10/echo/echoes";
const std::string reuses = "proxy/pool/reuse/reuses";
const std::string tunnels = "proxy/pool/reuse/tunnels";

TEST(Select, TakesTheCasesOfTheRole) {
  const CaseLibrary library = small_library();
  ASSERT_TRUE(library.errors.empty()) << lint_report(library);
  EXPECT_EQ(selected(library, Role::server, {}), (Ids{ends, ends_late, echoes}));
  EXPECT_EQ(selected(library, Role::gateway, {}), (Ids{ends, ends_late, reuses}));
  EXPECT_EQ(selected(library, Role::forward, {}), (Ids{ends, ends_late, reuses, tunnels}));
}

TEST(Select, ByIdPrefixAndPattern) {
  const CaseLibrary library = small_library();
  EXPECT_EQ(selected(library, Role::server, {ends}), (Ids{ends}));
  EXPECT_EQ(selected(library, Role::server, {"server/close"}), (Ids{ends, ends_late}));
  EXPECT_EQ(selected(library, Role::server, {"server/close/"}), (Ids{ends, ends_late}));
  EXPECT_EQ(selected(library, Role::server, {"*/ends-*"}), (Ids{ends_late}));
  EXPECT_EQ(selected(library, Role::server, {"server/c?ose/*"}), (Ids{ends, ends_late}));
}

TEST(Select, ByLevelSectionRequirementMutantAndTag) {
  const CaseLibrary library = small_library();
  EXPECT_EQ(selected(library, Role::server, {"must"}), (Ids{ends, ends_late}));
  EXPECT_EQ(selected(library, Role::server, {"must-not"}), (Ids{ends_late}));
  EXPECT_EQ(selected(library, Role::server, {"SHOULD"}), (Ids{echoes}));
  EXPECT_EQ(selected(library, Role::server, {"rfc9112/9.6"}), (Ids{ends, ends_late}));
  EXPECT_EQ(selected(library, Role::server, {"RFC9112/9"}), (Ids{ends, ends_late, echoes}));
  EXPECT_EQ(selected(library, Role::server, {"rfc9110"}), (Ids{echoes}));
  EXPECT_EQ(selected(library, Role::gateway, {"rfc9112/9.3"}), (Ids{reuses}));
  EXPECT_EQ(selected(library, Role::server, {"R9110-7.6.1-03"}), (Ids{echoes}));
  EXPECT_EQ(selected(library, Role::server, {"s-one"}), (Ids{ends, echoes}));
  EXPECT_EQ(selected(library, Role::server, {"slow"}), (Ids{ends_late}));
  EXPECT_EQ(selected(library, Role::gateway, {"tag:alone"}), (Ids{reuses}));
  EXPECT_EQ(selected(library, Role::server, {"tag:close"}), (Ids{ends, ends_late}));
  EXPECT_EQ(selected(library, Role::forward, {"tag:connect"}), (Ids{tunnels}));
}

TEST(Select, NegationTakesAway) {
  const CaseLibrary library = small_library();
  EXPECT_EQ(selected(library, Role::server, {"!slow"}), (Ids{ends, echoes}));
  EXPECT_EQ(selected(library, Role::server, {"must", "-slow"}), (Ids{ends}));
  EXPECT_EQ(selected(library, Role::server, {"-http10", "server/http10", "slow"}),
            (Ids{ends_late}));
}

TEST(Select, WhatMatchesNothingIsAnErrorThatNamesNearIds) {
  const CaseLibrary library = small_library();
  const std::string typo[] = {"server/close/option/end"};
  EXPECT_EQ(select(library, Role::server, typo).errors,
            (Ids{"no case of role server is selected by 'server/close/option/end'; near are "
                 "'server/close/option/ends', 'server/close/option', "
                 "'server/close/option/ends-late'"}));
  const std::string other_role[] = {"proxy/pool"};
  EXPECT_EQ(select(library, Role::server, other_role).errors,
            (Ids{"no case of role server is selected by 'proxy/pool'; cases of other roles "
                 "are"}));
  const std::string part[] = {"echoes"};
  EXPECT_EQ(select(library, Role::server, part).errors,
            (Ids{"no case of role server is selected by 'echoes'; near are "
                 "'server/http10/echo/echoes'"}));
  const std::string negative[] = {"!nothing-like-it"};
  EXPECT_EQ(select(library, Role::server, negative).errors,
            (Ids{"no case of role server is selected by 'nothing-like-it'"}));
}

TEST(CaseLibrary, ACaseMayTakeThePlaceOfAnEmbeddedOneWhereThatIsWanted) {
  CaseLibrary library;
  const auto add = [&library](std::string_view title, bool embedded) {
    add_text(library, "server/close/option.convo",
             file_of("server", "MUST", "RFC 9112 section 9.6", "X-1",
                     fmt::format("case ends\n  title  {}\n  kills  s-x\n  client asks {{a}}\n",
                                 title)),
             embedded);
  };
  library.replaces_embedded = true;
  add("as it was", true);
  add("as it is now", false);
  ASSERT_EQ(library.errors.size(), 0U) << what(library.errors.front());
  ASSERT_EQ(library.cases.size(), 1U);
  EXPECT_EQ(library.cases.front().title, "as it is now");
  add("and once more", false);
  EXPECT_EQ(library.errors.size(), 1U);
}

TEST(CaseLibrary, RefusesAnIdThatIsTaken) {
  CaseLibrary library = small_library();
  const std::size_t before = library.cases.size();
  add_text(library, "/mine/cases/server/close/option.convo",
           file_of("server", "MUST", "RFC 9112 section 9.6", "X-1",
                   "case ends\n  title  a\n  client asks {a}\n"),
           false);
  ASSERT_EQ(library.errors.size(), 1U);
  EXPECT_EQ(library.errors[0].message,
            "case id 'server/close/option/ends' is also at server/close/option.convo:7");
  EXPECT_EQ(library.cases.size(), before);
}

class Folder : public testing::Test {
 protected:
  void SetUp() override {
    path_ = fs::temp_directory_path() /
            ("connspec-library-" + std::to_string(::getpid()) + "-" +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(path_);
  }
  void TearDown() override { fs::remove_all(path_); }
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  fs::path path_;
};

TEST_F(Folder, GivesItsCasesIdsBelowIt) {
  write("server/mine/a.convo", file_of("server", "MUST", "RFC 9112 section 9.6", "X-1",
                                       "case c\n  title  t\n  client asks {a}\n"));
  write("server/mine/notes.txt", "no case");
  CaseLibrary library;
  add_folder(library, path_.string());
  ASSERT_TRUE(library.errors.empty()) << lint_report(library);
  ASSERT_EQ(library.cases.size(), 1U);
  EXPECT_EQ(library.cases[0].id, "server/mine/a/c");
  EXPECT_FALSE(library.cases[0].embedded);
  EXPECT_EQ(library.cases[0].place.file, (path_ / "server/mine/a.convo").string());
}

TEST_F(Folder, MayBeASingleFile) {
  write("a.convo", file_of("server", "MUST", "RFC 9112 section 9.6", "X-1",
                           "case c\n  title  t\n  client asks {a}\n"));
  CaseLibrary library;
  add_folder(library, (path_ / "a.convo").string());
  EXPECT_EQ(library.cases.size(), 1U);
}

TEST_F(Folder, WithoutCasesIsAnErrorWithItsAddress) {
  CaseLibrary library;
  add_folder(library, path_.string());
  add_folder(library, (path_ / "none").string());
  fs::create_directory(path_ / "folder.convo");
  add_folder(library, path_.string());
  ASSERT_EQ(library.errors.size(), 3U);
  EXPECT_EQ(what(library.errors[0]), path_.string() + ":1:1: the folder holds no *.convo file");
  EXPECT_EQ(what(library.errors[1]),
            (path_ / "none").string() + ":1:1: there is no such file or folder");
  EXPECT_EQ(what(library.errors[2]),
            (path_ / "folder.convo").string() + ":1:1: expected a file, got something else");
}

TEST(OurCases, AreWithoutMistakes) {
  const CaseLibrary library = load_embedded({}, Depth::lint);
  EXPECT_TRUE(library.errors.empty()) << lint_report(library);
  EXPECT_FALSE(library.cases.empty());
  EXPECT_FALSE(library.catalogue.empty());
}

TEST(OurCases, HaveTitlesOfTheirOwn) {
  std::map<std::string, std::string> known;  // To the case, without the labels of `each`.
  const CaseLibrary library = load_embedded({});
  for (const Case& script : library.cases) {
    const std::string place = script.place.file + ":" + std::to_string(script.place.line);
    const auto [other, is_new] = known.emplace(script.title, place);
    EXPECT_EQ(other->second, place) << script.title;
  }
}

TEST(OurCases, AListNeedsTheirHeadsAlone) {
  const CaseLibrary heads = load_embedded({}, Depth::heads);
  const CaseLibrary whole = load_embedded({});
  ASSERT_EQ(heads.cases.size(), whole.cases.size());
  std::vector<const Case*> listed;
  std::vector<const Case*> known;
  for (const Case& script : heads.cases) listed.push_back(&script);
  for (const Case& script : whole.cases) known.push_back(&script);
  EXPECT_EQ(list(listed, 80), list(known, 80));
  EXPECT_TRUE(std::all_of(heads.cases.begin(), heads.cases.end(), [](const Case& script) {
    return script.steps.empty() && script.saws.empty() && script.everies.empty();
  }));
}

TEST(OurCases, ARunNeedsNoCatalogue) { EXPECT_TRUE(load_embedded({}).catalogue.empty()); }

}  // namespace
}  // namespace connspec
