// The steps that a graph's options ask for.
#pragma once

#include <optional>

#include "compiler/compile/compilation.h"

namespace spindle {

// Kernels for every node of the canonical `graph` (lower/select.h), its outputs handed out by rows
// and its input where the options say. Reports E0102, E0202, E0403 and E0406 and returns nothing
// then. The one place that selects, so that a graph changed on the way to a plan keeps its options.
[[nodiscard]] std::optional<Selection> select_steps(const Graph& graph, const Target& target,
                                                    const CompilationOptions& options,
                                                    Diagnostics& diagnostics);

}  // namespace spindle
