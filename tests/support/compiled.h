// A graph through selection, planning and lowering, run in this process.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/ir/graph.h"

namespace spindle::testing {

// The canonical graph, checked after each pass; throws with the diagnostics' text on errors.
[[nodiscard]] Graph canonical(Graph graph, const CompilationOptions& options = {});

// Compiles a graph for `target`; throws with the diagnostics' text if it is refused, and NoPlan if
// nothing fits into the budget or the memory map (E0301, E0302).
struct NoPlan : std::runtime_error {
  using std::runtime_error::runtime_error;
};
[[nodiscard]] Compilation compile_graph(Graph graph, const char* target,
                                        const CompilationOptions& options);

// The same for a canonical graph, or one made by hand that the passes shall leave alone.
[[nodiscard]] Compilation compile_graph(Graph graph, const char* target = "host",
                                        const PlanSettings& settings = {});

// Random inputs for the graph.
[[nodiscard]] std::vector<ConstantPtr> random_inputs(const Graph& graph, std::uint64_t seed);

// Runs the program on painted arenas and compares with the reference interpreter: values (8-bit
// identical, float within 1e-5 of the largest) and bytes touched against bytes planned. Empty if
// all is well.
[[nodiscard]] std::string check_against_reference(const Compilation& compilation,
                                                  std::span<const ConstantPtr> inputs);

}  // namespace spindle::testing
