#include "harness/target_file.hpp"

#include "harness/words.hpp"
#include "harness/words_declared.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <vector>

namespace connspec {

namespace {

using nlohmann::json;

constexpr std::string_view keys[] = {"role",    "forward", "declare", "name",
                                     "version", "package", "note"};
constexpr std::string_view roles[] = {"server", "proxy", "gateway", "forward"};

/// A mistake and the key that it is about.
struct Mistaken {
  std::string key;
  std::string sentence;
};

/// The line on which a key stands, the last of them: later ones count in JSON. 1 if it cannot
/// be found as it is written.
std::size_t line_of(const std::string& text, const std::string& key) {
  const auto quoted = json(key).dump();
  std::size_t line = 1;
  for (auto at = text.find(quoted); at != text.npos; at = text.find(quoted, at + 1)) {
    const auto behind = text.find_first_not_of(" \t\r\n", at + quoted.size());
    if (behind != text.npos && text[behind] == ':')
      line = 1 + static_cast<std::size_t>(std::count(
                     text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  }
  return line;
}

std::string meant(std::string_view word, std::span<const std::string_view> known) {
  const auto near = nearest(word, known);
  return near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near);
}

void read_declared(const json& value, Declared& declared) {
  if (!value.is_object())
    throw Mistaken{"declare", "'declare' is no object of names and values"};
  for (const auto& [name, its] : value.items()) {
    if (!its.is_string())
      throw Mistaken{name, fmt::format("the value of '{}' is no string", name)};
    const auto text = its.get<std::string>();
    if (auto wrong = wrong_declaration(name, text); !wrong.empty())
      throw Mistaken{name, std::move(wrong)};
    declared.emplace(name, text);
  }
}

void read_key(const std::string& key, const json& value, TargetFile& file) {
  if (std::find(std::begin(keys), std::end(keys), key) == std::end(keys))
    throw Mistaken{key, fmt::format("unknown key '{}'{}", key, meant(key, keys))};
  if (key == "declare") return read_declared(value, file.declared);
  if (key == "forward") {
    if (!value.is_boolean()) throw Mistaken{key, "'forward' is true or false"};
    file.forward = file.forward || value.get<bool>();
    return;
  }
  if (!value.is_string())
    throw Mistaken{key, fmt::format("the value of '{}' is no string", key)};
  if (key != "role") return;
  file.role = value.get<std::string>();
  if (std::find(std::begin(roles), std::end(roles), file.role) == std::end(roles))
    throw Mistaken{key, fmt::format("'{}' is no role{}", file.role, meant(file.role, roles))};
  file.forward = file.forward || file.role == "forward";
}

/// JSON in which no key stands twice: of two values one would be lost without a word.
json parse(const std::string& text) {
  std::vector<std::set<std::string>> seen;
  return json::parse(text, [&seen](int depth, json::parse_event_t event, json& parsed) {
    const auto level = static_cast<std::size_t>(depth);
    if (event == json::parse_event_t::object_start) {
      seen.resize(std::max(seen.size(), level + 2));
      seen[level + 1].clear();
    }
    if (event == json::parse_event_t::key && level < seen.size() &&
        !seen[level].insert(parsed.get<std::string>()).second)
      throw Mistaken{parsed.get<std::string>(),
                     fmt::format("'{}' stands twice", parsed.get<std::string>())};
    return true;
  });
}

}  // namespace

std::optional<TargetFile> read_target_file(const std::string& path, std::string& error) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || text.empty()) {
    error = fmt::format("{}: {}", path, file.is_open() ? "is empty" : "cannot be read");
    return std::nullopt;
  }
  return read_target(text, path, error);
}

std::optional<TargetFile> read_target(const std::string& text, const std::string& path,
                                      std::string& error) {
  try {
    const auto whole = parse(text);
    if (!whole.is_object()) {
      error = fmt::format("{}: is no JSON object", path);
      return std::nullopt;
    }
    TargetFile read;
    for (const auto& [key, value] : whole.items()) read_key(key, value, read);
    if (read.forward && (read.role == "server" || read.role == "gateway"))
      throw Mistaken{"forward", fmt::format("'forward' is not for role {}", read.role)};
    return read;
  } catch (const Mistaken& mistake) {
    error = fmt::format("{}:{}: {}", path, line_of(text, mistake.key), mistake.sentence);
  } catch (const json::exception& failure) {
    const std::string_view what = failure.what();  // `[json.exception.type.101] the sentence`
    error =
        fmt::format("{}: {}", path, what.substr(std::min(what.find("] ") + 2, what.size())));
  }
  return std::nullopt;
}

}  // namespace connspec
