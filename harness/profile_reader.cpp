// From the text of a *.profile file to a profile: all its mistakes are found, as in cases.
#include "catalogue.hpp"
#include "profile.hpp"
#include "script_reader_head.hpp"
#include "script_reader_rows.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace connspec {
namespace {

constexpr std::string_view suffix = ".profile";

/// `server-core` of `cases/profiles/server-core.profile`.
std::string_view stem_of(std::string_view file) {
  if (file.ends_with(suffix)) file.remove_suffix(suffix.size());
  return file.substr(file.rfind('/') + 1);
}

/// The number of `95 %` or `95%`.
int share_behind(std::string_view word, std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  int number = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  std::string_view unit = rest.substr(static_cast<std::size_t>(end - rest.data()));
  unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
  if (error != std::errc{} || unit != "%" || number < 1 || number > 100)
    throw Mistake{rest.empty() ? word : rest,
                  fmt::format("expected 1 to 100 % behind '{}', got '{}'", word, rest)};
  return number;
}

Grade grade_behind(std::string_view word, std::string_view rest) {
  const std::string_view name = take_word(rest);
  if (!rest.empty()) throw Mistake{rest, "expected nothing behind the grade"};
  for (const Grade grade : {Grade::core, Grade::strict, Grade::none})
    if (name_of(grade) == name) return grade;
  constexpr std::string_view known[] = {"core", "strict", "none"};
  std::string message = fmt::format("grade '{}' does not exist", name);
  if (name.empty()) message = "expected core, strict or none behind 'grade'";
  if (const std::string_view meant = nearest(name, known); !meant.empty())
    message += fmt::format("; did you mean '{}'?", meant);
  throw Mistake{name.empty() ? word : name, std::move(message)};
}

std::string title_behind(std::string_view word, std::string_view rest) {
  constexpr std::size_t longest = 90;
  std::string title = text_behind(word, rest);
  if (title.size() > longest)
    throw Mistake{word,
                  fmt::format("title has {} characters (at most {})", title.size(), longest)};
  if (title.ends_with('.'))
    throw Mistake{rest.substr(rest.size() - 1), "title ends in a full stop"};
  return title;
}

/// Reads one file, and remembers the row of each word for what is checked afterwards.
class ProfileReader {
 public:
  ProfileReader(const ProfileFile& file, const ProfileContext& context)
      : file_(file), context_(context), mistakes_(file.name) {}

  ReadProfile read();

 private:
  void read_row(const SourceRow& row);
  void read_value(std::string_view word, std::string_view rest);
  void check_name(std::string_view rest);
  void check_lacks();
  void check_with();
  void check_apart();
  void check_members();
  void object(std::string_view word, std::string_view at, std::string message);
  const SourceRow* row_of(std::string_view word) const;
  std::string where_it_is(const Requirement& row) const;

