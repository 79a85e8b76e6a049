// One result as a `testcase` element.
#pragma once

#include "harness/verdict.hpp"
#include "reports/junit.hpp"

namespace connspec {

class XmlWriter;

/// Writes the element: properties, then the result, then system-out.
void write_case(XmlWriter& xml, const Result& result, const Run& run,
                const JunitOptions& options);

}  // namespace connspec
