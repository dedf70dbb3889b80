#pragma once

#include <string>

#include "compiler/report/plan_report.h"

namespace spindle {

// The report as text, at most 100 columns wide. Characters of names that are not printable ASCII
// become '?'.
[[nodiscard]] std::string plan_text(const PlanReport& report);

}  // namespace spindle
