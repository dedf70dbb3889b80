#pragma once

#include <string>

#include "compiler/report/plan_report.h"

namespace spindle {

// Everything of the report for scripts; the schema is described in docs/plan-report.md. Bytes of
// names that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string plan_json(const PlanReport& report);

}  // namespace spindle
