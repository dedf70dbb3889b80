#include "compiler/ir/verifier.h"

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

namespace spindle {
namespace {

using namespace testing;

// A valid graph: x -> quantize -> conv (8-bit) -> dequantize -> y.
Graph valid_graph() {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 4, 4, 3});
  const TensorId q = quantize(graph, "q", x, 0.02F, 5);
  const TensorId w = add_weights_s8(graph, "w", {2, 1, 1, 3}, 0);
  const TensorId c = graph.append("c", Conv{}, {q, w});
  graph.tensor(c).quant = quant(0.1F, 0);
  graph.outputs = {dequantize(graph, "y", c)};
  return graph;
}

TensorId named(const Graph& graph, const std::string& name) {
  for (const TensorId id : graph.tensors.ids()) {
    if (graph.tensor(id).name == name) return id;
  }
  return kNoTensor;
}

}  // namespace

TEST_CASE("a good graph is well formed") {
  CHECK(verify(valid_graph()) == "");
}

TEST_CASE("violations are found") {
  Graph graph = valid_graph();
  std::string expected;
  const auto tensor = [&](const char* name) -> Tensor& { return graph.tensor(named(graph, name)); };
  SECTION("order") {
    std::swap(graph.nodes[NodeId(0)], graph.nodes[NodeId(1)]);
    expected = "'q' is read before it is written (node 'c')";
  }
  SECTION("two writers") {
    graph.nodes.push_back(graph.nodes.back());
    expected = "'y' is written twice (node 'y')";
  }
  SECTION("an input is written") {
    graph.nodes[NodeId(0)].outputs = {graph.inputs[0]};
    expected = "'x' is written twice (node 'q')";
  }
  SECTION("shape") {
    tensor("y").shape = {1, 4, 4, 3};
    expected = "'y' has shape 1x4x4x3, the operator makes 1x4x4x2 (node 'y')";
  }
  SECTION("type") {
    tensor("y").type = DType::kI64;
    expected = "'y' has type s64, the operator makes f32 (node 'y')";
  }
  SECTION("missing quantization of a result") {
    tensor("c").quant.reset();
    expected = "'c' needs a quantization (node 'c')";
  }
  SECTION("missing quantization of weights") {
    tensor("w").quant.reset();
    expected = "'w' needs a quantization (node 'c')";
  }
  SECTION("quantized weights along the wrong axis") {
    tensor("w").quant = Quant{{1, 1, 1}, {0, 0, 0}, 3};
    expected = "'w' is quantized along axis 3, not 0 (node 'c')";
  }
  SECTION("scale") {
    tensor("q").quant->scale[0] = 0;
    expected = "'q' has scale 0";
  }
  SECTION("zero point") {
    tensor("q").quant->zero_point[0] = 128;
    expected = "'q' has zero point 128, which s8 does not hold";
  }
  SECTION("number of scales") {
    tensor("w").quant = Quant{{1, 1, 1}, {0, 0, 0}, 0};
    expected = "'w' has 3 scales along axis 0 of shape 2x1x1x3";
  }
  SECTION("names") {
    tensor("c").name = "q";
    expected = "two tensors are named 'q'";
  }
  SECTION("constants") {
    tensor("w").shape = {3, 1, 1, 2};
    expected = "'w' is s8[3x1x1x2], its data s8[2x1x1x3]";
  }
  SECTION("dangling input") {
    graph.nodes[NodeId(1)].inputs[1] = TensorId(99);
    expected = "input 99 is no tensor (node 'c')";
  }
  SECTION("missing input") {
    graph.nodes[NodeId(1)].inputs[1] = kNoTensor;
    expected = "input 1 is missing (node 'c')";
  }
  SECTION("unwritten output") {
    graph.nodes.pop_back();
    expected = "graph output 'y' is never written";
  }
  SECTION("origin") {
    tensor("c").origins = {{"c", {1, 2, 4, 4}, {0, 3, 1, 1}, DType::kI8, 0}};
    expected = "'c': the origin's perm is no permutation";
  }
  SECTION("block") {
    graph.nodes[NodeId(1)].block = BlockId(0);
    expected = "block 0 does not exist (node 'c')";
  }
  CHECK(verify(graph) == expected);
}

TEST_CASE("8-bit data without quantization may be moved and cast") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 4, 4, 3}, DType::kU8);
  const TensorId t = graph.append("t", Transpose{{0, 3, 1, 2}}, {x});
  graph.outputs = {graph.append("y", Cast{DType::kF32}, {t})};
  CHECK(verify(graph) == "");
  graph.tensor(t).quant = quant(1, 0);
  CHECK(verify(graph) == "'t' has a quantization and 'x' has none (node 't')");
}

}  // namespace spindle
