#include "script_reader.hpp"

#include "checks.hpp"
#include "script_edition.hpp"
#include "script_reader_head.hpp"
#include "script_reader_steps.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

/// `R9112-9.6-04` to `RFC 9112 section 9.6`; empty for other kinds of id.
std::string spec_of(std::string_view id) {
  const std::size_t section = id.find('-');
  const std::size_t number = id.rfind('-');
  if (id.size() < 2 || id[0] != 'R' || id[1] < '0' || id[1] > '9' || section == number)
    return {};
  const std::string_view part = id.substr(section + 1, number - section - 1);
  const bool is_section = !part.empty() && part[0] >= '0' && part[0] <= '9';
  return fmt::format("RFC {} {} {}", id.substr(1, section - 1),
                     is_section ? "section" : "appendix", part);
}

/// A case with its own `covers` stands where they stand, unless it or its file says otherwise.
std::string spec_for(const Metas& file, const Metas& own) {
  if (!own.spec.empty()) return own.spec;
  for (const std::string& id : own.covers) {
    const std::string spec = spec_of(id);
    if (spec.empty() || spec == file.spec || spec.starts_with(file.spec + "."))
      return file.spec;
  }
  return own.covers.empty() ? file.spec : spec_of(own.covers.front());
}

bool says_http10(std::string_view text) {
  constexpr std::string_view version = "HTTP/1.0";
  for (std::size_t at = text.find(version); at != text.npos; at = text.find(version, at + 1)) {
    const std::string_view behind = text.substr(at + version.size());
    const bool ends_a_line = behind.starts_with('\r') || behind.starts_with('\n');
    if (at > 0 && text[at - 1] == ' ' && ends_a_line) return true;
  }
  return false;
}

bool has_http10_request_line(const Case& script) {
  for (const Step& step : script.steps) {
    const auto* write = std::get_if<Write>(&step.what);
    if (write == nullptr || write->lane.side != Lane::Side::client) continue;
    for (const Chunk& chunk : write->chunks)
      for (const Piece& piece : chunk.text)
        if (says_http10(piece.literal)) return true;
  }
  return false;
}

std::string sentence_of(std::span<const Each> eaches,
                        std::span<const Each::Value* const> values) {
  std::string sentence;
  for (std::size_t i = 0; i < values.size(); ++i)
    sentence += fmt::format("{}{} is {}", i == 0 ? "" : ", ", eaches[i].name, values[i]->label);
  return sentence;
}

/// Reads one file.
class FileReader {
 public:
  FileReader(std::string_view file, const ReaderContext& context)
      : file_(file), context_(context), mistakes_(file) {}

  Script read(std::string_view text);

 private:
  std::size_t read_file_head();
  void check_file_head();
  void read_case(std::size_t begin, std::size_t end);
  void read_reading(const CaseHead& head, const Case& common, Readings& readings,
                    std::size_t combination);
  void object(const Objection& objection, std::span<const SourceRow> body,
              std::span<const SourceRow> head);
  void check_common(const CaseHead& head, const Case& common);

  std::string_view file_;
  const ReaderContext& context_;
  Mistakes mistakes_;
  std::vector<SourceRow> rows_;
  std::size_t head_rows_ = 0;
  std::string id_;
  std::string requirement_;
  Metas metas_;
  std::vector<std::string_view> seen_;  ///< Metas of the file.
  std::vector<std::string> names_;      ///< Of the cases so far.
  Script script_;
};

/// Tells where the first case begins.
std::size_t FileReader::read_file_head() {
  std::size_t next = 0;
  for (; next < rows_.size(); ++next) {
    const SourceRow& row = rows_[next];
    std::string_view rest = row.text;
    const std::string_view word = take_word(rest);
    if (word == "case") break;
    try {
      if (next == 0 && word != "requirement")
        throw Mistake{word, "a case file begins with 'requirement'"};
      if (row.indent > 0) throw Mistake{word, "the head of a file stands in column 1"};
      if (std::find(seen_.begin(), seen_.end(), word) != seen_.end())
        throw Mistake{word, fmt::format("'{}' stands twice in this head", word)};
      seen_.push_back(word);
      if (word == "requirement") {
        const std::size_t begin = std::min(rest.find_first_not_of(' '), rest.size());
        requirement_ = rest.substr(begin);
        if (requirement_.empty()) throw Mistake{word, "expected a text behind 'requirement'"};
      } else if (!read_meta(metas_, word, rest)) {
        for (const Word& known : words(WordKind::head))
          if (known.word == word)
            throw Mistake{word, fmt::format("'{}' belongs to a case, not to the file", word)};
        throw Mistake{word, unknown_word(word, {WordKind::meta, WordKind::head})};
      }
    } catch (const Mistake& mistake) { mistakes_.add(row, mistake); }
  }
  return next;
}

