// The part of the pipeline that is of use to a graph that is written as a file again.
#pragma once

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

// Runs the passes that make a float graph smaller and change nothing else: all of those before
// `legalize`, which prepares for the planner.
void simplify(Graph& graph, Diagnostics& diagnostics);

}  // namespace spindle
