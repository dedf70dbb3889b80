// Tests how steps address their inputs: with a shape other than the one in which the value was
// written, broadcast, as tiles of joined steps, and within bands.
#include <climits>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

TensorId reshaped(Graph& graph, const std::string& name, TensorId x, Shape shape) {
  return graph.append(name, Reshape{std::move(shape)}, {x});
}

TensorId unary(Graph& graph, const std::string& name, TensorId x, UnaryKind kind) {
  return graph.append(name, Unary{kind, 0.5F, 0.25F}, {x});
}

TensorId with_quant(Graph& graph, TensorId x, const Quant& quant) {
  graph.tensor(x).type = DType::kI8;
  graph.tensor(x).quant = quant;
  return x;
}

// Appends a 1x1 convolution, float or int8 as its input.
TensorId pointwise(Graph& graph, const std::string& name, TensorId x, std::int64_t outputs) {
  const std::int64_t inputs = graph.tensor(x).shape[3];
  const Shape weights{outputs, 1, 1, inputs};
  if (graph.tensor(x).type == DType::kF32) {
    return graph.append(name, Conv{}, {x, add_floats(graph, name + "_w", weights), kNoTensor});
  }
  const TensorId w = add_weights_s8(graph, name + "_w", weights);
  return with_quant(graph, graph.append(name, Conv{}, {x, w, kNoTensor}), quant(0.04F, 3));
}

// Compiles the graph for two targets, without a budget and with budgets from half of that RAM on,
// and compares with the reference. Returns the first fault.
std::string fault_of(const Graph& graph) {
  for (const char* target : {"host", "cortex-m7"}) {
    const Compilation free = compile_graph(graph, target);
    const std::vector<ConstantPtr> inputs = random_inputs(graph, 3);
    std::string fault = check_against_reference(free, inputs);
    for (std::int64_t eighths = 4; fault.empty() && eighths < 8; ++eighths) {
      PlanSettings settings;
      settings.ram = free.plan.arena_bytes * eighths / 8;
      try {
        fault = check_against_reference(compile_graph(graph, target, settings), inputs);
      } catch (const NoPlan&) {
        continue;
      }
    }
    if (!fault.empty()) return std::string(target) + ": " + fault;
  }
  return {};
}

}  // namespace

TEST_CASE("a whole value is read by two joined elementwise steps") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 4, 20, 6});
  TensorId y = kNoTensor;
  SECTION("padded") {
    y = graph.append("whole", Pad{{0, 0, 1, 0}, {0, 0, 0, 2}, 0}, {x});
  }
  SECTION("transposed") {
    y = graph.append("whole", Transpose{{0, 2, 3, 1}}, {x});
    y = graph.append("again", Transpose{{0, 2, 1, 3}}, {y});
  }
  SECTION("gathered") {
    y = graph.append("whole", Gather{2, {3, 1, 1, 19, 0, 7, 8, 9, 10, 4, 5, 6, 11}}, {x});
  }
  y = graph.append("sum", Binary{BinaryKind::kAdd, {}},
                   {y, add_floats(graph, "c", {1, 1, 1, graph.tensor(y).shape[3]})});
  y = unary(graph, "first", y, UnaryKind::kNeg);
  graph.outputs = {unary(graph, "second", y, UnaryKind::kAbs)};
  CHECK(fault_of(graph) == "");
}

TEST_CASE("an input of one row is an image of many to its reader") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 1, 28, 24}, DType::kI8, quant(0.02F, -5));
  TensorId y = with_quant(graph, reshaped(graph, "y", x, {1, 28, 24, 1}), quant(0.02F, -5));
  y = pointwise(graph, "expand", y, 16);
  graph.outputs = {pointwise(graph, "project", y, 5)};
  CHECK(fault_of(graph) == "");
}

