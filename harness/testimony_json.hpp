// A testimony as JSON, without loss: bytes are the code points of their value, a run of equal
// ones is folded; times are nanoseconds since the play began, null where there is none.
#pragma once

#include "harness/testimony.hpp"

#include <nlohmann/json_fwd.hpp>

namespace connspec {

/// Of each Opening.
inline constexpr std::string_view openings[] = {"pending", "open", "refused"};

nlohmann::json as_json(const Testimony& testimony);

/// Throws TestimonyError where it is none: a key is missing, a number is beyond what it counts.
Testimony testimony_of(const nlohmann::json& json);

/// Bytes as one text, or as a list with `["x", 1000]` for a long run of equal ones.
nlohmann::json bytes_as_json(std::string_view bytes);
std::string bytes_of(const nlohmann::json& json);

}  // namespace connspec
