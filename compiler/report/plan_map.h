// The arena drawn with text characters.
#pragma once

#include <string>

#include "compiler/plan/plan.h"
#include "compiler/report/plan_report.h"
#include "compiler/support/id.h"

namespace spindle {

// The arena over time, at most 100 columns wide: one line of text for each band of addresses, the
// highest first, and some columns for each cascade. A buffer is shown by its mark from
// buffer_marks. Where a buffer takes over the bytes of its input, the cell shows the input's mark
// on the left and the buffer's on the right. Empty if there are no buffers.
[[nodiscard]] std::string arena_map(const PlanReport& report);

// One character for each buffer: a letter for tensors between cascades (they repeat after 52), a
// digit for rings (counted within their cascade, 9 at most), other characters by kind.
[[nodiscard]] IdVector<BufferId, char> buffer_marks(const PlanReport& report);

}  // namespace spindle