TEST_CASE("operands that repeat along rows, columns or both are found in every tile and band") {
  Graph graph;
  const bool integer = GENERATE(false, true);
  const Shape of = GENERATE(Shape{1, 1, 20, 6}, Shape{20, 6}, Shape{1, 12, 1, 6},
                            Shape{1, 12, 1, 1}, Shape{1, 1, 20, 1}, Shape{6}, Shape{1});
  const bool computed = GENERATE(false, true);
  const std::optional<Quant> q = integer ? std::optional(quant(0.02F, -5)) : std::nullopt;
  const DType type = integer ? DType::kI8 : DType::kF32;
  const TensorId x = add_input(graph, "x", {1, 12, 20, 6}, type, q);
  TensorId other = kNoTensor;
  if (computed) {
    other = add_input(graph, "other", of, type, q);
  } else if (integer) {
    other = add_weights_s8(graph, "c", of);
  } else {
    other = add_floats(graph, "c", of);
  }
  TensorId y = pointwise(graph, "wide", x, 6);
  y = graph.append("mul", Binary{BinaryKind::kMul, {}}, {y, other});
  if (integer) with_quant(graph, y, quant(0.1F, 7));
  graph.outputs = {pointwise(graph, "narrow", y, 6)};
  CAPTURE(integer, of, computed);
  CHECK(fault_of(graph) == "");
}

TEST_CASE("a map of one row or one column is a vector to its reader, or another map") {
  const Shape image = GENERATE(Shape{1, 1, 6, 8}, Shape{1, 6, 1, 8}, Shape{1, 1, 1, 8});
  Graph graph;
  const TensorId x = add_input(graph, "x", image);
  TensorId y = pointwise(graph, "map", x, 6);
  const std::int64_t elements = graph.tensor(y).elements();
  SECTION("flattened") {
    y = reshaped(graph, "flat", y, {1, elements});
    y = graph.append("dense", Dense{}, {y, add_floats(graph, "w", {3, elements}), kNoTensor});
  }
  SECTION("the index of its largest value") {
    y = reshaped(graph, "planes", y, {1, image[1], 6, image[2]});
    y = graph.append("index", ArgMax{3, true, false, false}, {y});
  }
  SECTION("in other columns under a window") {
    y = reshaped(graph, "columns", y, {1, image[1], image[2] * 2, 3});
    y = graph.append("window", Conv{{1, 1}, {1, 1}, {1, 1, 1, 1}, 1, {}},
                     {y, add_floats(graph, "w", {4, 3, 3, 3}), kNoTensor});
  }
  SECTION("in other columns, element by element") {
    y = reshaped(graph, "columns", y, {1, image[1], image[2] * 3, 2});
    y = pointwise(graph, "next", y, 5);
  }
  graph.outputs = {y};
  CHECK(fault_of(graph) == "");
}

TEST_CASE("int8 Softmax along every axis of every shape, ones behind the axis or not") {
  const Shape shape =
      GENERATE(Shape{1, 7, 1, 1}, Shape{1, 1, 7, 1}, Shape{1, 1, 1, 7}, Shape{1, 5, 4, 3},
               Shape{1, 5, 4, 1}, Shape{7, 1}, Shape{1, 7}, Shape{3, 4, 1});
  const auto axis = static_cast<int>(GENERATE(0U, 1U, 2U, 3U));
  if (axis >= static_cast<int>(shape.size())) return;
  CAPTURE(shape, axis);
  Graph graph;
  const TensorId x = add_input(graph, "x", shape, DType::kI8, quant(0.1F, -5));
  TensorId y = unary(graph, "y", x, UnaryKind::kNeg);
  with_quant(graph, y, quant(0.1F, 4));
  y = graph.append("softmax", Softmax{axis}, {y});
  graph.outputs = {with_quant(graph, y, quant(1.0F / 256, -128))};
  CHECK(fault_of(graph) == "");
}

