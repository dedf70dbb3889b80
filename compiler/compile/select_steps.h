// Selects the steps of a graph according to the options.
#pragma once

#include <optional>

#include "compiler/compile/compilation.h"

namespace spindle {

// Selects kernels for every node of the canonical `graph` (lower/select/select.h), hands out its
// outputs row by row and puts its input where the options say. Reports E0102, E0202, E0403 and
// E0406 and then returns nothing. Nothing else calls the selection, so a graph that is changed
// during planning keeps its options.
[[nodiscard]] std::optional<Selection> select_steps(const Graph& graph, const Target& target,
                                                    const CompilationOptions& options,
                                                    Diagnostics& diagnostics);

}  // namespace spindle
