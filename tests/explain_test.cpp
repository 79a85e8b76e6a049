#include "harness/explain.hpp"
#include "harness/coverage.hpp"
#include "harness/words.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace connspec {
namespace {

constexpr std::string_view origin_cut =
    R"(requirement  A response that the origin cut short does not arrive looking whole
spec         RFC 9112 section 8
level        PROSE
role         proxy
covers       R9112-8-04

case shows-the-cut
  title  a response cut {cut} is visibly cut
  kills  p-launder-chunked
  each cut
    in-chunk  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"

  client > GET {u} HTTP/1.1 | Host: {host} |
  origin < request {u}
  origin >> {cut}
  origin ! close
  client < either
    refused                response 502|504
    shown                  response, cut short
    nothing                end
    cannot-tell  departs   response 200, framed by end
    launders     wrong     response 200
  origin saw {u} once
)";

CaseLibrary library_of(std::string_view file, std::string_view text) {
  CaseLibrary library;
  add_text(library, file, text, false);
  for (const ScriptError& error : library.errors) ADD_FAILURE() << what(error);
  return library;
}

TEST(Explain, SaysEveryStepInASentence) {
  const CaseLibrary library = library_of("proxy/incomplete/origin-cut.convo", origin_cut);
  ASSERT_EQ(library.cases.size(), 1U);
  EXPECT_EQ(explain(library.cases[0]),
            R"(proxy/incomplete/origin-cut/shows-the-cut/in-chunk
A response that the origin cut short does not arrive looking whole (RFC 9112 section 8, PROSE; R9112-8-04).
Here: a response cut in-chunk is visibly cut.
1. The client opens a connection and sends in one write: GET {u} HTTP/1.1, Host.
2. The origin gets the request for {u}.
3. The origin sends in one write: a head 200 OK with Transfer-Encoding: chunked, then the 6 bytes "5\r\nhel"; and closes.
4. The client sees one of these, the upper preferred:
     refused      a whole response 502 or 504
     shown        a response that is cut short
     nothing      the end of the connection, before any byte
     cannot-tell  a whole response 200 framed by the end of the connection. This departs.
     launders     a whole response 200. This is wrong.
5. By the end of the case the origin has got {u} exactly once.
If no named way comes true, or another row is unmet, the verdict is fail. It takes no time of its own; at worst 9 s. Catches: p-launder-chunked. Since edition 2026.1.
)");
}

TEST(Explain, SaysWhatAGivenAPauseAndAGroupMean) {
  const CaseLibrary library = library_of(
      "server/a/b.convo",
      "requirement  r\nspec  RFC 9112 section 8\nlevel  OBSERVE\nrole  server\ncovers  X-1\n\n"
      "case c\n  title  t\n  alone\n  clients 50\n"
      "  clients ! connect\n"
      "  client ! connect window 4k\n"
      "  client > GET {a} HTTP/1.1\n"
      "  client ! slice 1 every 5ms\n"
      "  client ! pause 20ms\n"
      "  client >* 3 \"X: 1\\r\\n\"\n"
      "         >\n"
      "  given client < response {a}, says no close\n"
      "  client asks {b} 3 times\n");
  EXPECT_EQ(explain(library.cases[0]),
            R"(server/a/b/c
r (RFC 9112 section 8, OBSERVE; X-1).
Here: t.
1. Each of the 50 clients opens a connection.
2. The client opens a connection with a receive window of 4000 bytes.
3. The client sends in one write: GET {a} HTTP/1.1 (its head stays open); and from now on sends in segments of 1 byte, 5 ms apart.
4. The script pauses for 20 ms.
5. The client sends in one write: 3 times "X: 1\r\n", then the 2 bytes "\r\n".
6. Given: The client sees the right answer to {a} that says no close. Otherwise the case is skipped.
7. The client asks for {b} and sees the right answer, 3 times one after the other.
If a row is unmet the verdict is observed, as it is anyway. It takes 120 ms; at worst 120 ms + 12 s. It is played alone. Since edition 2026.1.
)");
}

TEST(Explain, HasASentenceForEveryCaseOfOurs) {
  const CaseLibrary library = load_embedded({});
  for (const Case& script : library.cases) {
    const std::string text = explain(script);
    EXPECT_NE(text.find("1. "), text.npos) << text;
    EXPECT_EQ(text.find("  ."), text.npos) << text;
  }
}

TEST(List, SaysLevelRolesTitleAndSection) {
  const CaseLibrary library = library_of("proxy/incomplete/origin-cut.convo", origin_cut);
  const Case* cases[] = {&library.cases[0]};
  EXPECT_EQ(list(cases),
            "proxy/incomplete/origin-cut/shows-the-cut/in-chunk  PROSE       proxy\n"
            "    a response cut in-chunk is visibly cut (rfc9112/8)\n");
}

