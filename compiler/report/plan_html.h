#pragma once

#include <string>

#include "compiler/report/plan_report.h"

namespace spindle {

// The report as a single HTML file: styles, script and drawings are inside, and nothing else is
// loaded. Well-formed as XML, in UTF-8. Names are escaped; bytes in them that are not UTF-8, and
// characters that XML does not allow, become U+FFFD.
[[nodiscard]] std::string plan_html(const PlanReport& report);

}  // namespace spindle
