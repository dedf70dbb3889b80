// The plan by spatial resolution, as the paper's table 3 has it.
#pragma once

#include "compiler/report/plan_report.h"

namespace spindle {

// Of report.layers and report.buffers, from the largest resolution down. `picture_rows`: of the
// picture that the network begins with; the paper's rows are found by how often it was halved.
[[nodiscard]] std::vector<ReportResolution> plan_resolutions(const PlanReport& report,
                                                             std::int64_t picture_rows);

}  // namespace spindle
