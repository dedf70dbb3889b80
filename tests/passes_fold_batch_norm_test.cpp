#include "compiler/passes/fold_batch_norm.h"

#include <cmath>

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

namespace spindle {
namespace {

using namespace testing;

std::string run(Graph& graph) {
  return apply(fold_batch_norm, graph, 1e-5F);
}

TensorId norm(Graph& graph, const std::string& name, TensorId x, float epsilon, int axis) {
  const Shape channels{graph.tensor(x).shape[static_cast<std::size_t>(axis)]};
  return graph.append(
      name, BatchNorm{epsilon, axis},
      {x, add_floats(graph, name + ".gamma", channels, -2, 2),
       add_floats(graph, name + ".beta", channels), add_floats(graph, name + ".mean", channels),
       add_floats(graph, name + ".var", channels, 1e-4F, 3e-3F)});
}

TensorId depthwise(Graph& graph, const std::string& name, TensorId x, int multiplier) {
  const std::int64_t channels = graph.tensor(x).shape[3];
  Conv op;
  op.pad = {1, 1, 1, 1};
  op.groups = static_cast<int>(channels);
  return graph.append(name, op,
                      {x, add_floats(graph, name + ".w", {channels * multiplier, 3, 3, 1})});
}

}  // namespace

TEST_CASE("behind a depthwise convolution, with the epsilon given") {
  // The variances are about as large as epsilon, so a wrong epsilon would show.
  for (const float epsilon : {1e-3F, 1e-5F, 0.0F}) {
    Graph graph;
    const TensorId x = add_input(graph, "x", {1, 5, 4, 3});
    graph.outputs = {norm(graph, "bn", depthwise(graph, "dw", x, 2), epsilon, 3)};
    set_origins(graph);
    REQUIRE(run(graph) == "");
    REQUIRE(graph.nodes.size() == 1);
    CHECK(graph.nodes[NodeId(0)].inputs.size() == 3);
    CHECK(graph.tensor(graph.outputs[0]).name == "bn");
  }
}

TEST_CASE("behind a Dense with a bias") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 6});
  const TensorId y =
      graph.append("y", Dense{}, {x, add_floats(graph, "w", {4, 6}), add_floats(graph, "b", {4})});
  graph.outputs = {norm(graph, "bn", y, 1e-3F, 1)};
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 1);
}

TEST_CASE("where it cannot be folded it becomes a multiplication and an addition") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 5, 4, 3});
  SECTION("no convolution before it, channels first") {
    graph.outputs = {norm(graph, "bn", x, 1e-3F, 1)};
  }
  SECTION("no convolution before it, channels last") {
    graph.outputs = {norm(graph, "bn", x, 1e-3F, 3)};
  }
  SECTION("the convolution's result is read by somebody else") {
    const TensorId y = depthwise(graph, "dw", x, 1);
    graph.outputs = {norm(graph, "bn", y, 1e-3F, 3), graph.append("z", Clip{{0, 6}}, {y})};
  }
  SECTION("the convolution's result is a graph output") {
    const TensorId y = depthwise(graph, "dw", x, 1);
    graph.outputs = {norm(graph, "bn", y, 1e-3F, 3), y};
  }
  SECTION("the convolution has an activation") {
    const TensorId y = depthwise(graph, "dw", x, 1);
    graph.nodes.back().as<Conv>()->act.lo = 0;
    graph.outputs = {norm(graph, "bn", y, 1e-3F, 3)};
  }
  SECTION("the convolution's weights are quantized") {
    const TensorId w = dequantize(graph, "w", add_weights_s8(graph, "wq", {4, 1, 1, 3}, 0));
    graph.outputs = {norm(graph, "bn", graph.append("y", Conv{}, {x, w}), 1e-3F, 3)};
  }
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<BatchNorm>(graph) == 0);
  CHECK(count_of<Binary>(graph) == 2);
}

TEST_CASE("two in a row: one folded, one rewritten") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 5, 4, 3});
  const TensorId y = norm(graph, "bn1", depthwise(graph, "dw", x, 1), 1e-3F, 3);
  graph.outputs = {norm(graph, "bn2", y, 1e-5F, 3)};
  REQUIRE(run(graph) == "");
  CHECK(count_of<BatchNorm>(graph) == 0);
}

TEST_CASE("parameters may be dequantized constants") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 5, 4, 3});
  const TensorId gamma = dequantize(graph, "gamma", add_weights_s8(graph, "gammaq", {3}, -1));
  graph.outputs = {
      graph.append("bn", BatchNorm{1e-3F, 3},
                   {x, gamma, add_floats(graph, "beta", {3}), add_floats(graph, "mean", {3}),
                    add_floats(graph, "var", {3}, 0.5F, 1)})};
  REQUIRE(run(graph) == "");
  CHECK(count_of<BatchNorm>(graph) == 0);
}

// ONNX Runtime's operations in float32, so that a Quantize behind them rounds alike.
TEST_CASE("rewritten as multiplication and addition: the constants") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 1});
  const auto constant = [&](const char* name, float value) {
    return graph.add_constant(name, Constant::floats({1}, {value}));
  };
  const float gamma = 0.7F, beta = 0.3F, mean = 1.1F, variance = 0.9F, epsilon = 1e-3F;
  graph.outputs = {graph.append("bn", BatchNorm{epsilon, 1},
                                {x, constant("g", gamma), constant("b", beta), constant("m", mean),
                                 constant("v", variance)})};
  fold_batch_norm(graph);
  const float sum = variance + epsilon;
  const float inverse = 1.0F / std::sqrt(sum);
  const float scale = inverse * gamma;
  const float shift = mean * scale;
  std::vector<float> found;
  for (const Node& node : graph.nodes) {
    found.push_back(graph.tensor(node.inputs[1]).constant->as<float>()[0]);
  }
  CHECK(found == std::vector<float>{scale, beta - shift});
}

TEST_CASE("run-time parameters are left alone") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 5, 4, 3});
  const TensorId gamma = add_input(graph, "gamma", {3});
  graph.outputs = {
      graph.append("bn", BatchNorm{1e-3F, 3},
                   {x, gamma, add_floats(graph, "beta", {3}), add_floats(graph, "mean", {3}),
                    add_floats(graph, "var", {3}, 0.5F, 1)})};
  REQUIRE(run(graph) == "");
  CHECK(count_of<BatchNorm>(graph) == 1);
}

}  // namespace spindle
