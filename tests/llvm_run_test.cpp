// Checks that code from LLVM's JIT computes what execute() computes for the same program.
#include <fmt/format.h>

#include <cmath>
#include <iostream>

#include "compiler/run/execute_native.h"
#include "compiler/run/results.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"
#include "tests/support/random_model.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// Returns a difference between the outputs, or an empty text. 8-bit outputs must be identical,
// floats must agree within 1e-5 of the largest value.
std::string native_difference(const Compilation& compiled, std::uint64_t seed) {
  std::vector<std::vector<std::byte>> bytes;
  for (const ConstantPtr& input : random_inputs(compiled.graph, seed)) {
    bytes.emplace_back(input->bytes().begin(), input->bytes().end());
  }
  Diagnostics diagnostics;
  const auto native = execute_native(compiled.program, bytes, diagnostics);
  if (!native) return "it was not compiled";
  const Execution expected = execute(compiled.program, bytes);
  if (native->outputs.size() != expected.outputs.size()) return "another number of outputs";
  for (std::size_t i = 0; i < expected.outputs.size(); ++i) {
    const ProgramIo& io = compiled.program.outputs[i];
    Difference difference;
    compare(*to_tensor(io, expected.outputs[i]), *to_tensor(io, native->outputs[i]), difference);
    const bool integer = io.type != DType::kF32;
    if (integer ? difference.different > 0 : difference.largest_relative > 1e-5) {
      return fmt::format("output {}: {} of {} values differ", i, difference.different,
                         difference.values);
    }
  }
  return "";
}

bool skipped() {
  if (has_llvm()) return false;
  std::cerr << "*** SKIPPED: built without LLVM ***\n";
  return true;
}

}  // namespace

TEST_CASE("random networks of every type") {
  if (skipped()) return;
  for (std::uint64_t seed = 41; seed < 53; ++seed) {
    const DType type = seed % 3 == 0 ? DType::kI8 : seed % 3 == 1 ? DType::kU8 : DType::kF32;
    INFO("seed " << seed);
    CHECK(native_difference(compile_graph(random_model(seed, type)), seed).empty());
  }
}

TEST_CASE("input in the arena, and streamed") {
  if (skipped()) return;
  for (InputMode mode : {InputMode::kArena, InputMode::kStreamed}) {
    for (std::uint64_t seed : {61, 62}) {
      PlanSettings settings;
      settings.input = mode;
      INFO("seed " << seed << ", mode " << static_cast<int>(mode));
      const Compilation compiled = compile_graph(random_model(seed, DType::kI8), "host", settings);
      CHECK(native_difference(compiled, seed).empty());
    }
  }
}

TEST_CASE("the smallest plans: patches, tiles, rows computed again") {
  if (skipped()) return;
  for (std::uint64_t seed : {31, 33, 36}) {
    PlanSettings settings;
    const Graph graph = random_model(seed, DType::kI8);
    const StepGraph steps = compile_graph(graph, "host", settings).selection.steps;
    settings.ram = plan_frontier(steps, settings).back().arena_bytes;
    INFO("seed " << seed);
    CHECK(native_difference(compile_graph(graph, "host", settings), seed).empty());
  }
}

TEST_CASE("functions of one value") {
  if (skipped()) return;
  for (UnaryKind kind : {UnaryKind::kSigmoid, UnaryKind::kTanh, UnaryKind::kExp,
                         UnaryKind::kHardSwish, UnaryKind::kErf, UnaryKind::kSqrt}) {
    Graph graph;
    const TensorId image = add_input(graph, "image", {1, 5, 7, 3});
    graph.outputs.push_back(graph.append("y", Unary{kind, 0, 0}, {image}));
    set_origins(graph);
    INFO("kind " << static_cast<int>(kind));
    CHECK(native_difference(compile_graph(graph), 7).empty());
  }
}

TEST_CASE("constant outputs, before one that is computed") {
  if (skipped()) return;
  Graph graph;
  const TensorId image = add_input(graph, "image", {1, 5, 7, 3});
  const TensorId anchors =
      graph.add_constant("anchors", Constant::floats({2, 2}, {1.0F, 2.0F, 3.0F, 4.0F}));
  graph.outputs = {anchors, graph.append("y", Clip{{0.0F, 6.0F}}, {image})};
  set_origins(graph);
  const Compilation compiled = compile_graph(graph);
  REQUIRE(compiled.program.outputs[0].constant);
  CHECK(native_difference(compiled, 9).empty());
}
