#include "harness/bindings.hpp"

#include <algorithm>
#include <string_view>

namespace connspec {

namespace {

/// Appends a text of the offer with its marks replaced.
void append_marked(std::string& to, std::string_view text, const Bindings& bindings) {
  const auto is_mark = [](char c) { return c == Offer::token_mark || c == Offer::origin_mark; };
  while (true) {
    const auto mark = std::find_if(text.begin(), text.end(), is_mark);
    to.append(text.begin(), mark);
    if (mark == text.end()) return;
    to += *mark == Offer::token_mark ? bindings.token : bindings.origin;
    text.remove_prefix(static_cast<std::size_t>(mark - text.begin()) + 1);
  }
}

}  // namespace

void Offer::set(Binding binding, std::string value) {
  constexpr char marks[] = {token_mark, origin_mark, '\0'};
  marked.set(static_cast<std::size_t>(binding), value.find_first_of(marks) != value.npos);
  text[static_cast<std::size_t>(binding)] = std::move(value);
  known.set(static_cast<std::size_t>(binding));
}

void Offer::set(Binding binding, Duration value) {
  time[static_cast<std::size_t>(binding)] = value;
  known.set(static_cast<std::size_t>(binding));
}

void Bindings::append(std::string& to, Binding binding, std::size_t n) const {
  const auto index = static_cast<std::size_t>(binding);
  if (binding == Binding::n)
    to += std::to_string(n);
  else if (offer->marked.test(index))
    append_marked(to, offer->text[index], *this);
  else
    to += offer->text[index];
}

void Bindings::append(std::string& to, const Text& text, std::size_t n) const {
  for (const auto& piece : text) {
    to += piece.literal;
    if (piece.hole) append(to, *piece.hole, n);
  }
}

std::string Bindings::fill(const Text& text, std::size_t n) const {
  std::string filled;
  append(filled, text, n);
  return filled;
}

std::string Bindings::fill(const Target& target, std::size_t n) const {
  std::string filled;
  append(filled, target.name, n);
  append(filled, target.suffix, n);
  return filled;
}

Duration Bindings::time(const Span& span) const {
  return span.declared ? offer->time[static_cast<std::size_t>(*span.declared)] : span.fixed;
}

std::optional<Answer> Bindings::answer(const Target& target, std::size_t n) const {
  const auto& known = offer->answer[static_cast<std::size_t>(target.name)];
  const bool own_path =
      known && known->content && known->content->find(Offer::token_mark) != std::string::npos;
  if (!own_path) return target.suffix.empty() ? known : std::nullopt;
  std::string path;
  append_marked(path, *known->content, *this);
  path += fill(target.suffix, n);
  return Answer{known->status, path.substr(0, path.find('?'))};
}

}  // namespace connspec
