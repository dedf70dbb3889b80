#pragma once

#include <string>

#include "compiler/report/plan_report.h"

namespace spindle {

// The report for people, at most 100 columns. Characters of names that are not printable are shown
// as '?'.
[[nodiscard]] std::string plan_text(const PlanReport& report);

}  // namespace spindle
