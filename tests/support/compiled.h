// Compiles a graph (kernel selection, planning, lowering) and runs the program in this process.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/ir/graph.h"

namespace spindle::testing {

// Runs all passes and verifies the graph after each. On errors it throws std::runtime_error with
// the text of the diagnostics.
[[nodiscard]] Graph canonical(Graph graph, const CompilationOptions& options = {});

// Compiles a graph for `target`. On errors it throws std::runtime_error with the text of the
// diagnostics. That is a NoPlan if no plan fits into the budget or the memory map (E0301, E0302).
struct NoPlan : std::runtime_error {
  using std::runtime_error::runtime_error;
};
[[nodiscard]] Compilation compile_graph(Graph graph, const char* target,
                                        const CompilationOptions& options);

// The same without passes: for a canonical graph, or one made by hand that the passes would change.
[[nodiscard]] Compilation compile_graph(Graph graph, const char* target = "host",
                                        const PlanSettings& settings = {});

// One random constant for each input of the graph; equal seeds give equal values.
[[nodiscard]] std::vector<ConstantPtr> random_inputs(const Graph& graph, std::uint64_t seed);

// Runs the program on arenas filled with a pattern. Compares its outputs with the reference
// interpreter's (8-bit: identical; float: within 1e-5 of the largest value) and the bytes it
// touched with the bytes planned. Returns what is wrong, or an empty text.
[[nodiscard]] std::string check_against_reference(const Compilation& compilation,
                                                  std::span<const ConstantPtr> inputs);

// Emits the program as C, builds it for this machine, and runs it. Compares its outputs (8-bit:
// identical; float: not compared) and the bytes of the arena that it touched with those of the
// program in this process. Returns what is wrong, or an empty text. Throws std::runtime_error with
// the text of the diagnostics if it cannot be built.
[[nodiscard]] std::string check_as_c(const Compilation& compilation,
                                     const std::vector<ConstantPtr>& inputs);

}  // namespace spindle::testing