void FileReader::check_file_head() {
  const SourceRow& first = rows_.front();
  for (const std::string_view word : {"spec", "level", "role", "covers"})
    if (std::find(seen_.begin(), seen_.end(), word) == seen_.end())
      mistakes_.add(first, {first.text, fmt::format("this file says no '{}'", word)});
  if (head_rows_ == rows_.size())
    mistakes_.add(rows_.back(), {rows_.back().text, "this file has no case"});
}

/// The row that an objection speaks of: in the case, else in its head, else in the file's.
void FileReader::object(const Objection& objection, std::span<const SourceRow> body,
                        std::span<const SourceRow> head) {
  for (const SourceRow& row : body)
    if (row.line == objection.line)
      return mistakes_.add_at_word(row, objection.word, objection.message);
  const auto in = [&](std::span<const SourceRow> rows) {
    for (const SourceRow& row : rows) {
      const std::size_t at = row.text.find(objection.word);
      if (objection.word.empty() || at == row.text.npos) continue;
      mistakes_.add(row, {row.text.substr(at), objection.message});
      return true;
    }
    return false;
  };
  if (in(head.subspan(1)) || in(std::span(rows_).first(head_rows_))) return;
  mistakes_.add(head.front(), {head.front().text, objection.message});
}

void FileReader::read_reading(const CaseHead& head, const Case& common, Readings& readings,
                              std::size_t combination) {
  const std::size_t before = mistakes_.count();
  const auto values = readings.values(combination);
  if (!values.empty()) mistakes_.set_reading(sentence_of(head.eaches, values));
  Case& script = script_.cases.emplace_back(common);
  for (const Each::Value* value : values) script.id.append("/").append(value->slug);
  try {
    script.title = read_title(head, values);
  } catch (const Mistake& mistake) {
    mistakes_.add_at_word(head.title_row, mistake.at, mistake.message);
  }
  const auto rows = readings.rows(combination);
  Bindings seen = 0;
  read_steps(rows, script, seen, mistakes_);
  for (std::size_t i = 0; i < binding_count; ++i)
    if ((seen >> i & 1U) != 0) script.uses.push_back(static_cast<Binding>(i));
  script.uses_http10 = has_http10_request_line(script);
  script.planned = planned_time(script);
  // Ours were checked with the catalogue before they came in: a run need not do it again.
  const bool is_checked = context_.embedded && context_.catalogue == nullptr;
  if (mistakes_.count() == before && !is_checked) {
    const SourceRow& row = head.row;
    for (const Objection& objection : check(script)) object(objection, rows, {&row, 1});
  }
  if (mistakes_.count() != before) script_.cases.pop_back();
}

void FileReader::check_common(const CaseHead& head, const Case& common) {
  if (context_.embedded && common.kills.empty())
    mistakes_.add(head.row,
                  {head.row.text, "no kills: name the mutants that this case catches"});
  if (std::find(names_.begin(), names_.end(), head.name) != names_.end())
    mistakes_.add_at_word(head.row, head.name,
                          fmt::format("two cases of this file are called '{}'", head.name));
  names_.push_back(head.name);
}

