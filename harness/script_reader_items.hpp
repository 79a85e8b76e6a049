// What stands behind `<`: things with their facts.
#pragma once

#include "script_reader_text.hpp"

namespace connspec {

/// `thing, fact, fact then thing …` up to the end of the tokens.
Sequence read_sequence(Tokens& tokens, Lane lane, Bindings& seen);
/// One fact, up to the next comma, `then` or end.
Fact read_fact(Tokens& tokens, Bindings& seen);
/// `4xx|501`.
Statuses read_statuses(std::string_view word);

}  // namespace connspec
