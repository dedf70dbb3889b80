#include "tests/support/compiled.h"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>
#include <utility>

#include "compiler/driver/channel_groups.h"
#include "compiler/driver/execute.h"
#include "compiler/driver/model_inputs.h"
#include "compiler/lower/build_program.h"
#include "compiler/lower/input_mode.h"
#include "compiler/reference/interpreter.h"
#include "tests/support/random_tensor.h"

namespace spindle::testing {

Compilation compile_graph(Graph graph, const char* target, const PlanSettings& settings) {
  Compilation result;
  Diagnostics diagnostics;
  result.graph = std::move(graph);
  result.target = find_target(target);
  auto selection = select_kernels(result.graph, *result.target, diagnostics);
  if (!selection || !set_input_mode(*selection, result.graph, settings.input, diagnostics)) {
    std::ostringstream text;
    diagnostics.print(text, false);
    throw std::runtime_error(text.str());
  }
  result.selection = std::move(*selection);
  GroupPlanner planner(result.graph, result.selection, *result.target, settings);
  std::optional<Plan> plan = planner.plan();
  if (!plan) throw NoPlan("no plan");
  if (std::optional<SelectedGraph> split = planner.split()) {
    result.graph = std::move(split->graph);
    result.selection = std::move(split->selection);
  }
  result.plan = std::move(*plan);
  result.program = build_program(result.graph, result.selection, result.plan);
  return result;
}

std::vector<ConstantPtr> random_inputs(const Graph& graph, std::uint64_t seed) {
  Random random(seed);
  std::vector<ConstantPtr> inputs;
  for (TensorId id : graph.inputs) {
    inputs.push_back(random_values(random, graph.tensor(id).type, graph.tensor(id).shape));
  }
  return inputs;
}

std::string check_against_reference(const Compilation& compilation,
                                    std::span<const ConstantPtr> inputs) {
  std::vector<std::vector<std::byte>> bytes;
  for (const ConstantPtr& input : inputs) {
    bytes.emplace_back(input->bytes().begin(), input->bytes().end());
  }
  const Execution run = execute_painted(compilation.program, bytes);
  const std::vector<ConstantPtr> expected = interpret(compilation.graph, inputs);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Constant got(expected[i]->type(), expected[i]->shape(), run.outputs[i]);
    Difference difference;
    compare(*expected[i], got, difference);
    const bool integer = expected[i]->type() != DType::kF32;
    if (integer ? difference.different > 0 : difference.largest_relative > 1e-5) {
      return fmt::format("output {}: {} of {} values differ, by up to {}", i, difference.different,
                         difference.values, difference.largest);
    }
  }
  const std::int64_t planned = occupied_bytes(compilation.plan);
  if (run.arena_touched_bytes != planned) {
    return fmt::format("{} bytes of the arena touched, {} planned", run.arena_touched_bytes,
                       planned);
  }
  return {};
}

}  // namespace spindle::testing
