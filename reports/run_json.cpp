#include "reports/run_json.hpp"

#include "reports/run_json_fields.hpp"
#include "reports/tally.hpp"
#include "reports/utf8.hpp"
#include "reports/whole_file.hpp"

#include <nlohmann/json.hpp>

namespace connspec {

namespace {

using Json = nlohmann::ordered_json;

/// A value as an object.
class Writer {
 public:
  static constexpr bool writes = true;

  Json take() { return std::move(object_); }

  void text(const char* key, const std::string& text) { set(key, utf8::valid(text)); }
  void bytes(const char* key, const std::string& bytes) { set(key, utf8::of_bytes(bytes)); }
  template <class Number>
  void number(const char* key, Number number) {
    set(key, number);
  }
  void flag(const char* key, bool flag) { set(key, flag); }
  void seconds(const char* key, std::chrono::nanoseconds time) {
    set(key, static_cast<double>(time.count()) / 1e9);
  }
  /// With the letter of UTC behind it.
  void moment(const char* key, const std::string& text) {
    set(key, text.empty() ? text : utf8::valid(text) + 'Z');
  }
  template <class Word>
  void word(const char* key, Word word) {
    set(key, name_of(word));
  }
  void texts(const char* key, const std::vector<std::string>& texts) {
    Json all = Json::array();
    for (const std::string& text : texts) all.push_back(utf8::valid(text));
    set(key, std::move(all));
  }
  void pairs(const char* key, const std::vector<std::pair<std::string, std::string>>& pairs) {
    Json all = Json::array();
    for (const auto& [one, other] : pairs)
      all.push_back(Json::array({utf8::valid(one), utf8::valid(other)}));
    set(key, std::move(all));
  }
  template <class T>
  void each(const char* key, const std::vector<T>& values) {
    Json all = Json::array();
    for (const T& value : values) all.push_back(written(value));
    set(key, std::move(all));
  }
  template <class T>
  void maybe(const char* key, const std::optional<T>& value) {
    set(key, value ? written(*value) : Json());
  }
  void totals(const char* key, const Run& run) {
    const Tally tally = tally_of(run);
    Json all = Json::object();
    for (Verdict verdict : every<Verdict>)
      all[std::string(name_of(verdict))] = tally.of(verdict);
    set(key, std::move(all));
  }
  void exit(const char* key, const Run& run) { set(key, static_cast<int>(exit_of(run))); }

 private:
  template <class T>
  static Json written(const T& value) {
    Writer writer;
    fields(writer, value);
    return writer.take();
  }

  /// Keys come once and in order: looking for them would take longer than all the rest.
  template <class Value>
  void set(const char* key, Value&& value) {
    object_.get_ref<Json::object_t&>().emplace_back(key, std::forward<Value>(value));
  }

  Json object_ = Json::object();
};

}  // namespace

std::string run_json(std::span<const Run> runs) {
  Json all = Json::array();
  for (const Run& run : runs) {
    Writer writer;
    fields(writer, run);
    all.push_back(writer.take());
  }
  const Json document = {
      {"format", run_format}, {"format_version", run_format_version}, {"runs", std::move(all)}};
  return document.dump(1, ' ', true) + "\n";
}

std::optional<std::string> save_run_json(const std::string& path, std::span<const Run> runs) {
  return write_whole_file(path, run_json(runs));
}

}  // namespace connspec
