#include "reports/html_page.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <cassert>
#include <cstddef>
#include <functional>
#include <span>

namespace connspec {

namespace {

/// A row of the table that the build writes in assembler.
struct Row {
  const char* path;
  std::size_t path_size;
  const char* text;
  std::size_t text_size;
};

extern "C" const Row connspec_page[];
extern "C" const Row connspec_page_end[];

std::string_view file(std::string_view name) {
  for (const Row& row : std::span(connspec_page, connspec_page_end))
    if (std::string_view(row.path, row.path_size) == name) return {row.text, row.text_size};
  assert(!"a file of the page that is not there");
  return {};
}

/// The text with `@name@` replaced by what `value` gives; what is put in is not looked at.
std::string filled(std::string_view text,
                   const std::function<std::string(std::string_view)>& value) {
  std::string out;
  while (true) {
    const std::size_t begin = text.find('@');
    out += text.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    const std::size_t end = text.find('@', begin + 1);
    assert(end != std::string_view::npos);
    out += value(text.substr(begin + 1, end - begin - 1));
    text.remove_prefix(end + 1);
  }
}

/// As a policy names what it allows: `sha256-…`.
std::string policy_hash(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
  return fmt::format("sha256-{}", reinterpret_cast<const char*>(base64.data()));
}

}  // namespace

std::string html_page(std::string_view document, std::string_view cut) {
  static const std::string script =
      filled(file("script.js"), [](std::string_view name) { return std::string(file(name)); });
  return filled(file("page.html"), [&](std::string_view name) -> std::string {
    if (name == "document") return std::string(document);
    if (name == "cut") return std::string(cut);
    if (name == "script") return script;
    if (name == "style") return std::string(file("style.css"));
    if (name == "script_hash") return policy_hash(script);
    if (name == "style_hash") return policy_hash(file("style.css"));
    assert(!"a name in the page that nothing stands for");
    return {};
  });
}

}  // namespace connspec