  const ProfileFile& file_;
  const ProfileContext& context_;
  Mistakes mistakes_;
  Profile profile_;
  std::vector<SourceRow> rows_;
  std::vector<std::pair<std::string_view, const SourceRow*>> words_;  ///< Read so far.
};

ReadProfile ProfileReader::read() {
  profile_.place = {.file = file_.name, .line = 1, .column = 1};
  rows_ = split_rows(file_.text, mistakes_);
  if (rows_.empty()) mistakes_.add(1, 1, "", "this file has no profile");
  for (const SourceRow& row : rows_) {
    try {
      read_row(row);
    } catch (const Mistake& mistake) { mistakes_.add(row, mistake); }
  }
  if (!rows_.empty()) check_lacks();
  const bool readable = mistakes_.count() == 0;
  if (readable && context_.catalogue != nullptr) {
    check_with();
    if (mistakes_.count() == 0) check_apart();
    if (mistakes_.count() == 0) check_members();
  }
  ReadProfile out;
  if (!profile_.name.empty() && profile_.roles.bits != 0) out.profile = std::move(profile_);
  out.errors = mistakes_.take();
  return out;
}

void ProfileReader::read_row(const SourceRow& row) {
  std::string_view rest = row.text;
  const std::string_view word = take_word(rest);
  if (row.indent > 0) throw Mistake{word, "the rows of a profile stand in column 1"};
  const auto known = words(WordKind::profile);
  const bool is_known = std::any_of(known.begin(), known.end(),
                                    [&](const Word& one) { return one.word == word; });
  if (!is_known) throw Mistake{word, unknown_word(word, {WordKind::profile})};
  if (row_of(word) != nullptr)
    throw Mistake{word, fmt::format("'{}' stands twice in this profile", word)};
  words_.emplace_back(word, &row);
  read_value(word, rest);
}

void ProfileReader::read_value(std::string_view word, std::string_view rest) {
  if (word == "profile") {
    check_name(rest);
  } else if (word == "title") {
    profile_.title = title_behind(word, rest);
  } else if (word == "role") {
    profile_.roles = roles_behind(word, rest);
  } else if (word == "grade") {
    profile_.grade = grade_behind(word, rest);
  } else if (word == "with") {
    profile_.with = names_behind(word, rest);
  } else if (word == "apart") {
    profile_.apart = names_behind(word, rest);
  } else {
    profile_.complete = share_behind(word, rest);
  }
}

/// The name of a profile is the name of its file, so that it is found.
void ProfileReader::check_name(std::string_view rest) {
  const std::string_view name = take_word(rest);
  if (!is_name(name, false))
    throw Mistake{name.empty() ? rows_.front().text : name,
                  fmt::format("expected a name of small letters, digits and '-' behind "
                              "'profile', got '{}'",
                              name)};
  if (!rest.empty()) throw Mistake{rest, "expected nothing behind the name of the profile"};
  profile_.name = name;
  if (const std::string_view stem = stem_of(file_.name); stem != name)
    throw Mistake{name, fmt::format("profile '{}' stands in a file named '{}'", name, stem)};
}

void ProfileReader::check_lacks() {
  if (words_.empty() || words_.front().first != "profile")
    mistakes_.add(rows_.front(), {rows_.front().text, "a profile begins with 'profile NAME'"});
  for (const std::string_view word : {"title", "role", "grade"})
    if (row_of(word) == nullptr)
      mistakes_.add(rows_.front(),
                    {rows_.front().text, fmt::format("this profile has no {}", word)});
  if (profile_.grade != Grade::none) return;
  for (const std::string_view word : {"apart", "complete"})
    object(word, word, fmt::format("'{}' says nothing where nothing gates: grade none", word));
}

/// Adds a mistake where the row of `word` is; nothing if there is no such row.
void ProfileReader::object(std::string_view word, std::string_view at, std::string message) {
  if (const SourceRow* row = row_of(word)) mistakes_.add_at_word(*row, at, std::move(message));
}

const SourceRow* ProfileReader::row_of(std::string_view word) const {
  for (const auto& [known, row] : words_)
    if (known == word) return row;
  return nullptr;
}

void ProfileReader::check_with() {
  for (const std::string& name : profile_.with) {
    if (name == profile_.name)
      object("with", name, "a profile is not with itself");
    else if (find_profile(context_.others, name) == nullptr)
      object("with", name, unknown_profile(context_.others, name));
  }
}

std::string ProfileReader::where_it_is(const Requirement& row) const {
  if (row.profiles.empty() || row.profiles == "-") return "is in no profile";
  std::string names(row.profiles);
  for (std::size_t comma = names.find(','); comma != names.npos; comma = names.find(',', comma))
    names.replace(comma, 1, " ");
  return "is in " + names;
}

void ProfileReader::check_apart() {
  for (const std::string& id : profile_.apart) {
    const Requirement* row = context_.catalogue->find(id);
    if (row == nullptr) {
      std::vector<std::string_view> known;
      for (const Requirement& one : context_.catalogue->rows()) known.push_back(one.id);
      std::string message = fmt::format("{} is no row of requirements.tsv", id);
      if (const std::string_view meant = nearest(id, known); !meant.empty())
        message += fmt::format("; did you mean {}?", meant);
      object("apart", id, std::move(message));
      continue;
    }
    bool is_member = false;
    for (const Role role : {Role::server, Role::gateway, Role::forward}) {
      if (!profile_.roles.has(role)) continue;
      const auto rows = members(profile_, context_.others, *context_.catalogue, role);
      is_member = is_member || std::find(rows.begin(), rows.end(), row) != rows.end();
    }
    if (!row->binds(profile_.roles))
      object("apart", id,
             fmt::format("{} binds {}, and this profile is for role {}", id, row->sut,
                         name_of(profile_.roles)));
    else if (!is_member)
      object("apart", id,
             fmt::format("{} {}: not in {}", id, where_it_is(*row), profile_.name));
    else if (on_fail(*row, profile_.grade) == "INFO")
      object("apart", id,
             fmt::format("{} is INFO in grade {}: it does not gate anyway", id,
                         name_of(profile_.grade)));
  }
}

/// Who is held to a profile is held to something.
void ProfileReader::check_members() {
  for (const auto& [role, name] : {std::pair(Role::server, std::string_view("server")),
                                   {Role::gateway, std::string_view("gateway")},
                                   {Role::forward, std::string_view("forward")}})
    if (profile_.roles.has(role) &&
        members(profile_, context_.others, *context_.catalogue, role).empty())
      object("role", name,
             fmt::format("no row of {} binds {}: requirements.tsv names it nowhere that does",
                         profile_.name, name));
}

}  // namespace

ReadProfile read_profile(const ProfileFile& file, const ProfileContext& context) {
  return ProfileReader(file, context).read();
}

}  // namespace connspec
