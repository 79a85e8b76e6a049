// What is wrong with a case that reads well: rules that no single row can break.
#pragma once

#include "script.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace connspec {

class Catalogue;

/// Something that a case may not do, and where.
struct Objection {
  int line = 0;           ///< 0: somewhere in the head, where `word` stands.
  std::string word = {};  ///< The word of that row to point at; empty: its begin.
  std::string message = {};
};

/// All checks of one reading of a case that need the case alone.
std::vector<Objection> check(const Case& script);

/// `covers`, `spec` and `level` against the catalogue. `own` tells whether the case comes with
/// connspec; others may cover ids that begin with `X-`.
std::vector<Objection> check_against(const Case& script, const Catalogue& catalogue);

/// Whether all evidence that meets `lower` meets `upper` as well.
bool takes_everything(const Way& upper, const Way& lower);

/// The time that the steps of a case take on a target that behaves.
std::vector<Span> planned_time(const Case& script);
/// The part of it that stands in the script; what a target declares is not in it.
Duration fixed_part(const std::vector<Span>& planned);

// The checks by subject; check() calls them all.
void check_lanes(const Case& script, std::vector<Objection>& objections);
void check_roles(const Case& script, std::vector<Objection>& objections);
void check_ways(const Case& script, std::vector<Objection>& objections);
void check_facts(const Case& script, std::vector<Objection>& objections);
void check_answers(const Case& script, std::vector<Objection>& objections);
void check_planned_time(const Case& script, std::vector<Objection>& objections);

}  // namespace connspec
