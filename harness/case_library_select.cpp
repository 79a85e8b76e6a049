// Which cases a selector names.
#include "case_library.hpp"
#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& letter : out)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return out;
}

/// `*` stands for any text, slashes too, and `?` for one character.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, behind = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      behind = t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++behind;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view topic_of(std::string_view id) {
  const std::size_t first = std::min(id.find('/'), id.size() - 1);
  const std::string_view rest = id.substr(first + 1);
  return rest.substr(0, rest.find('/'));
}

bool is_level(std::string_view name, Level level) {
  if (name == "must") return level == Level::must || level == Level::must_not;
  if (name == "should") return level == Level::should || level == Level::should_not;
  if (name == "must-not") return level == Level::must_not;
  if (name == "should-not") return level == Level::should_not;
  if (name == "prose") return level == Level::prose;
  return name == "observe" && level == Level::observe;
}

/// `rfc9112/9.6` of `RFC 9112 section 9.6`, or of the id `R9112-9.6-04`.
bool is_section(std::string_view selector, const Case& script) {
  if (!selector.starts_with("rfc")) return false;
  const std::string_view rfc = selector.substr(3, selector.find('/') - 3);
  const std::string_view section =
      selector.find('/') == selector.npos ? "" : selector.substr(selector.find('/') + 1);
  const auto contains = [&](std::string_view number, std::string_view other) {
    return number == rfc && (section.empty() || contains_section(section, other));
  };
  std::string_view spec = script.spec;
  if (spec.starts_with("RFC ")) {
    spec.remove_prefix(4);
    const std::string_view number = spec.substr(0, spec.find(' '));
    if (contains(number, spec.substr(spec.rfind(' ') + 1))) return true;
  }
  return std::any_of(script.covers.begin(), script.covers.end(), [&](std::string_view id) {
    const std::size_t dash = id.find('-');
    if (!id.starts_with('R') || dash == id.npos) return false;
    return contains(id.substr(1, dash - 1), id.substr(dash + 1, id.rfind('-') - dash - 1));
  });
}

bool has_tag(std::string_view name, const Case& script) {
  if (name == "slow") return script.slow;
  if (name == "alone") return script.alone;
  if (name == "http10") return script.uses_http10;
  return name == topic_of(script.id) || has(script.needs, name);
}

/// One selector without its sign, taken apart once: it is asked of every case.
class Selector {
 public:
  explicit Selector(std::string_view written) : text_(written) {
    is_pattern_ = text_.find_first_of("*?") != text_.npos;
    if (is_pattern_) return;
    while (text_.ends_with('/')) text_.remove_suffix(1);
    name_ = lower(text_);
    is_path_ = text_.find('/') != text_.npos && !name_.starts_with("rfc");
  }

  bool selects(const Case& script) const {
    const std::string_view id = script.id;
    if (is_pattern_) return matches(text_, id);
    if (text_.empty()) return false;
    const bool begins_id = id.starts_with(text_);
    if (begins_id && (id.size() == text_.size() || id[text_.size()] == '/')) return true;
    if (is_path_) return false;  // Nothing else has a slash in its name.
    if (has(script.covers, text_) || has(script.kills, text_)) return true;
    const std::string_view name = name_;
    if (name.starts_with("tag:")) return has_tag(name.substr(4), script);
    return has_tag(name, script) || is_level(name, script.level) || is_section(name, script);
  }

 private:
  std::string_view text_;
  std::string name_ = {};  ///< In small letters.
  bool is_pattern_ = false;
  bool is_path_ = false;
};

bool have_any(Roles some, Roles others) { return (some.bits & others.bits) != 0; }

std::string nothing_matches(std::string_view selector, const CaseLibrary& library,
                            Roles roles) {
  const Selector asked(selector);
  std::string message =
      fmt::format("no case of role {} is selected by '{}'", name_of(roles), selector);
  const bool other_role =
      std::any_of(library.cases.begin(), library.cases.end(),
                  [&](const Case& script) { return asked.selects(script); });
  if (other_role) return message + "; cases of other roles are";
  std::vector<std::string_view> known = {"must",    "must-not", "should", "should-not", "prose",
                                         "observe", "slow",     "alone",  "http10"};
  for (const Case& script : library.cases) {
    if (!have_any(script.roles, roles)) continue;
    const std::string_view id = script.id;
    for (std::size_t slash = id.find('/'); slash != id.npos; slash = id.find('/', slash + 1))
      known.push_back(id.substr(0, slash));
    known.push_back(id);
    known.push_back(topic_of(id));
    known.insert(known.end(), script.covers.begin(), script.covers.end());
    known.insert(known.end(), script.kills.begin(), script.kills.end());
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  std::vector<std::string_view> near;
  while (near.size() < 3) {
    const std::string_view name = nearest(selector, known);
    if (name.empty()) break;
    near.push_back(name);
    known.erase(std::find(known.begin(), known.end(), name));
  }
  // The end of an id is what people remember of it.
  for (const Case& script : library.cases)
    if (near.size() < 3 && have_any(script.roles, roles) && !selector.empty() &&
        script.id.find(selector) != std::string::npos)
      near.push_back(script.id);
  for (std::size_t i = 0; i < near.size(); ++i)
    message += fmt::format("{}'{}'", i == 0 ? "; near are " : ", ", near[i]);
  return message;
}

}  // namespace

bool selects(std::string_view selector, const Case& script) {
  return Selector(selector).selects(script);
}

Selection select(const CaseLibrary& library, Role role,
                 std::span<const std::string> selectors) {
  Roles roles;
  roles.add(role);
  return select(library, roles, selectors);
}

Selection select(const CaseLibrary& library, Roles roles,
                 std::span<const std::string> selectors) {
  std::vector<const Case*> pool;
  for (const Case& script : library.cases)
    if (have_any(script.roles, roles)) pool.push_back(&script);
  Selection selection;
  bool any_positive = false;
  std::vector<bool> chosen(pool.size(), false), refused(pool.size(), false);
  for (std::string_view selector : selectors) {
    const bool negative = selector.starts_with('!') || selector.starts_with('-');
    if (negative) selector.remove_prefix(1);
    any_positive = any_positive || !negative;
    bool matched = false;
    const Selector asked(selector);
    for (std::size_t i = 0; i < pool.size(); ++i) {
      if (!asked.selects(*pool[i])) continue;
      matched = true;
      (negative ? refused : chosen)[i] = true;
    }
    if (!matched) selection.errors.push_back(nothing_matches(selector, library, roles));
  }
  for (std::size_t i = 0; i < pool.size(); ++i)
    if ((chosen[i] || !any_positive) && !refused[i]) selection.cases.push_back(pool[i]);
  return selection;
}

}  // namespace connspec
