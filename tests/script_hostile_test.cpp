// Files that are no cases, or were cases once: each is refused, in little time, and none is
// read as something else.
#include "harness/embedded.hpp"
#include "harness/script_reader.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace connspec {
namespace {

constexpr std::string_view sound =
    R"(requirement  A proxy shows a cut
spec         RFC 9112 section 8
level        PROSE
role         proxy
covers       R9112-8-04

case shows-the-cut
  # A comment.
  title  a response cut {cut} is visibly cut to {version}
  kills  p-launder-chunked
  each cut
    in-a-field  "HTTP/1.1 200 OK\r\nContent-Le"
    in-chunk    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"
  each version: HTTP/1.1 | HTTP/1.0
  client > GET {u} {version} | Host: {host} |
  origin < request {u}, has Via starting "1.",
           lacks X
  origin >* 2 "{n}"
  origin >> {cut}
  origin ! close
  client < either
    refused               response 502|504
    shown                 response, cut short
    cannot-tell  departs  response 200, framed by end
    launders     wrong    response 200
  origin saw {u} once
)";

/// What may be said of any text: cases or mistakes, and mistakes that can be printed.
void expect_an_answer(std::string_view text) {
  const Script script = read_script("hostile.convo", text);
  EXPECT_FALSE(script.cases.empty() && script.errors.empty());
  EXPECT_LE(script.errors.size(), 100U);
  for (const ScriptError& error : script.errors) {
    EXPECT_GE(error.place.line, 1);
    EXPECT_GE(error.place.column, 1);
    EXPECT_LT(what(error).size(), 12'000U);
  }
}

std::string with_head(const std::string& rows) {
  return "requirement  x\nspec  RFC 9112 section 8\nlevel  MUST\nrole  server\ncovers  "
         "X-1\n\n" +
         rows;
}

TEST(ScriptHostile, TheTextItselfIsSound) {
  const Script script = read_script("sound.convo", sound);
  ASSERT_TRUE(script.errors.empty()) << what(script.errors.front());
  EXPECT_EQ(script.cases.size(), 4U);
}

TEST(ScriptHostile, CutAtEveryByte) {
  for (std::size_t size = 0; size < sound.size(); ++size) {
    const Script script = read_script("cut.convo", sound.substr(0, size));
    const bool at_row_end = size > 0 && sound[size - 1] == '\n';
    EXPECT_TRUE(!script.errors.empty() || at_row_end) << "cut after " << size;
    expect_an_answer(sound.substr(0, size));
  }
}

TEST(ScriptHostile, OneByteChanged) {
  std::mt19937 random(1);  // The same bytes in every run.
  for (int round = 0; round < 4000; ++round) {
    std::string text(sound);
    for (int changes = 1 + round % 4; changes > 0; --changes)
      text[random() % text.size()] = static_cast<char>(random() % 256);
    expect_an_answer(text);
  }
}

TEST(ScriptHostile, RowsTakenOutDoubledAndSwapped) {
  std::vector<std::string> rows;
  for (std::string_view rest = sound; !rest.empty();) {
    const std::size_t end = rest.find('\n') + 1;
    rows.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  std::mt19937 random(2);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> now = rows;
    for (int changes = 1 + round % 3; changes > 0; --changes) {
      const std::size_t one = random() % now.size();
      const std::size_t other = random() % now.size();
      if (changes % 3 == 0)
        now.erase(now.begin() + static_cast<std::ptrdiff_t>(one));
      else if (changes % 3 == 1)
        now.insert(now.begin() + static_cast<std::ptrdiff_t>(one), std::string(now[other]));
      else
        std::swap(now[one], now[other]);
    }
    std::string text;
    for (const std::string& row : now) text += row;
    expect_an_answer(text);
  }
}

TEST(ScriptHostile, OurOwnFilesCutAtEveryRow) {
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.ends_with(".convo")) continue;
    for (std::size_t end = file.text.find('\n'); end != file.text.npos;
         end = file.text.find('\n', end + 1))
      expect_an_answer(file.text.substr(0, end + 1));
  }
}

TEST(ScriptHostile, ALargeFileIsRefusedAtOnce) {
  const std::string text(100'000'000, 'x');
  const auto begin = std::chrono::steady_clock::now();
  const Script script = read_script("large.convo", text);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  ASSERT_EQ(script.errors.size(), 1U);
  EXPECT_EQ(script.errors[0].message, "the file has 100000000 bytes (at most 1000000)");
}

TEST(ScriptHostile, NothingAtAllIsRefused) {
  for (const std::string_view text : {"", "\n", "   \n", "# only a comment\n"})
    expect_an_answer(text);
  EXPECT_FALSE(read_script("empty.convo", "\n").errors.empty());
}

TEST(ScriptHostile, NulsAndNoise) {
  expect_an_answer(std::string(500'000, '\0'));
  std::mt19937 random(3);
  std::string noise(500'000, ' ');
  for (char& byte : noise) byte = static_cast<char>(random() % 256);
  expect_an_answer(noise);
}

TEST(ScriptHostile, DeepIndentationIsOnlyIndentation) {
  std::string text = with_head("case a\n  title  t\n  client < either\n");
  for (std::size_t depth = 4; depth < 900; depth += 2)
    text += std::string(depth, ' ') + "w" + std::to_string(depth) + "  either\n";
  expect_an_answer(text);
}

TEST(ScriptHostile, EachCannotMultiplyWithoutBound) {
  std::string rows = "case a\n  title  t\n";
  std::string row = "  client >> ";
  for (char name = 'f'; name < 'n'; ++name) {
    rows += std::string("  each x") + name + ": 1..400\n";
    row += std::string("{x") + name + "}";
  }
  const Script script = read_script("each.convo", with_head(rows + row + "\n  client < end\n"));
  ASSERT_EQ(script.errors.size(), 1U);
  EXPECT_EQ(script.errors[0].message, "500 or more expansions of one case (at most 499)");
}

TEST(ScriptHostile, EachOfAMillionIsRefusedAtOnce) {
  const Script script = read_script(
      "each.convo", with_head("case a\n  title  t\n  each k: 1..1000000\n  client ! hold {k}\n"
                              "  client < end\n"));
  ASSERT_EQ(script.errors.size(), 1U);
  EXPECT_EQ(script.errors[0].message, "1000000 expansions of one case (at most 499)");
}

TEST(ScriptHostile, ManyValuesInLongRowsStayBounded) {
  std::string rows = "case a\n  title  t\n  each k: 1..499\n";
  for (int i = 0; i < 90; ++i) rows += "  client >> {k}" + std::string(9'000, 'x') + "\n";
  expect_an_answer(with_head(rows + "  client < end\n"));
}

}  // namespace
}  // namespace connspec