TEST(List, SaysWhatACaseTakesAndNeeds) {
  const CaseLibrary library = library_of(
      "server/a/b.convo",
      "requirement  r\nspec  RFC 9112 section 8\nlevel  MUST NOT\nrole  server proxy\n"
      "covers  X-1\n\n"
      "case c\n  title  t\n  alone\n  slow\n  needs  second-connection\n"
      "  client > POST {sink} HTTP/1.1 | Host: {host} | Content-Length: 0 |\n"
      "  client < response 2xx then end, within {idle}\n");
  const Case* cases[] = {&library.cases[0]};
  EXPECT_EQ(list(cases),
            "server/a/b/c  MUST NOT    server proxy\n"
            "    t (rfc9112/8; slow: {idle}, alone, needs second-connection {sink})\n");
}

TEST(List, OfALongIdMovesNoMoreThanItMust) {
  const CaseLibrary library = library_of("proxy/incomplete/origin-cut.convo", origin_cut);
  const Case* cases[] = {&library.cases[0]};
  EXPECT_EQ(list(cases, 70),
            "proxy/incomplete/origin-cut/shows-the-cut/in-chunk  PROSE  proxy\n"
            "    a response cut in-chunk is visibly cut (rfc9112/8)\n");
}

TEST(List, OfAllCasesFitsIntoEightyColumnsButForIds) {
  const CaseLibrary library = load_embedded({});
  std::vector<const Case*> cases;
  for (const Case& script : library.cases) cases.push_back(&script);
  std::istringstream rows(list(cases, 80));
  for (std::string row; std::getline(rows, row);) {
    const bool has_id = !row.starts_with("    ");
    EXPECT_TRUE(has_id || row.size() <= 80) << row;
  }
}

TEST(LintReport, CountsCasesFilesAndMistakes) {
  CaseLibrary library = library_of("proxy/incomplete/origin-cut.convo", origin_cut);
  EXPECT_EQ(lint_report(library), "1 case in 1 file, 0 mistakes\n");
  add_text(library, "a/b.convo", "requirement  x\n", false);
  EXPECT_NE(lint_report(library).find("a/b.convo:1:1: this file has no case"),
            std::string::npos);
}

TEST(Coverage, JoinsRowsWithCasesAndReasons) {
  constexpr std::string_view rows =
      "id\tsource\tsection\talso\trole\tlevel\ton_fail_core\ton_fail_strict\tsut\tprofiles\t"
      "requirement\ttestable\twhy_not_testable\n"
      "R9112-8-04\tRFC9112\t8\t-\tproxy\tPROSE\tFAIL\tFAIL\tproxy,gateway\tp\tShow "
      "it.\tyes\t-\n"
      "R9112-8-05\tRFC9112\t8\t-\tproxy\tMUST\tFAIL\tFAIL\tgateway\tp\tHide "
      "it.\tno\tinvisible\n"
      "R9112-9-01\tRFC9112\t9\t-\tserver\tMUST\tFAIL\tFAIL\tserver\tp\tDo it.\tyes\t-\n";
  CaseLibrary library;
  library.catalogue = Catalogue(rows);
  ASSERT_EQ(library.catalogue.error(), "");
  add_text(library, "proxy/incomplete/origin-cut.convo", origin_cut, true);
  const std::vector<Covered> all = cover(library);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].cases.size(), 1U);
  EXPECT_EQ(all[1].gap, "invisible");
  EXPECT_FALSE(all[1].open);
  EXPECT_EQ(all[2].gap, "no case yet");
  EXPECT_TRUE(all[2].open);
  EXPECT_EQ(cover(library, Role::forward).size(), 1U);
  const std::string text = coverage(library);
  EXPECT_NE(text.find("+ proxy/incomplete/origin-cut/shows-the-cut\n"), text.npos) << text;
  EXPECT_NE(text.find("- invisible\n"), text.npos) << text;
  EXPECT_NE(text.find("    - open: no case yet\n"), text.npos) << text;
  EXPECT_NE(text.find("R9112-9-01         MUST       open    server\n"), text.npos) << text;
  EXPECT_NE(text.find("\n3 rows: 1 played, 1 with a reason why not, 1 open\n"), text.npos)
      << text;
  EXPECT_NE(text.find("  RFC9112 8                                2       1       1       -\n"),
            text.npos)
      << text;
  EXPECT_NE(
      text.find("  proxy/incomplete             1        1       -       -       1        -\n"),
      text.npos)
      << text;
}

std::string coverage_of(const CaseLibrary& library, const std::vector<std::string>& words) {
  return coverage(library, {.words = words});
}

