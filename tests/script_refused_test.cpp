// Every file of tests/refused holds a mistake. Its first rows are the messages that it is
// refused with: `# refused LINE:COLUMN: MESSAGE`.
#include "harness/case_library.hpp"
#include "harness/script_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace connspec {
namespace {

namespace fs = std::filesystem;

std::string contents_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> expected_in(const std::string& text) {
  constexpr std::string_view mark = "# refused ";
  std::vector<std::string> messages;
  std::stringstream rows(text);
  for (std::string row; std::getline(rows, row) && row.starts_with(mark);) {
    if (row.ends_with('\r')) row.pop_back();
    messages.push_back(row.substr(mark.size()));
  }
  return messages;
}

std::vector<fs::path> refused_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(TESTS_DIR) / "refused"))
    if (entry.path().extension() == ".convo") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class Refused : public testing::TestWithParam<fs::path> {};

TEST_P(Refused, WithItsMessages) {
  CaseLibrary library;
  load_catalogue(library);
  ASSERT_TRUE(library.errors.empty()) << what(library.errors.front());
  const std::vector<std::string_view> mutants = {"s-serve-after-close", "p-reuse-after-close"};
  const std::string text = contents_of(GetParam());
  const std::vector<std::string> expected = expected_in(text);
  ASSERT_FALSE(expected.empty()) << "no row begins with '# refused '";
  const Script script = read_script(GetParam().filename().string(), text,
                                    {.mutants = mutants,
                                     .catalogue = &library.catalogue,
                                     .embedded = true,
                                     .id = "server/close/refused"});
  std::vector<std::string> seen;
  for (const ScriptError& error : script.errors)
    seen.push_back(
        fmt::format("{}:{}: {}", error.place.line, error.place.column, error.message));
  EXPECT_EQ(seen, expected);
}

INSTANTIATE_TEST_SUITE_P(Files, Refused, testing::ValuesIn(refused_files()),
                         [](const auto& file) {
                           std::string name = file.param.stem().string();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(ScriptRefused, AFolderOfMistakesIsNotEmpty) { EXPECT_GE(refused_files().size(), 90U); }

TEST(ScriptError, ShowsTheRowAndACaretBelowTheColumn) {
  const Script script = read_script("close.convo",
                                    "requirement  x\nspec  RFC 1 section 1\nlevel  MUST\n"
                                    "role  server\ncovers  X-1\n\ncase a\n  title  t\n"
                                    "  client ! halfclose\n  client < end\n");
  ASSERT_EQ(script.errors.size(), 1U);
  EXPECT_EQ(what(script.errors.front()),
            "close.convo:9:12: unknown word 'halfclose'; did you mean 'half-close'?\n"
            "    client ! halfclose\n"
            "             ^");
}

TEST(ScriptError, ShowsThePartOfALongRowThatMatters) {
  const ScriptError error{.place = {.file = "f", .line = 1, .column = 501},
                          .row = std::string(500, 'x') + "!" + std::string(500, 'y'),
                          .message = "no"};
  const std::string text = what(error);
  EXPECT_LT(text.size(), 250U);
  const std::size_t row = text.find('\n') + 1;
  const std::size_t caret_row = text.find('\n', row) + 1;
  EXPECT_EQ(text.find('!') - row, text.find('^') - caret_row);
}

}  // namespace
}  // namespace connspec
