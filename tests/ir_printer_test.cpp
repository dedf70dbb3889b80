#include "compiler/ir/printer.h"

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

namespace spindle {

using namespace testing;

TEST_CASE("a graph prints one line per node") {
  Graph graph;
  graph.name = "m.onnx";
  const TensorId x = add_input(graph, "x", {1, 4, 4, 3}, DType::kI8, quant(0.5F, -128));
  const TensorId w =
      graph.add_constant("w", Constant::ints(DType::kI8, {2, 1, 1, 3}, {1, 2, 3, 4, 5, 6}),
                         Quant{{0.25F, 0.5F}, {0, 0}, 0});
  Conv conv;
  conv.stride = {2, 1};
  conv.pad = {0, 0, 1, 1};
  conv.act = {0, 6};
  const TensorId c = graph.append("a name, with \"marks\"", conv, {x, w, kNoTensor});
  graph.tensor(c).quant = quant(0.125F, 3);
  graph.blocks.push_back({"block_1", 1, 1, false});
  graph.nodes[NodeId(0)].name = "node";
  graph.nodes[NodeId(0)].block = BlockId(0);
  graph.nodes[NodeId(0)].role = Role::kProject;
  graph.outputs = {graph.append("y", Reduce{ReduceKind::kMean, {1, 2}, false, {}}, {c})};
  graph.tensor(graph.outputs[0]).quant = quant(0.125F, 3);
  CHECK(print(graph) == R"(graph m.onnx {
  %x: s8[1x4x4x3]{0.5,-128} = input
  %w: s8[2x1x1x3]{0.25..0.5,0 per axis 0} = constant
  %"a name, with \"marks\"": s8[1x3x5x2]{0.125,3} = conv %x, %w, none {stride 2x1, pad 0,0,1,1, min 0, max 6}  # node, block_1/project
  %y: s8[1x2]{0.125,3} = mean %"a name, with \"marks\"" {axes 1,2, drop_dims}
  output %y
}
)");
}

TEST_CASE("scalars, and operators without attributes") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {});
  graph.append("y", Unary{UnaryKind::kSigmoid}, {x});
  CHECK(print(graph, graph.nodes[NodeId(0)]) == "%y: f32[] = sigmoid %x");
}

}  // namespace spindle
