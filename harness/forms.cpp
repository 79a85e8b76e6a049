#include "harness/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// No control character but the tab; the octets above are free (RFC 9110 section 5.5).
bool is_text(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; });
}

bool is_token(std::string_view text) {
  constexpr std::string_view signs = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_digit(c) || is_letter(c) || (c != '\0' && signs.find(c) != signs.npos);
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The line up to its CRLF, or to the end.
std::string_view line_at(std::string_view head, std::size_t from) {
  const auto rest = head.substr(std::min(from, head.size()));
  return rest.substr(0, std::min(rest.find("\r\n"), rest.size()));
}

/// What stands behind the start line.
std::string_view behind_start_line(std::string_view head) {
  const auto line = line_at(head, 0);
  return head.substr(std::min(line.size() + 2, head.size()));
}

bool has_bare_cr(std::string_view head) {
  for (std::size_t i = 0; i < head.size(); ++i)
    if (head[i] == '\r' && (i + 1 == head.size() || head[i + 1] != '\n')) return true;
  return false;
}

/// A line behind the first field that begins with a blank.
bool has_fold(std::string_view head) {
  const auto fields = behind_start_line(head);
  return fields.find("\n ") != fields.npos || fields.find("\n\t") != fields.npos;
}

bool status_line_complete(std::string_view head) {
  // HTTP/1.1 SP 3 digits SP: the blank behind the status is required (RFC 9112 section 4).
  const auto line = head.substr(0, std::min(head.find('\r'), head.size()));
  return line.size() >= 13 && line.substr(0, 5) == "HTTP/" && line[8] == ' ' &&
         std::all_of(line.begin() + 9, line.begin() + 12, is_digit) && line[12] == ' ';
}

/// Of a start line: its versions and codes are judged elsewhere.
bool start_line_well_formed(std::string_view line, bool request) {
  if (!is_text(line)) return false;
  if (request) return std::count(line.begin(), line.end(), ' ') == 2;
  return status_line_complete(std::string(line) + "\r\n") && is_digit(line[5]) &&
         line[6] == '.' && is_digit(line[7]);
}

/// A list of tokens, `a, b`; empty members are judged elsewhere.
bool is_list(std::string_view value, bool with_parameters) {
  for (bool more = true; more;) {
    const auto comma = std::min(value.find(','), value.size());
    auto member = trimmed(value.substr(0, comma));
    if (with_parameters) member = trimmed(member.substr(0, member.find(';')));
    if (!member.empty() && !is_token(member)) return false;
    more = comma < value.size();
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return true;
}

bool field_well_formed(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon)) || !is_text(line)) return false;
  const auto name = line.substr(0, colon);
  const auto value = trimmed(line.substr(colon + 1));
  if (same_word(name, "Content-Length"))
    return !value.empty() && std::all_of(value.begin(), value.end(), is_digit);
  if (same_word(name, "Connection")) return is_list(value, false);
  return !same_word(name, "Transfer-Encoding") || is_list(value, true);
}

/// The first line that fits no grammar; unset if there is none.
std::optional<std::string_view> line_at_fault(const Message& message) {
  const auto head = message.raw_head();
  const auto start = line_at(head, 0);
  if (!start_line_well_formed(start, message.as() == ReadAs::request)) return start;
  for (auto rest = behind_start_line(head); !rest.empty();) {
    const auto line = line_at(rest, 0);
    if (line.empty()) break;
    if (!field_well_formed(line)) return line;
    rest.remove_prefix(std::min(line.size() + 2, rest.size()));
  }
  return std::nullopt;
}

/// A trailer field that Trailer does not announce; unset if there is none.
std::optional<std::string_view> unannounced(const Message& message) {
  for (const auto& trailer : message.trailers())
    if (!has_member(message.fields(), "Trailer", trailer.name)) return trailer.name;
  return std::nullopt;
}

bool chunked_twice(const Message& message) {
  std::string codings = joined(message.fields(), "Transfer-Encoding");
  std::size_t times = 0;
  for (std::string_view rest = codings; !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    if (same_word(trimmed(rest.substr(0, comma)), "chunked")) ++times;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return times > 1;
}

}  // namespace

Finding judge_form(Form form, const Message& message) {
  const auto head = message.raw_head();
  switch (form) {
    case Form::no_bare_cr:
      return has_bare_cr(head) ? unmet("bare-cr", "no bare CR in the head", quoted(head, 200))
                               : met();
    case Form::no_fold:
      return has_fold(head)
                 ? unmet("folded-line", "no folded line in the head", quoted(head, 200))
                 : met();
    case Form::no_leading_blank: {
      const auto fields = behind_start_line(head);
      return !fields.empty() && is_blank(fields.front())
                 ? unmet("leading-blank", "no blank behind the start line", quoted(head, 200))
                 : met();
    }
    case Form::status_line_complete:
      return status_line_complete(head)
                 ? met()
                 : unmet("status-line-incomplete", "version, blank, three digits, blank",
                         quoted(head.substr(0, head.find('\r'))));
    case Form::chunked_once:
      return chunked_twice(message)
                 ? unmet("chunked-twice", "chunked at most once",
                         quoted(joined(message.fields(), "Transfer-Encoding")))
                 : met();
    case Form::head_well_formed: {
      const auto line = line_at_fault(message);
      return line ? unmet("line-not-well-formed", "lines that fit the grammar", quoted(*line))
                  : met();
    }
    case Form::trailers_announced: {
      const auto name = unannounced(message);
      return name ? unmet("trailer-unannounced", "every trailer field announced by Trailer",
                          fmt::format("{}, which is not", *name))
                  : met();
    }
  }
  return met();
}

}  // namespace connspec
