#include "compiler/passes/fold_constants.h"

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

namespace spindle {
namespace {

using namespace testing;

std::string run(Graph& graph) {
  return apply(fold_constants, graph);
}

// The constant whose Dequantize is input number `input` of the node.
const Tensor& dequantized(const Graph& graph, const Node& node, std::size_t input) {
  const NodeId index = graph.producer(node.inputs[input]);
  REQUIRE(index);
  const Node& before = graph.nodes[index];
  REQUIRE(before.as<Dequantize>() != nullptr);
  return graph.tensor(before.inputs[0]);
}

}  // namespace

TEST_CASE("arithmetic on constants is computed, chains too") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 3});
  const TensorId a = add_floats(graph, "a", {3});
  const TensorId b = add_floats(graph, "b", {1}, 1, 2);
  const TensorId sum = graph.append("sum", Binary{}, {a, b});
  const TensorId root = graph.append("root", Unary{UnaryKind::kSqrt}, {sum});
  graph.outputs = {graph.append("y", Binary{BinaryKind::kMul, {}}, {x, root})};
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 1);
}

TEST_CASE("float weights behind Quantize become integers, half to even") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 2, 2, 2});
  const TensorId w =
      graph.add_constant("w", Constant::floats({2, 1, 1, 2}, {0.5F, 1.5F, 2.5F, -9}));
  const TensorId q = graph.append("q", Quantize{}, {w});
  graph.tensor(q).quant = Quant{{1, 0.05F}, {0, 0}, 0};
  graph.outputs = {graph.append("y", Conv{}, {x, graph.append("d", Dequantize{}, {q})})};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Quantize>(graph) == 0);
  const Tensor& folded = dequantized(graph, *only<Conv>(graph), 1);
  CHECK(folded.constant->to_ints() == std::vector<std::int64_t>{0, 2, 50, -128});
  CHECK(folded.quant == Quant{{1, 0.05F}, {0, 0}, 0});
}

TEST_CASE("Dequantize of weights and bias stays") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 2, 2, 3});
  const TensorId w = dequantize(graph, "w", add_weights_s8(graph, "wq", {4, 1, 1, 3}, 0));
  const TensorId bias =
      graph.add_constant("bq", Constant::ints(DType::kI32, {4}, {1, -2, 3, 400}), quant(0.01F, 0));
  graph.outputs = {graph.append("y", Conv{}, {x, w, dequantize(graph, "b", bias)})};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Dequantize>(graph) == 2);
}

TEST_CASE("Transpose and Reshape above Dequantize move into the constant, the axis with them") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 4, 4, 3});
  const TensorId oihw = dequantize(graph, "w", add_weights_s8(graph, "wq", {5, 3, 2, 2}, 0));
  const TensorId w = graph.append("wt", Transpose{{0, 2, 3, 1}}, {oihw});
  const TensorId y = graph.append("y", Conv{}, {x, w});
  const TensorId flat = graph.append("flat", Reshape{{9, 5}}, {y});
  const TensorId w2 = dequantize(graph, "w2", add_weights_s8(graph, "w2q", {5, 7}, 1));
  const TensorId w2t = graph.append("w2t", Transpose{{1, 0}}, {w2});
  graph.outputs = {graph.append("z", Dense{}, {flat, w2t})};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 0);
  CHECK(dequantized(graph, *only<Conv>(graph), 1).shape == Shape{5, 2, 2, 3});
  CHECK(dequantized(graph, *only<Conv>(graph), 1).quant->axis == 0);
  CHECK(dequantized(graph, *only<Dense>(graph), 1).quant->axis == 0);
}

TEST_CASE("a Reshape that tears the quantized axis apart gives float weights") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 4});
  const TensorId w = dequantize(graph, "w", add_weights_s8(graph, "wq", {6, 2}, 0));
  graph.outputs = {graph.append("y", Dense{}, {x, graph.append("r", Reshape{{3, 4}}, {w})})};
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 1);
  CHECK(graph.tensor(graph.nodes[NodeId(0)].inputs[1]).type == DType::kF32);
}

TEST_CASE("a Reshape that adds extents of 1 moves the quantized axis") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 2, 2, 3});
  const TensorId w = dequantize(graph, "w", add_weights_s8(graph, "wq", {3}, 0));
  const TensorId r = graph.append("r", Reshape{{1, 1, 1, 3}}, {w});
  graph.outputs = {graph.append("y", Binary{}, {x, r})};
  REQUIRE(run(graph) == "");
  CHECK(dequantized(graph, *only<Binary>(graph), 1).quant->axis == 3);
}

TEST_CASE("an 8-bit constant is permuted in place of its Transpose") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 3});
  const TensorId wq = add_weights_s8(graph, "wq", {3, 4}, 1);
  const TensorId t = graph.append("t", Transpose{{1, 0}}, {wq});
  Quant moved = *graph.tensor(wq).quant;
  moved.axis = 0;
  graph.tensor(t).quant = moved;
  graph.outputs = {graph.append("y", Dense{}, {x, dequantize(graph, "w", t)})};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 0);
  CHECK(dequantized(graph, *only<Dense>(graph), 1).quant == moved);
}

TEST_CASE("a weight shared by two readers is not changed for the other") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {3, 3});
  const TensorId w = dequantize(graph, "w", add_weights_s8(graph, "wq", {3, 3}, 0));
  const TensorId t = graph.append("t", Transpose{{1, 0}}, {w});
  graph.outputs = {graph.append("y", Dense{}, {graph.append("z", Dense{}, {x, w}), t})};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Dequantize>(graph) == 2);
}

TEST_CASE("graph outputs that are constant become constants") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {3});
  const TensorId anchors = dequantize(graph, "anchors", add_weights_s8(graph, "q", {3, 4}));
  graph.outputs = {anchors, graph.append("y", Unary{UnaryKind::kAbs}, {x})};
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 1);
  CHECK(graph.is_constant(graph.outputs[0]));
}

TEST_CASE("integer shape arithmetic is computed") {
  Graph graph;
  const TensorId shape = graph.add_constant("s", Constant::ints(DType::kI64, {4}, {1, 3, 5, 7}));
  const TensorId part = graph.append("part", Slice{{2}, {1}, {2}}, {shape});
  const TensorId all = graph.append("all", Concat{0}, {part, part});
  const TensorId cast = graph.append("cast", Cast{DType::kF32}, {all});
  const TensorId x = add_input(graph, "x", {4});
  graph.outputs = {graph.append("y", Binary{}, {x, cast})};
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 1);
}

}  // namespace spindle
