#include "harness/profile.hpp"

#include "harness/case_library.hpp"
#include "harness/explain.hpp"
#include "harness/explain_profile.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace connspec {
namespace {

namespace fs = std::filesystem;

const CaseLibrary& ours() {
  static const CaseLibrary library = [] {
    auto loaded = load_embedded({});
    load_profiles(loaded);
    return loaded;
  }();
  return library;
}

std::vector<std::string_view> ids_of(const std::vector<const Requirement*>& rows) {
  std::vector<std::string_view> ids;
  for (const auto* row : rows) ids.push_back(row->id);
  return ids;
}

constexpr std::string_view small_catalogue =
    "id\tsource\tsection\talso\trole\tlevel\ton_fail_core\ton_fail_strict\tsut\tprofiles\t"
    "requirement\ttestable\twhy_not_testable\n"
    "R1-1-01\tRFC1\t1\t-\tserver\tMUST\tFAIL\tFAIL\tserver\tmine\tDo.\tyes\t-\n"
    "R1-1-02\tRFC1\t1\t-\tserver\tMUST\tFAIL\tFAIL\tserver,gateway\tmine-too,mine\tDo.\tyes\t-"
    "\n"
    "R1-1-03\tRFC1\t1\t-\tserver\tMUST\tFAIL\tFAIL\tserver\tother\tDo.\tyes\t-\n"
    "R1-1-04\tRFC1\t1\t-\tserver\tMUST\tFAIL\tFAIL\tserver\tmine-too\tDo.\tyes\t-\n";

TEST(Profile, IsReadFromItsRows) {
  const auto read = read_profile({"cases/profiles/mine.profile",
                                  "# why\nprofile   mine\ntitle     What we owe\n"
                                  "role      server proxy\ngrade     strict\nwith      other\n"
                                  "apart     R1-1-01 R1-1-02\ncomplete  80 %\n"});
  ASSERT_TRUE(read.errors.empty()) << what(read.errors.front());
  ASSERT_TRUE(read.profile);
  EXPECT_EQ(read.profile->name, "mine");
  EXPECT_EQ(read.profile->title, "What we owe");
  EXPECT_EQ(name_of(read.profile->roles), "server proxy");
  EXPECT_EQ(read.profile->grade, Grade::strict);
  EXPECT_EQ(read.profile->with, std::vector<std::string>{"other"});
  EXPECT_TRUE(read.profile->sets_apart("R1-1-02"));
  EXPECT_FALSE(read.profile->sets_apart("R1-1-03"));
  EXPECT_EQ(read.profile->complete, 80);
}

TEST(Profile, HasTheRowsThatNameItAndBindTheRole) {
  const Catalogue catalogue(small_catalogue);
  const Profile mine{.name = "mine", .title = "t"};
  EXPECT_EQ(ids_of(members(mine, {}, catalogue, Role::server)),
            (std::vector<std::string_view>{"R1-1-01", "R1-1-02"}));
  EXPECT_EQ(ids_of(members(mine, {}, catalogue, Role::gateway)),
            (std::vector<std::string_view>{"R1-1-02"}));
  EXPECT_TRUE(members(mine, {}, catalogue, Role::forward).empty());
}

TEST(Profile, HasTheRowsOfThoseItIsWithOnceAndInOrder) {
  const Catalogue catalogue(small_catalogue);
  const std::vector<Profile> all = {{.name = "mine", .title = "t", .with = {"mine-too"}},
                                    {.name = "mine-too", .title = "t", .with = {"mine"}}};
  EXPECT_EQ(ids_of(members(all[0], all, catalogue, Role::server)),
            (std::vector<std::string_view>{"R1-1-01", "R1-1-02", "R1-1-04"}));
}

TEST(OurProfiles, AreWithoutMistakes) {
  EXPECT_TRUE(ours().errors.empty()) << lint_report(ours());
  EXPECT_GE(ours().profiles.size(), 12U);
}

/// What the catalogue names and nobody reads would be a gap that nobody sees.
TEST(OurProfiles, AreAllThatTheCatalogueNames) {
  std::set<std::string> named;
  for (const auto& row : ours().catalogue.rows()) {
    std::istringstream names{std::string(row.profiles)};
    for (std::string name; std::getline(names, name, ',');) named.insert(name);
  }
  for (const auto* later : {"client-core", "client-strict", "tls-later"})
    EXPECT_EQ(named.erase(later), 1U) << later;
  std::set<std::string> read;
  for (const auto& profile : ours().profiles) read.insert(profile.name);
  EXPECT_EQ(named, read);
}

TEST(OurProfiles, OfAStrictGradeHoldTheRowsOfTheCore) {
  for (const auto* part : {"server", "proxy"}) {
    const auto* core = find_profile(ours().profiles, fmt::format("{}-core", part));
    const auto* strict = find_profile(ours().profiles, fmt::format("{}-strict", part));
    ASSERT_TRUE(core && strict);
    auto few = ids_of(members(*core, ours().profiles, ours().catalogue, Role::gateway));
    auto many = ids_of(members(*strict, ours().profiles, ours().catalogue, Role::gateway));
    EXPECT_LT(few.size(), many.size());
    std::sort(few.begin(), few.end());
    std::sort(many.begin(), many.end());
    EXPECT_TRUE(std::includes(many.begin(), many.end(), few.begin(), few.end())) << part;
  }
}

TEST(OurProfiles, FitIntoEightyColumns) {
  std::string text = list_profiles(ours(), {15});
  for (const auto& profile : ours().profiles) text += explain_profile(profile, ours());
  std::istringstream rows(text);
  for (std::string row; std::getline(rows, row);) EXPECT_LE(row.size(), 80U) << row;
}

TEST(Profiles, ThatAreNotThereAreAnsweredWithThoseMeant) {
  EXPECT_EQ(unknown_profile(ours().profiles, "server-cor"),
            "there is no profile 'server-cor'; did you mean 'server-core'?");
  EXPECT_EQ(unknown_profile(ours().profiles, "xyzzy"), "there is no profile 'xyzzy'");
}

TEST(Profiles, OfAFolderAreReadBesideOurs) {
  const fs::path folder = fs::path(testing::TempDir()) / "connspec-profiles";
  fs::create_directories(folder);
  std::ofstream(folder / "house.profile")
      << "profile  house\ntitle    t\nrole     server\ngrade    core\nwith     server-core\n";
  std::ofstream(folder / "server-core.profile")
      << "profile  server-core\ntitle    t\nrole     server\ngrade    core\n";
  CaseLibrary library;
  add_folder(library, folder.string());
  EXPECT_TRUE(library.errors.empty());
  load_profiles(library);
  fs::remove_all(folder);
  EXPECT_NE(find_profile(library.profiles, "house"), nullptr);
  ASSERT_EQ(library.errors.size(), 1U) << lint_report(library);
  EXPECT_EQ(library.errors.front().message,
            "profile 'server-core' is also at profiles/server-core.profile");
}

// Files of tests/refused that end in .profile hold mistakes, as those of cases do.

std::vector<fs::path> refused_profiles() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(TESTS_DIR) / "refused"))
    if (entry.path().extension() == ".profile") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class RefusedProfile : public testing::TestWithParam<fs::path> {};

