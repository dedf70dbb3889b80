// Groups the plan by spatial resolution, like table 3 of the paper.
#pragma once

#include "compiler/report/plan_report.h"

namespace spindle {

// The resolutions of report.layers and report.buffers, from the largest down. `picture_rows` is the
// number of rows of the picture that the network starts with. The paper's row for a resolution is
// found by how often the picture was halved to get there.
[[nodiscard]] std::vector<ReportResolution> plan_resolutions(const PlanReport& report,
                                                             std::int64_t picture_rows);

}  // namespace spindle
