#pragma once

#include <string>

#include "compiler/report/plan_report.h"

namespace spindle {

// The whole report as JSON, for scripts. The schema is in docs/plan-report.md. Bytes of names that
// are not UTF-8 become U+FFFD.
[[nodiscard]] std::string plan_json(const PlanReport& report);

}  // namespace spindle
