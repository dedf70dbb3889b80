// The arena as a drawing in characters.
#pragma once

#include <string>

#include "compiler/report/plan_report.h"

namespace spindle {

// The arena over time, at most 100 columns: a row of characters for each band of addresses, highest
// first, and columns for each cascade. Buffers appear as the marks of buffer_marks; where a buffer
// overlays the one it is made from, the latter's mark gives way to it from left to right. Empty
// without buffers.
[[nodiscard]] std::string arena_map(const PlanReport& report);

// A character for each buffer: a letter for tensors that pass between cascades (they repeat after
// 52), a digit for rings (counted within their cascade), others by kind.
[[nodiscard]] std::string buffer_marks(const PlanReport& report);

}  // namespace spindle
