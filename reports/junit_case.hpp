// One result as a `testcase` element.
#pragma once

#include "harness/verdict.hpp"
#include "reports/junit.hpp"

#include <string>

namespace pugi {
class xml_node;
}

namespace connspec {

/// Fills the empty element `node`: properties, then the result, then system-out. `distinction`
/// goes into the name, where a report holds several runs of the role.
void fill_case(pugi::xml_node node, const Result& result, const Run& run,
               const std::string& distinction, const JunitOptions& options);

}  // namespace connspec
