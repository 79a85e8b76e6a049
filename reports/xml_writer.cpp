#include "reports/xml_writer.hpp"

#include "reports/text.hpp"

#include <fmt/core.h>
#include <fmt/format.h>

#include <array>

namespace connspec {

namespace {

constexpr std::size_t piece = 60'000;

/// What a byte needs before it can stand in XML.
enum class Need : unsigned char { nothing, reference, escape };

constexpr std::array<Need, 256> needs(bool in_attribute) {
  std::array<Need, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte)
    table[byte] = byte >= ' ' && byte <= '~' ? Need::nothing : Need::escape;
  table['&'] = table['<'] = Need::reference;
  table[in_attribute ? '"' : '>'] = Need::reference;
  if (!in_attribute) {
    table['\n'] = Need::nothing;
    table['\t'] = Need::nothing;
  }
  return table;
}
constexpr auto in_attributes = needs(true);
constexpr auto in_texts = needs(false);

std::string_view reference_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    default:
      return "&quot;";
  }
}

void append(std::string& to, std::string_view text, const std::array<Need, 256>& table) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto need = table[static_cast<unsigned char>(text[i])];
    if (need == Need::nothing) continue;
    to.append(text, from, i - from);
    from = i + 1;
    if (need == Need::reference)
      to += reference_of(text[i]);
    else
      to += text::one_line(text.substr(i, 1));
  }
  to.append(text, from);
}

}  // namespace

XmlWriter::XmlWriter(const std::function<void(std::string_view)>& write) : write_(write) {
  pending_.reserve(2 * piece);
  pending_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
}

XmlWriter::~XmlWriter() {
  while (!open_.empty()) end();
  flush();
}

void XmlWriter::begin(std::string_view name) {
  if (!open_.empty() && open_.back().inside == Inside::tag) open();
  indent(open_.size());
  pending_ += '<';
  pending_ += name;
  open_.push_back({name});
}

void XmlWriter::attribute(std::string_view name, std::string_view value) {
  pending_ += ' ';
  pending_ += name;
  pending_ += "=\"";
  append(pending_, value, in_attributes);
  pending_ += '"';
}

void XmlWriter::plain_attribute(std::string_view name, std::string_view value) {
  pending_ += ' ';
  pending_ += name;
  pending_ += "=\"";
  pending_ += value;
  pending_ += '"';
}

void XmlWriter::attribute(std::string_view name, std::size_t value) {
  const fmt::format_int digits(value);
  plain_attribute(name, {digits.data(), digits.size()});
}

void XmlWriter::text(std::string_view lines) {
  if (lines.empty()) return;
  if (open_.back().inside == Inside::tag) pending_ += '>';
  open_.back().inside = Inside::text;
  append(pending_, lines, in_texts);
}

void XmlWriter::open() {
  pending_ += ">\n";
  open_.back().inside = Inside::elements;
}

void XmlWriter::end() {
  const Element element = open_.back();
  open_.pop_back();
  if (element.inside == Inside::tag) {
    pending_ += " />\n";
  } else {
    if (element.inside == Inside::elements) indent(open_.size());
    pending_ += "</";
    pending_ += element.name;
    pending_ += ">\n";
  }
  if (pending_.size() >= piece) flush();
}

void XmlWriter::flush() {
  write_(pending_);
  pending_.clear();
}

}  // namespace connspec