TEST_CASE("a patch of one column, one row or neither runs all of its steps") {
  const std::int64_t height = GENERATE(1, 3, 9);
  const std::int64_t width = GENERATE(1, 4);
  CAPTURE(height, width);
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, height, width, 9});
  const TensorId expand = pointwise(graph, "expand", x, 54);
  const TensorId depthwise =
      graph.append("depthwise", Conv{{1, 1}, {1, 1}, {}, 54, {}},
                   {expand, add_floats(graph, "dw", {54, 1, 1, 1}), add_floats(graph, "db", {54})});
  const TensorId project = pointwise(graph, "project", depthwise, 9);
  const TensorId sum = graph.append("sum", Binary{BinaryKind::kAdd, {}}, {project, x});
  graph.outputs = {graph.append("mean", Reduce{ReduceKind::kMean, {1, 2}, true, {}}, {sum})};
  const Compilation free = compile_graph(graph);
  for (std::int64_t ram = 16; ram < free.plan.arena_bytes; ram += 24) {
    PlanSettings settings;
    settings.ram = ram;
    try {
      const Compilation compiled = compile_graph(graph, "host", settings);
      REQUIRE(check_against_reference(compiled, random_inputs(graph, 3)) == "");
    } catch (const NoPlan&) {
      continue;
    }
  }
}

TEST_CASE("an input is streamed although its first reader writes an output") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 5, 3, 3});
  const TensorId y = graph.append("y", Clip{{0, 6}}, {x});
  graph.outputs = {y};
  SECTION("alone") {}
  SECTION("a part of a concatenation") {
    Pool pool{PoolKind::kMax, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, false, false};
    const TensorId a = graph.append("a", pool, {y});
    const TensorId b = graph.append("b", pool, {a});
    graph.outputs = {graph.append("c", Concat{1}, {y, a, b})};
  }
  PlanSettings settings;
  settings.input = InputMode::kStreamed;
  const Compilation compiled = compile_graph(graph, "host", settings);
  CHECK(check_against_reference(compiled, random_inputs(graph, 3)) == "");
}

TEST_CASE("scratch is planned only where the kernel touches it") {
  const std::int64_t inputs = GENERATE(64, 60, 63);
  const std::int64_t width = GENERATE(1, 2, 9);
  const std::int64_t kernel = GENERATE(1, 3);
  CAPTURE(inputs, width, kernel);
  Graph graph;
  const std::int64_t channels = kernel == 1 ? inputs : 4;
  const TensorId x = add_input(graph, "x", {1, 7, width, channels}, DType::kI8, quant(0.02F, -5));
  Conv op;
  op.pad = {0, 0, 0, 0};
  const TensorId w = add_weights_s8(graph, "w", {11, kernel == 1 ? 1 : 6, 1, channels});
  const TensorId y = with_quant(graph, graph.append("y", op, {x, w, kNoTensor}), quant(0.2F, 1));
  graph.outputs = {y};
  CHECK(fault_of(graph) == "");
}

TEST_CASE("accumulators wrap") {
  Graph graph;
  const std::int64_t channels = GENERATE(1, 8, 40);
  const bool depthwise = GENERATE(false, true);
  const TensorId x = add_input(graph, "x", {1, 3, 5, channels}, DType::kI8, quant(0.02F, -5));
  const Shape shape = depthwise ? Shape{channels, 3, 3, 1} : Shape{channels, 1, 1, channels};
  const TensorId w = add_weights_s8(graph, "w", shape);
  const float scale = 0.02F * graph.tensor(w).quant->scale[0];
  std::vector<std::int64_t> values(static_cast<std::size_t>(channels), INT32_MAX - 20);
  values[0] = INT32_MIN + 20;
  const TensorId bias = graph.add_constant("b", Constant::ints(DType::kI32, {channels}, values),
                                           Quant{{scale}, {0}, -1});
  Conv op;
  op.groups = depthwise ? static_cast<int>(channels) : 1;
  if (depthwise) op.pad = {1, 1, 1, 1};
  const TensorId y = graph.append("y", op, {x, w, bias});
  graph.outputs = {with_quant(graph, y, quant(scale * (1 << 25), 1))};
  CHECK(fault_of(graph) == "");
}
