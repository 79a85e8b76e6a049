#include "reports/run_json.hpp"
#include "reports/run_json_fields.hpp"
#include "reports/tally.hpp"
#include "reports/text.hpp"
#include "reports/utf8.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <set>

namespace connspec {

namespace {

using nlohmann::json;

constexpr std::size_t largest_document = std::size_t{1} << 30U;

/// A mistake and its address, `/runs/0/results/3/verdict`.
struct Mistaken {
  std::string where;
  std::string what;
};

/// Where the reader is: a key or an index within what holds it.
struct Place {
  const Place* in = nullptr;
  std::string_view key = {};
  std::size_t index = 0;

  /// A JSON pointer.
  std::string address() const {
    if (in == nullptr) return {};
    if (key.data() == nullptr) return fmt::format("{}/{}", in->address(), index);
    std::string escaped;
    for (char letter : key)
      escaped += letter == '~' ? "~0" : letter == '/' ? "~1" : std::string(1, letter);
    return in->address() + '/' + escaped;
  }
  [[noreturn]] void refuse(std::string what) const {
    throw Mistaken{address(), std::move(what)};
  }
};

std::string shown(const json& value) {
  constexpr std::size_t most = 40;
  if (value.is_structured()) return value.is_array() ? "an array" : "an object";
  return text::shortened(value.dump(), most);
}

const std::string& string_of(const json& value, const Place& place) {
  if (!value.is_string()) place.refuse(fmt::format("{} is no string", shown(value)));
  return value.get_ref<const std::string&>();
}

std::string text_of(const json& value, const Place& place) {
  return utf8::original(string_of(value, place));
}

const json::array_t& array_of(const json& value, const Place& place) {
  if (!value.is_array()) place.refuse(fmt::format("{} is no array", shown(value)));
  return value.get_ref<const json::array_t&>();
}

/// The fields of one object.
class Reader {
 public:
  static constexpr bool writes = false;

  Reader(const json& object, const Place& place) : object_(object), place_(place) {
    if (!object.is_object()) place.refuse(fmt::format("{} is no object", shown(object)));
  }

  /// When all fields have been read: what is there besides is a mistake.
  void finish() const {
    if (object_.size() == read_.size()) return;
    for (const auto& [key, ignored] : object_.items())
      if (!read_.contains(key)) Place{&place_, key}.refuse("is no key of this format");
  }

  void text(const char* key, std::string& text) { text = text_of(at(key), in(key)); }
  void bytes(const char* key, std::string& bytes) {
    auto read = utf8::bytes_of(string_of(at(key), in(key)));
    if (!read) in(key).refuse("holds bytes, and a character beyond U+00FF is none");
    bytes = std::move(*read);
  }
  template <class Number>
  void number(const char* key, Number& number) {
    const json& value = at(key);
    const bool fits =
        value.is_number_unsigned()
            ? std::in_range<Number>(value.get<std::uint64_t>())
            : value.is_number_integer() && std::in_range<Number>(value.get<std::int64_t>());
    if (!fits) in(key).refuse(fmt::format("{} is no whole number in range", shown(value)));
    number = value.get<Number>();
  }
  void flag(const char* key, bool& flag) {
    const json& value = at(key);
    if (!value.is_boolean())
      in(key).refuse(fmt::format("{} is neither true nor false", shown(value)));
    flag = value.get<bool>();
  }
  void seconds(const char* key, std::chrono::nanoseconds& time) {
    constexpr double most = 9e6;  // Some hundred days: what a double holds to the nanosecond.
    const json& value = at(key);
    if (!value.is_number()) in(key).refuse(fmt::format("{} is no number", shown(value)));
    const auto seconds = value.get<double>();
    if (!(std::abs(seconds) <= most)) in(key).refuse("is no time that a run can take");
    time = std::chrono::nanoseconds(std::llround(seconds * 1e9));
  }
  void moment(const char* key, std::string& text) {
    text = text_of(at(key), in(key));
    if (text.empty()) return;
    if (text.back() != 'Z') in(key).refuse("is no time of UTC, which ends in Z");
    text.pop_back();
  }
  template <class Word>
  void word(const char* key, Word& word) {
    const std::string& name = string_of(at(key), in(key));
    for (Word one : every<Word>)
      if (name_of(one) == name) {
        word = one;
        return;
      }
    std::string all;
    for (Word one : every<Word>)
      all += fmt::format("{}{}", all.empty() ? "" : ", ", name_of(one));
    in(key).refuse(fmt::format("'{}' is none of: {}", text::shortened(name, 40), all));
  }
  void texts(const char* key, std::vector<std::string>& texts) {
    each_of(key, [&](const json& value, const Place& place) {
      texts.push_back(text_of(value, place));
    });
  }
  void pairs(const char* key, std::vector<std::pair<std::string, std::string>>& pairs) {
    each_of(key, [&](const json& value, const Place& place) {
      if (array_of(value, place).size() != 2) place.refuse("is no pair");
      pairs.emplace_back(text_of(value[0], {&place, {}, 0}),
                         text_of(value[1], {&place, {}, 1}));
    });
  }
  template <class T>
  void each(const char* key, std::vector<T>& values) {
    each_of(key, [&](const json& value, const Place& place) {
      fill(values.emplace_back(), value, place);
    });
  }
  template <class T>
  void maybe(const char* key, std::optional<T>& value) {
    if (!at(key).is_null()) fill(value.emplace(), at(key), in(key));
  }
  /// They follow from the results, which come later: kept until then.
  void totals(const char* key, Run&) { at(key); }
  void exit(const char* key, Run&) {
    int ignored = 0;
    number(key, ignored);
  }

