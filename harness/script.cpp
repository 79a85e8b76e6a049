#include "script.hpp"

#include <fmt/format.h>

#include <array>

namespace connspec {
namespace {

constexpr std::array<std::string_view, binding_count> binding_names = {"host",
                                                                       "port",
                                                                       "a",
                                                                       "b",
                                                                       "c",
                                                                       "post",
                                                                       "u",
                                                                       "u2",
                                                                       "u3",
                                                                       "u4",
                                                                       "u5",
                                                                       "u6",
                                                                       "u7",
                                                                       "u8",
                                                                       "u9",
                                                                       "origin",
                                                                       "sink",
                                                                       "early",
                                                                       "big",
                                                                       "slow",
                                                                       "chunked",
                                                                       "nobody",
                                                                       "etag",
                                                                       "upgrade",
                                                                       "protocol",
                                                                       "hit",
                                                                       "hits",
                                                                       "idle",
                                                                       "head-timeout",
                                                                       "body-timeout",
                                                                       "upstream-timeout",
                                                                       "n"};

void append_shown(std::string& out, std::string_view bytes) {
  for (const char byte : bytes) {
    if (byte == '\r') {
      out += "\\r";
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte == '\\') {
      out += "\\\\";
    } else if (byte < ' ' || byte > '~') {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    } else {
      out += byte;
    }
  }
}

}  // namespace

std::string_view name_of(Binding binding) {
  return binding_names[static_cast<std::size_t>(binding)];
}

std::optional<Binding> binding_named(std::string_view name) {
  for (std::size_t i = 0; i < binding_names.size(); ++i)
    if (binding_names[i] == name) return static_cast<Binding>(i);
  return std::nullopt;
}

std::string_view name_of(Level level) {
  constexpr std::array<std::string_view, 6> names = {"MUST",       "MUST NOT", "SHOULD",
                                                     "SHOULD NOT", "PROSE",    "OBSERVE"};
  return names[static_cast<std::size_t>(level)];
}

std::string_view name_of(Role role) {
  switch (role) {
    case Role::server:
      return "server";
    case Role::gateway:
      return "gateway";
    case Role::forward:
      return "forward";
    case Role::client:
      return "client";
  }
  return "";
}

Role role_named(std::string_view role) {
  for (const auto one : {Role::gateway, Role::forward})
    if (role == name_of(one)) return one;
  return Role::server;
}

std::string name_of(Roles roles) {
  std::string names;
  const auto add = [&](std::string_view name) {
    if (!names.empty()) names += ' ';
    names += name;
  };
  if (roles.has(Role::server)) add("server");
  if (roles.has(Role::gateway) && roles.has(Role::forward)) {
    add("proxy");
  } else if (roles.has(Role::gateway)) {
    add("gateway");
  } else if (roles.has(Role::forward)) {
    add("forward");
  }
  if (roles.has(Role::client)) add("client");
  return names;
}

std::string name_of(Lane lane) {
  if (lane.group) return "clients";
  std::string name = lane.side == Lane::Side::client ? "client" : "origin";
  if (lane.number > 1) name += static_cast<char>('0' + lane.number);
  return name;
}

std::string shown(const Text& text) {
  std::string out;
  for (const Piece& piece : text) {
    append_shown(out, piece.literal);
    if (piece.hole) out.append("{").append(name_of(*piece.hole)).append("}");
  }
  return out;
}

}  // namespace connspec
