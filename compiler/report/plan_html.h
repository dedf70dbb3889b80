#pragma once

#include <string>

#include "compiler/report/plan_report.h"

namespace spindle {

// The report as one file for a browser, with nothing to load beside it: styles, script and drawings
// are inside. Well-formed as XML, in UTF-8; names are escaped, and bytes of them that are not
// UTF-8, or that XML does not allow, become U+FFFD.
[[nodiscard]] std::string plan_html(const PlanReport& report);

}  // namespace spindle