TEST_P(RefusedProfile, WithItsMessages) {
  std::ifstream file(GetParam());
  std::stringstream text;
  text << file.rdbuf();
  std::vector<std::string> expected;
  constexpr std::string_view mark = "# refused ";
  for (std::string row; std::getline(text, row) && row.starts_with(mark);)
    expected.push_back(row.substr(mark.size()));
  ASSERT_FALSE(expected.empty());
  std::vector<std::string> seen;
  const auto read = read_profile({GetParam().filename().string(), text.str()},
                                 {&ours().catalogue, ours().profiles});
  for (const auto& error : read.errors)
    seen.push_back(
        fmt::format("{}:{}: {}", error.place.line, error.place.column, error.message));
  EXPECT_EQ(seen, expected);
}

INSTANTIATE_TEST_SUITE_P(Files, RefusedProfile, testing::ValuesIn(refused_profiles()),
                         [](const auto& file) {
                           std::string name = file.param.stem().string();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(RefusedProfiles, AreThere) { EXPECT_GE(refused_profiles().size(), 20U); }

/// Whatever is cut off or damaged is a mistake with an address, or still a profile.
TEST(ProfileReader, SurvivesWhatIsNoProfile) {
  const std::string whole =
      "profile   mine\ntitle     t\nrole      server\ngrade     core\nwith      server-core\n"
      "apart     R9112-9.6-04\ncomplete  95 %\n";
  const ProfileContext context{&ours().catalogue, ours().profiles};
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = read_profile({"mine.profile", whole.substr(0, size)}, context);
    const bool ends_with_a_row = size > 0 && whole[size - 1] == '\n';
    EXPECT_TRUE(ends_with_a_row || !cut.errors.empty()) << size;
    for (const char letter : {'\0', '\n', ' ', '\xff', '%', '-'}) {
      auto damaged = whole;
      damaged[size] = letter;
      const auto read = read_profile({"mine.profile", damaged}, context);
      for (const auto& error : read.errors) EXPECT_NE(what(error), "");
    }
  }
  EXPECT_FALSE(
      read_profile({"mine.profile", std::string(2'000'000, 'x')}, context).errors.empty());
}

TEST(ProfileError, ShowsTheRowAndACaret) {
  const auto read = read_profile({"mine.profile",
                                  "profile  mine\ntitle    t\nrole     server\ngrade    core\n"
                                  "with     server-cor\n"},
                                 {&ours().catalogue, ours().profiles});
  ASSERT_EQ(read.errors.size(), 1U);
  EXPECT_EQ(what(read.errors.front()),
            "mine.profile:5:10: there is no profile 'server-cor'; did you mean 'server-core'?\n"
            "  with     server-cor\n"
            "           ^");
}

}  // namespace
}  // namespace connspec
