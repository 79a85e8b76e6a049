// One result as a `testcase` element.
#pragma once

#include "harness/verdict.hpp"
#include "reports/junit.hpp"

#include <string>

namespace connspec {

class XmlWriter;

/// Writes the element: properties, then the result, then system-out. `distinction` goes into
/// the name, where a report holds several runs of the role.
void write_case(XmlWriter& xml, const Result& result, const Run& run,
                const std::string& distinction, const JunitOptions& options);

}  // namespace connspec