TEST(Coverage, ShowsTheRowsThatWordsName) {
  CaseLibrary library = load_embedded({});
  load_catalogue(library);
  const auto has = [](const std::string& text, std::string_view id) {
    return text.find("\n" + std::string(id) + " ") != text.npos || text.starts_with(id);
  };
  const std::string section = coverage_of(library, {"rfc9112/9.6"});
  EXPECT_TRUE(has(section, "R9112-9.6-04"));
  EXPECT_FALSE(has(section, "R9112-9.3-01"));
  EXPECT_TRUE(has(coverage_of(library, {"R9112-9.6-04"}), "R9112-9.6-04"));
  EXPECT_TRUE(has(coverage_of(library, {"R9112-9.6"}), "R9112-9.6-06"));
  EXPECT_FALSE(has(coverage_of(library, {"R9112-9.6", "!must"}), "R9112-9.6-06"));
  const std::vector<std::string> typo = {"opne", "must"};
  EXPECT_EQ(words_without_rows(library, {.words = typo}),
            std::vector<std::string>{"no row is selected by 'opne'; did you mean 'open'?"});
  const std::vector<std::string> none = {"open"};
  EXPECT_EQ(words_without_rows(CaseLibrary{}, {.words = none}),
            std::vector<std::string>{"no row is selected by 'open'"});
  EXPECT_EQ(coverage_of(library, {"xyzzy"}), "");
}

TEST(Coverage, OfAProfileShowsItsRowsOfTheRoleAlone) {
  CaseLibrary library = load_embedded({});
  load_profiles(library);
  const Profile* core = find_profile(library.profiles, "proxy-core");
  ASSERT_NE(core, nullptr);
  CoverageView view{.profile = core, .width = 80};
  view.roles.add(Role::gateway);
  const std::string text = coverage(library, view);
  EXPECT_TRUE(text.starts_with("proxy-core: What every intermediary owes")) << text;
  EXPECT_NE(text.find("\nR9110-7.6.3-01 "), text.npos);
  EXPECT_NE(text.find("gateway forward, apart\n"), text.npos);
  EXPECT_EQ(text.find("\nR9110-7.6.3-02 "), text.npos);  // Binds forward proxies.
  EXPECT_EQ(text.find("\nR9112-2.1-01 "), text.npos);    // Is in another profile.
}

TEST(Coverage, FitsIntoItsColumns) {
  CaseLibrary library = load_embedded({});
  load_catalogue(library);
  std::istringstream rows(coverage(library, {.width = 80}));
  for (std::string row; std::getline(rows, row);) EXPECT_LE(row.size(), 80U) << row;
}

TEST(Catalogue, SaysWhatItLacks) {
  EXPECT_EQ(Catalogue("id\tsource\n").error(),
            "the catalogue has no column 'why_not_testable'");
}

TEST(LanguagePage, IsTheOneBesideTheCases) {
  std::ifstream file(std::filesystem::path(TESTS_DIR) / ".." / "cases" / "README.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), language_page());
}

TEST(Words, CompleteWhatWasMeant) {
  EXPECT_EQ(unknown_word("halfclose", {WordKind::act}),
            "unknown word 'halfclose'; did you mean 'half-close'?");
  EXPECT_EQ(unknown_binding("hots"), "unknown binding {hots}; did you mean {host}?");
  EXPECT_EQ(unknown_word("xyzzy", {WordKind::act}), "unknown word 'xyzzy'");
}

TEST(Words, BindingsOfTheTableAreThoseOfTheModel) {
  EXPECT_EQ(words(WordKind::binding).size(), binding_count);
  for (const Word& word : words(WordKind::binding))
    EXPECT_TRUE(binding_named(word.word)) << word.word;
}

TEST(Words, FormsStandInTheOrderOfTheModel) {
  EXPECT_EQ(words(WordKind::form)[static_cast<std::size_t>(Form::no_bare_cr)].word,
            "no bare CR");
  EXPECT_EQ(words(WordKind::form)[static_cast<std::size_t>(Form::chunked_once)].word,
            "chunked once");
  EXPECT_EQ(words(WordKind::form)[static_cast<std::size_t>(Form::trailers_announced)].word,
            "trailers announced");
}

/// Every word of the table is one that the reader knows, in its place.
TEST(Words, AreWordsOfTheReader) {
  const std::string head =
      "requirement  r\nspec  RFC 9112 section 8\nlevel  MUST\nrole  proxy\ncovers  X-1\n\n"
      "case c\n  title  t\n";
  const auto is_known = [&](const std::string& row, std::string_view word) {
    const Script script = read_script("a.convo", head + row + "\n  client asks {a}\n");
    for (const ScriptError& error : script.errors)
      EXPECT_EQ(error.message.find("unknown word"), std::string::npos)
          << word << ": " << error.message;
  };
  for (const Word& word : words(WordKind::act))
    is_known("  client ! " + std::string(word.word), word.word);
  for (const Word& word : words(WordKind::thing)) {
    is_known("  origin < " + std::string(word.word), word.word);
    is_known("  client < " + std::string(word.word), word.word);
  }
  for (const Word& word : words(WordKind::fact)) {
    const std::string number = word.word == "bytes" ? "5 " : "";
    is_known("  client < response, " + number + std::string(word.word), word.word);
  }
  for (const Word& word : words(WordKind::form))
    is_known("  client < response, " + std::string(word.word), word.word);
  for (const Word& word : words(WordKind::need))
    is_known("  needs " + std::string(word.word), word.word);
}

}  // namespace
}  // namespace connspec
