// Configurations of real proxies, ready to be tested: each points at our origin.
//
// They are those of fixtures/targets/, where the tests start them; the commands are read from
// the start scripts there.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace connspec {

struct Recipe {
  std::string_view name;
  std::string_view target;  ///< Folder in fixtures/targets/.
  std::string_view what;    ///< `Squid as a forward proxy`.
  bool forward = false;
};

std::span<const Recipe> recipes();
/// Null if none has that name.
const Recipe* find_recipe(std::string_view name);

/// Where the parts are to be.
struct RecipePlaces {
  std::uint16_t port = 0;        ///< Of the proxy, on 127.0.0.1.
  std::string origin_host = {};  ///< As in a URL: an IPv6 address in brackets.
  std::string origin_port = {};
};

/// The configuration, with the commands that use it as comments at its head.
std::string text_of(const Recipe& recipe, const RecipePlaces& places);
/// What there is, a row each.
std::string list_of_recipes();
/// `there is no recipe 'ngnix'; did you mean 'nginx'?`
std::string no_such_recipe(std::string_view name);

}  // namespace connspec
