// What to say where nothing fits.
#pragma once

#include "compiler/compile/channel_groups.h"
#include "compiler/compile/compilation.h"

namespace spindle {

// Reports why `planner`, made of `c` and `options`, has no plan: E0302 if the memory map's regions
// have no room though one arena would do, else E0301.
void report_no_plan(const Compilation& c, const CompilationOptions& options, GroupPlanner& planner,
                    Diagnostics& diagnostics);

}  // namespace spindle
