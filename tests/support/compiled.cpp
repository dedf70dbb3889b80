#include "tests/support/compiled.h"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>
#include <utility>

#include "compiler/emulate/run_compiled.h"
#include "compiler/execute/execute.h"
#include "compiler/plan/occupancy.h"
#include "compiler/reference/interpreter.h"
#include "compiler/run/results.h"
#include "tests/support/random_tensor.h"

namespace spindle::testing {

namespace {

template <typename Error>
[[noreturn]] void fail(const Diagnostics& diagnostics) {
  std::ostringstream text;
  diagnostics.print(text, false);
  throw Error(text.str());
}

std::vector<std::vector<std::byte>> bytes_of(std::span<const ConstantPtr> inputs) {
  std::vector<std::vector<std::byte>> bytes;
  for (const ConstantPtr& input : inputs) {
    bytes.emplace_back(input->bytes().begin(), input->bytes().end());
  }
  return bytes;
}

}  // namespace

Graph canonical(Graph graph, const CompilationOptions& options) {
  Diagnostics diagnostics;
  CompilationOptions checked = options;
  checked.pipeline.verify = true;
  if (!prepare_graph(graph, checked, diagnostics)) fail<std::runtime_error>(diagnostics);
  return graph;
}

Compilation compile_graph(Graph graph, const char* target, const CompilationOptions& options) {
  Diagnostics diagnostics;
  CompilationOptions checked = options;
  checked.pipeline.verify = true;
  std::optional<Compilation> result =
      spindle::compile_graph(std::move(graph), *find_target(target), checked, diagnostics);
  if (result) return *std::move(result);
  const std::string& code = diagnostics.all().back().code;
  if (code == "E0301" || code == "E0302") fail<NoPlan>(diagnostics);
  fail<std::runtime_error>(diagnostics);
}

Compilation compile_graph(Graph graph, const char* target, const PlanSettings& settings) {
  CompilationOptions options;
  options.canonical = true;
  options.plan = settings;
  return compile_graph(std::move(graph), target, options);
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
  const Execution run = execute_painted(compilation.program, bytes_of(inputs));
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

std::string check_as_c(const Compilation& compilation, const std::vector<ConstantPtr>& inputs) {
  Diagnostics diagnostics;
  EmulationJob job;
  job.count = false;
  const auto result = run_compiled(compilation, "host", {inputs}, job, diagnostics);
  if (!result) fail<std::runtime_error>(diagnostics);
  const Execution expected = execute_painted(compilation.program, bytes_of(inputs));
  if (inputs[0]->type() != DType::kF32 && result->outputs[0] != expected.outputs) {
    return "the C code has other outputs";
  }
  if (result->arena_touched_bytes != expected.arena_touched_bytes) {
    return fmt::format("the C code touches {} bytes of the arena, the program {}",
                       result->arena_touched_bytes, expected.arena_touched_bytes);
  }
  return {};
}

}  // namespace spindle::testing
