// XML as it is written down, element by element: nothing is kept but the names of what is open.
//
// Whatever a target sent leaves here as printable ASCII, in the escapes of the language.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

class XmlWriter {
 public:
  /// Hands the text to `write` piece by piece.
  explicit XmlWriter(const std::function<void(std::string_view)>& write);
  ~XmlWriter();
  XmlWriter(const XmlWriter&) = delete;
  XmlWriter& operator=(const XmlWriter&) = delete;

  /// `name` is a literal. It gets attributes, then text or elements, then its end.
  void begin(std::string_view name);
  void attribute(std::string_view name, std::string_view value);
  void attribute(std::string_view name, std::size_t value);
  /// Of a value that holds nothing but printable ASCII without `& < > "`.
  void plain_attribute(std::string_view name, std::string_view value);
  /// Lines; an empty text leaves no trace.
  void text(std::string_view lines);
  /// Without elements or text in it an element is written as one tag, unless it was opened.
  void open();
  void end();

 private:
  enum class Inside : unsigned char { tag, elements, text };
  struct Element {
    std::string_view name;
    Inside inside = Inside::tag;
  };

  void indent(std::size_t depth) { pending_.append(2 * depth, ' '); }
  void flush();

  const std::function<void(std::string_view)>& write_;
  std::string pending_;
  std::vector<Element> open_;
};

}  // namespace connspec
