// What a target can declare: which of the holes of a case it fills, with what, and what whoever
// writes such a resource has to know.
#pragma once

#include "script.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace connspec {

/// One name that can stand in --declare NAME=VALUE.
struct Declarable {
  enum class Kind : std::uint8_t {
    target,  ///< `/echo`.
    token,   ///< `connspec-echo`.
    time,    ///< `5s`, `500ms`.
  };
  Binding binding = Binding::sink;
  Kind kind = Kind::target;
  bool found = false;     ///< Calibration looks for one where none is declared.
  bool of_server = true;  ///< Whose it can be. Behind a proxy the resources are our origin's.
  bool of_proxy = false;
  std::optional<Binding> with = {};  ///< Of no use without this one.
  std::string_view contract = {};    ///< What it has to do.
};

/// All of them, in the order in which they are explained.
std::span<const Declarable> declarables();

/// Null if nothing of that name can be declared.
const Declarable* find_declarable(std::string_view name);
const Declarable* find_declarable(Binding binding);

/// The bindings of a case that this role has to declare, in the order of declarables().
std::vector<Binding> declared_by(const Case& script, Role role);

/// What is wrong with a name and its value; empty if nothing is.
std::string wrong_declaration(std::string_view name, std::string_view value);

/// `5s`, `500ms`, more than nothing and at most an hour; unset if it is no such time.
std::optional<Duration> declared_time(std::string_view value);

/// The page of `connspec explain declare`, with how many of these cases need each.
std::string explain_declare(std::span<const Case> cases, std::size_t width = 80);

}  // namespace connspec