  template <class T>
  static void fill(T& value, const json& object, const Place& place) {
    Reader reader(object, place);
    fields(reader, value);
    reader.finish();
  }

  const json& at(const char* key) {
    read_.insert(key);
    const auto found = object_.find(key);
    if (found == object_.end()) place_.refuse(fmt::format("the key \"{}\" is missing", key));
    return *found;
  }
  Place in(std::string_view key) const { return {&place_, key}; }

 private:
  template <class Take>
  void each_of(const char* key, Take take) {
    const Place place = in(key);
    const auto& values = array_of(at(key), place);
    for (std::size_t i = 0; i < values.size(); ++i) take(values[i], Place{&place, {}, i});
  }

  const json& object_;
  const Place& place_;
  std::set<std::string_view> read_;
};

/// Of a run that has been read.
void check_totals(const json& totals, const Run& run, const Place& place) {
  Reader reader(totals, place);
  const Tally tally = tally_of(run);
  for (Verdict verdict : every<Verdict>) {
    const std::string key(name_of(verdict));
    std::size_t number = 0;
    reader.number(key.c_str(), number);
    if (number != tally.of(verdict))
      reader.in(key).refuse(
          fmt::format("says {}, and the results come to {}", number, tally.of(verdict)));
  }
}

/// Looks at every key as it comes: of two that are the same, one would be lost without a word.
class Keys {
 public:
  bool operator()(int depth, json::parse_event_t event, const json& parsed) {
    const auto level = static_cast<std::size_t>(depth);
    using Kind = json::parse_event_t;
    if (event == Kind::object_start) {
      if (seen_.size() < level + 2) seen_.resize(level + 2);
      seen_[level + 1].clear();
    }
    if (event == Kind::key && level < seen_.size()) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!seen_[level].insert(key).second)
        throw Mistaken{"", fmt::format("the key \"{}\" stands twice in one object",
                                       text::shortened(key, 40))};
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> seen_;
};

std::vector<Run> runs_of(const json& document) {
  const Place root;
  Reader reader(document, root);
  if (string_of(reader.at("format"), reader.in("format")) != run_format)
    reader.in("format").refuse(fmt::format("is not \"{}\"", run_format));
  int version = 0;
  reader.number("format_version", version);
  if (version != run_format_version)
    reader.in("format_version")
        .refuse(fmt::format("is {}, and this connspec reads {}", version, run_format_version));
  std::vector<Run> runs;
  reader.each("runs", runs);
  reader.finish();
  const Place all = reader.in("runs");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Place run{&all, {}, i};
    check_totals(document["runs"][i]["totals"], runs[i], {&run, "totals"});
  }
  return runs;
}

/// `parse error at line 1, column 2: …` of `[json.exception.parse_error.101] parse error …`.
std::string sentence_of(const json::exception& failure) {
  const std::string_view what = failure.what();
  const auto end = what.find("] ");
  return text::shortened(end == what.npos ? what : what.substr(end + 2), 200);
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

std::optional<std::vector<Run>> parse_run_json(std::string_view text, std::string_view name,
                                               std::string& error) {
  try {
    auto callback = [keys = Keys()](int depth, json::parse_event_t event,
                                    json& parsed) mutable {
      return keys(depth, event, parsed);
    };
    return runs_of(json::parse(text, std::move(callback)));
  } catch (const Mistaken& mistake) {
    error = fmt::format("{}: {}{}{}", name, text::one_line(mistake.where),
                        mistake.where.empty() ? "" : ": ", mistake.what);
  } catch (const json::exception& failure) {
    error = fmt::format("{}: {}", name, sentence_of(failure));
  }
  return std::nullopt;
}

std::optional<std::vector<Run>> read_run_json(std::string_view path, std::string& error) {
  const std::unique_ptr<std::FILE, Close> file(std::fopen(std::string(path).c_str(), "rb"));
  std::string text;
  char block[65536];
  while (file && text.size() <= largest_document) {
    const std::size_t size = std::fread(block, 1, sizeof block, file.get());
    text.append(block, size);
    if (size == 0) break;
  }
  if (!file || std::ferror(file.get()) != 0) {
    error = fmt::format("{}: cannot be read", path);
    return std::nullopt;
  }
  if (text.size() > largest_document) {
    error = fmt::format("{}: is larger than 1 GiB", path);
    return std::nullopt;
  }
  return parse_run_json(text, path, error);
}

}  // namespace connspec
