// One result as a `testcase` element.
#pragma once

#include "harness/verdict.hpp"
#include "reports/junit.hpp"

namespace pugi {
class xml_node;
}

namespace connspec {

/// Fills the empty element `node`: properties, then the result, then system-out.
void fill_case(pugi::xml_node node, const Result& result, const Run& run,
               const JunitOptions& options);

}  // namespace connspec
