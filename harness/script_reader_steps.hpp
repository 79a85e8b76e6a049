// The rows of a case below its head: steps, `saw` and `every`.
#pragma once

#include "script_reader_text.hpp"

#include <span>

namespace connspec {

/// Adds steps, saws and everies to `to`. What cannot be read is noted and left out.
void read_steps(std::span<const SourceRow> rows, Case& to, Bindings& seen, Mistakes& mistakes);

}  // namespace connspec
