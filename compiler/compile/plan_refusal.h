// Error messages for models that no plan fits.
#pragma once

#include "compiler/compile/channel_groups.h"
#include "compiler/compile/compilation.h"

namespace spindle {

// Reports why `planner`, which was made from `c` and `options`, found no plan: E0302 if the regions
// of the memory map are too small although one arena would fit, otherwise E0301.
void report_no_plan(const Compilation& c, const CompilationOptions& options, GroupPlanner& planner,
                    Diagnostics& diagnostics);

}  // namespace spindle
