#include "harness/bindings.hpp"

#include <string_view>

namespace connspec {

namespace {

/// Appends a text of the offer with its marks replaced.
void append_marked(std::string& to, std::string_view text, const Bindings& bindings) {
  constexpr char marks[] = {Offer::token_mark, Offer::origin_mark};
  while (true) {
    const auto mark = text.find_first_of(std::string_view(marks, sizeof marks));
    to += text.substr(0, mark);
    if (mark == std::string_view::npos) return;
    to += text[mark] == Offer::token_mark ? bindings.token : bindings.origin;
    text.remove_prefix(mark + 1);
  }
}

}  // namespace

void Offer::set(Binding binding, std::string value) {
  text[static_cast<std::size_t>(binding)] = std::move(value);
  known.set(static_cast<std::size_t>(binding));
}

void Offer::set(Binding binding, Duration value) {
  time[static_cast<std::size_t>(binding)] = value;
  known.set(static_cast<std::size_t>(binding));
}

void Bindings::append(std::string& to, Binding binding, std::size_t n) const {
  if (binding == Binding::n)
    to += std::to_string(n);
  else
    append_marked(to, offer->text[static_cast<std::size_t>(binding)], *this);
}

std::string Bindings::fill(const Text& text, std::size_t n) const {
  std::string filled;
  for (const auto& piece : text) {
    filled += piece.literal;
    if (piece.hole) append(filled, *piece.hole, n);
  }
  return filled;
}

std::string Bindings::fill(const Target& target, std::size_t n) const {
  std::string filled;
  append(filled, target.name, n);
  return filled + fill(target.suffix, n);
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

std::string_view path_of(std::string_view target) {
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return target;
  const auto slash = target.find('/', scheme + 3);
  return slash == std::string_view::npos ? "/" : target.substr(slash);
}

}  // namespace connspec
