// Cases in plain English, and cases as a list. Text for people, ASCII alone.
#pragma once

#include "case_library.hpp"

#include <span>
#include <string>

namespace connspec {

/// One numbered sentence a step, with what it means for the verdict and what it costs.
/// `catalogue`, if there is one, gives the sentences of the requirements covered.
std::string explain(const Case& script, const Catalogue* catalogue = nullptr);

/// What one row expects, as explain says it: `a whole response 200`.
std::string describe(const Item& item);
std::string describe(const Sequence& sequence);
/// What one write sends: `GET {u} HTTP/1.1, Host`.
std::string describe(const Write& write);
/// `0.3 s`, `{idle}`; empty for no time at all.
std::string describe(const std::vector<Span>& planned);

/// Two rows a case: id, level and roles; below them the title, and in brackets its section and
/// what it takes: its time if it is slow, whether it is alone, what it needs.
std::string list(std::span<const Case* const> cases, std::size_t width = 100);

/// All mistakes, then one line that counts them, the files and the cases.
std::string lint_report(const CaseLibrary& library);

}  // namespace connspec
