// What was seen, in words: for the judge's findings.
#include "harness/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace connspec {

std::string quoted(std::string_view bytes, std::size_t limit) {
  std::string text = "\"";
  for (const char c : bytes.substr(0, limit)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r')
      text += "\\r";
    else if (c == '\n')
      text += "\\n";
    else if (c == '\t')
      text += "\\t";
    else if (c == '"' || c == '\\')
      (text += '\\') += c;
    else if (byte < 0x20 || byte > 0x7e)
      text += fmt::format("\\x{:02x}", byte);
    else
      text += c;
  }
  return text + (bytes.size() > limit ? "…\"" : "\"");
}

std::string describe(const Message& message) {
  const bool cut = message.state() == Message::State::cut;
  if (!message.has_head() || message.version() == 0)
    return fmt::format("{}{}", cut ? "a cut head " : "", quoted(message.raw_head()));
  if (message.as() == ReadAs::request)
    return fmt::format("a {}request {} {}", cut ? "cut " : "", quoted(message.method(), 20),
                       quoted(message.target()));
  return fmt::format(
      "{} response {}{}",
      message.is_interim() ? "an interim"
      : cut                ? "a cut"
                           : "a",
      message.status(),
      message.content().empty() ? "" : fmt::format(" with {} bytes", message.content().size()));
}

std::string describe(const Sight& sight) {
  if (!sight.wire) return "no connection";
  const std::string_view rest =
      std::string_view(sight.wire->received)
          .substr(std::min(sight.cursor, sight.wire->received.size()));
  if (!rest.empty()) {
    const auto& message = sight.readings->at(*sight.wire, sight.cursor, ReadAs::response);
    if (message.has_head() && message.version() != 0) return describe(message);
    return fmt::format("{} bytes {}", rest.size(), quoted(rest));
  }
  if (sight.wire->ending())
    return sight.wire->ending() == Ending::fin ? "the end by FIN" : "the end by RST";
  return "nothing";
}

}  // namespace connspec
