// The words of the conversation language in one table: it completes unknown words, prints the
// page of the language, and gives explain its phrases.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace connspec {

enum class WordKind : std::uint8_t {
  meta,     ///< Of a file or a case.
  head,     ///< Of a case alone.
  step,     ///< Begins a row, or follows its lane.
  act,      ///< Follows `!`.
  thing,    ///< Follows `<`.
  fact,     ///< Follows a comma.
  form,     ///< A fact about the raw head of a message.
  mark,     ///< Follows the name of a way.
  level,    ///
  role,     ///
  need,     ///< Follows `needs`.
  profile,  ///< Begins a row of a profile.
  binding,  ///< Stands in braces.
};

/// One word, or the few words that belong together.
struct Word {
  WordKind kind = WordKind::meta;
  std::string_view word;
  std::string_view syntax;       ///< How it is written.
  std::string_view meaning;      ///< One sentence.
  std::string_view phrase = {};  ///< How explain says it.
};

/// All words of a kind, in the order of the page.
std::span<const Word> words(WordKind kind);

/// The phrase of a word that is in the table; empty if it has none.
std::string_view phrase_of(WordKind kind, std::string_view word);

/// The one of `known` that `unknown` was most likely meant to be, or empty.
std::string_view nearest(std::string_view unknown, std::span<const std::string_view> known);

/// `unknown word 'halfclose'; did you mean 'half-close'?`, looked for in the words of `kinds`.
std::string unknown_word(std::string_view word, std::initializer_list<WordKind> kinds);

/// `unknown binding {hots}; did you mean {host}?`
std::string unknown_binding(std::string_view name);

/// The language on one page, as Markdown.
std::string language_page();

}  // namespace connspec