void FileReader::read_case(std::size_t begin, std::size_t end) {
  const auto rows = std::span(rows_).subspan(begin + 1, end - begin - 1);
  for (const SourceRow& row : rows)
    if (row.indent == 1)
      mistakes_.add(row, {row.text, "rows of a case are indented by two or more, got one"});
  const std::size_t mistakes_before = mistakes_.count();
  const std::size_t cases_before = script_.cases.size();
  const CaseHead head = read_case_head(rows_[begin], rows, context_.mutants, mistakes_);
  const Case common{
      .id = id_ + "/" + head.name,
      .title = {},
      .requirement = requirement_,
      .spec = spec_for(metas_, head.metas),
      .why = head.metas.why.empty() ? metas_.why : head.metas.why,
      .since = !head.metas.since.empty() ? head.metas.since
               : !metas_.since.empty()   ? metas_.since
                                         : std::string(first_edition),
      .level = head.metas.level.value_or(metas_.level.value_or(Level::must)),
      .roles = head.metas.role.value_or(metas_.role.value_or(Roles{})),
      .covers = head.metas.covers.empty() ? metas_.covers : head.metas.covers,
      .kills = head.kills,
      .needs = head.needs,
      .alone = head.alone,
      .slow = head.slow,
      .clients = head.clients,
      .place = {.file = std::string(file_), .line = rows_[begin].line, .column = 1},
      .embedded = context_.embedded};
  check_common(head, common);
  if (context_.catalogue != nullptr)
    for (const Objection& objection : check_against(common, *context_.catalogue))
      object(objection, {}, std::span(rows_).subspan(begin, head.rows + 1));
  if (head.broken > 0) return;
  const auto body = rows.subspan(head.rows);
  Readings readings(head.eaches, body);
  for (std::size_t i = 0; i < head.eaches.size(); ++i)
    if (!readings.uses(i))
      mistakes_.add_at_word(head.eaches[i].row, head.eaches[i].name,
                            fmt::format("each value '{}' is never used", head.eaches[i].name));
  constexpr std::size_t most_expansions = 499;
  if (readings.count() > most_expansions)
    return mistakes_.add(
        head.row, {head.row.text, fmt::format("{} or more expansions of one case (at most {})",
                                              most_expansions + 1, most_expansions)});
  if (body.empty()) return mistakes_.add(head.row, {head.row.text, "this case has no steps"});
  const bool head_is_sound = mistakes_.count() == mistakes_before;
  script_.cases.reserve(cases_before + readings.count());
  for (std::size_t i = 0; i < readings.count() && !mistakes_.full(); ++i)
    read_reading(head, common, readings, i);
  if (!head_is_sound) script_.cases.resize(cases_before);
}

Script FileReader::read(std::string_view text) {
  id_ = context_.id.empty() ? id_of_file(file_) : std::string(context_.id);
  rows_ = split_rows(text, mistakes_);
  if (mistakes_.count() > 0 || rows_.empty()) {  // What is no text has no words.
    if (mistakes_.count() == 0) mistakes_.add(1, 1, "", "this file is empty");
    script_.errors = mistakes_.take();
    return std::move(script_);
  }
  head_rows_ = read_file_head();
  check_file_head();
  for (std::size_t begin = head_rows_; begin < rows_.size() && !mistakes_.full();) {
    if (rows_[begin].indent > 0)
      mistakes_.add(rows_[begin], {rows_[begin].text, "'case' stands in column 1"});
    std::size_t end = begin + 1;
    for (; end < rows_.size() && rows_[end].indent > 0; ++end) {}
    read_case(begin, end);
    for (; end < rows_.size() && !rows_[end].text.starts_with("case"); ++end)
      mistakes_.add(
          rows_[end],
          {rows_[end].text,
           "expected 'case' in column 1; rows of a case are indented by two or more"});
    begin = end;
  }
  script_.errors = mistakes_.take();
  return std::move(script_);
}

}  // namespace

Script read_script(std::string_view file_name, std::string_view text,
                   const ReaderContext& context) {
  return FileReader(file_name, context).read(text);
}

std::string id_of_file(std::string_view file_name) {
  if (const std::size_t cases = file_name.rfind("cases/");
      cases != file_name.npos && (cases == 0 || file_name[cases - 1] == '/'))
    file_name.remove_prefix(cases + 6);
  while (file_name.starts_with("./")) file_name.remove_prefix(2);
  while (file_name.starts_with('/')) file_name.remove_prefix(1);
  if (file_name.ends_with(".convo")) file_name.remove_suffix(6);
  return std::string(file_name);
}

std::string what(const ScriptError& error) {
  constexpr std::size_t width = 96;
  const auto column = static_cast<std::size_t>(std::max(error.place.column, 1)) - 1;
  std::string text = fmt::format("{}:{}:{}: {}", error.place.file, error.place.line,
                                 error.place.column, error.message);
  if (error.row.empty()) return text;
  const std::size_t begin = column < width ? 0 : column - width / 2;
  std::string row = error.row.substr(std::min(begin, error.row.size()), width);
  for (char& letter : row)
    if (letter < ' ' || letter > '~') letter = '?';
  text += fmt::format("\n  {}\n  {:>{}}", row, '^', column - begin + 1);
  return text;
}

}  // namespace connspec
