// The steps of a case as calls in Python, for the program that plays it.
#pragma once

#include "harness/script.hpp"

#include <string>
#include <string_view>

namespace connspec {

/// A Python literal of bytes, one character each: `"GET / HTTP/1.1\r\n"`.
std::string python_literal(std::string_view text);

/// The function `conversation`, which returns the steps in their order, each with its line.
std::string steps_of(const Case& script);

}  // namespace connspec
