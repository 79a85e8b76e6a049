// What a lane does: the bytes of a write and the acts behind `!`.
#pragma once

#include "script_reader_text.hpp"

namespace connspec {

/// Adds what a `>`, `>>` or `>*` row sends; `rest` is what stands behind its mark.
void append_bytes(std::vector<Chunk>& chunks, const SourceRow& row, std::string_view mark,
                  std::string_view rest, Bindings& seen);

/// What stands behind `!`.
Action read_action(Tokens& tokens, Bindings& seen);

/// The lane of that name, if it is one of our origin, or else of a client.
Lane expect_lane(std::string_view word, bool origin);

}  // namespace connspec
