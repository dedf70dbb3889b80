#include "compiler/passes/fuse_activations.h"

#include <limits>

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// A float 1x1 convolution of a 4x4x3 image.
TensorId float_conv(Graph& graph) {
  const TensorId x = add_input(graph, "x", {1, 4, 4, 3});
  const TensorId w = add_floats(graph, "w", {5, 1, 1, 3}, -8, 8);
  return graph.append("conv", Conv{}, {x, w});
}

// The same convolution in int8. `scale` and `zero` are the quantization of its output.
TensorId s8_conv(Graph& graph, float scale, int zero, Activation act = {}) {
  const TensorId x = add_input(graph, "x", {1, 4, 4, 3}, DType::kI8, quant(0.05F, 3));
  const TensorId w = add_weights_s8(graph, "w", {5, 1, 1, 3}, 0);
  Conv conv;
  conv.act = act;
  const TensorId y = graph.append("conv", conv, {x, w});
  graph.tensor(y).quant = quant(scale, zero);
  return y;
}

TensorId s8_clip(Graph& graph, TensorId x, Activation act, float scale, int zero) {
  const TensorId y = graph.append("clip", Clip{act}, {x});
  graph.tensor(y).quant = quant(scale, zero);
  return y;
}

TensorId scalar(Graph& graph, const std::string& name, float value) {
  return graph.add_constant(name, Constant::floats({}, {value}));
}

}  // namespace

TEST_CASE("min and max with scalars become the activation of the operator before") {
  Graph graph;
  const TensorId y = float_conv(graph);
  const TensorId relu = graph.append("relu", Binary{BinaryKind::kMax}, {y, scalar(graph, "a", 0)});
  const TensorId relu6 =
      graph.append("relu6", Binary{BinaryKind::kMin}, {scalar(graph, "b", 6), relu});
  graph.outputs = {relu6};
  set_origins(graph);

  REQUIRE(apply(fuse_activations, graph) == "");
  REQUIRE(graph.nodes.size() == 1);
  CHECK(graph.nodes[NodeId(0)].as<Conv>()->act == Activation{0, 6});
  CHECK(graph.tensor(graph.nodes[NodeId(0)].output()).name == "relu6");
}

TEST_CASE("a min that broadcasts or has a vector of bounds is no clip") {
  Graph graph;
  const TensorId y = float_conv(graph);
  const TensorId bounds = add_floats(graph, "bounds", {5});
  const TensorId one = graph.add_constant("one", Constant::floats({1, 1, 1, 1, 1}, {1}));
  graph.outputs = {graph.append("vector", Binary{BinaryKind::kMin}, {y, bounds}),
                   graph.append("rank", Binary{BinaryKind::kMax}, {y, one})};
  REQUIRE(apply(fuse_activations, graph) == "");
  CHECK(count_of<Binary>(graph) == 2);
}

TEST_CASE("a clip is not fused into a result that something else reads") {
  Graph graph;
  const TensorId y = float_conv(graph);
  const TensorId clipped = graph.append("clip", Clip{{0, 6}}, {y});
  SECTION("another operator") {
    graph.outputs = {graph.append("add", Binary{}, {y, clipped})};
  }
  SECTION("a graph output") {
    graph.outputs = {clipped, y};
  }
  REQUIRE(apply(fuse_activations, graph) == "");
  CHECK(count_of<Clip>(graph) == 1);
  CHECK(only<Conv>(graph)->as<Conv>()->act.none());
}

TEST_CASE("chains of clips merge in their order") {
  const auto merged = [](Activation first, Activation second) {
    Graph graph;
    const TensorId x = add_input(graph, "x", {64});
    const TensorId y = graph.append("first", Clip{first}, {x});
    graph.outputs = {graph.append("second", Clip{second}, {y})};
    REQUIRE(apply(fuse_activations, graph) == "");
    REQUIRE(only<Clip>(graph) != nullptr);
    return only<Clip>(graph)->as<Clip>()->act;
  };
  CHECK(merged({0, kInfinity}, {-kInfinity, 1}) == Activation{0, 1});
  CHECK(merged({-1, 1}, {-0.5F, 2}) == Activation{-0.5F, 1});
  CHECK(merged({0, 0.5F}, {0.75F, 1}) == Activation{0.75F, 0.75F});
  CHECK(merged({0.5F, -0.5F}, {-1, 1}) == Activation{-0.5F, -0.5F});  // if lo > hi, all give hi
}

TEST_CASE("a clip without limits is an identity") {
  Graph graph;
  graph.outputs = {graph.append("clip", Clip{}, {add_input(graph, "x", {4})})};
  REQUIRE(apply(fuse_activations, graph) == "");
  CHECK(only<Identity>(graph) != nullptr);
}

TEST_CASE("an 8-bit clip on the same scale is fused") {
  Graph graph;
  const TensorId y = s8_conv(graph, 0.01F, -20, {-0.25F, kInfinity});
  graph.outputs = {s8_clip(graph, y, {-0.5F, 0.5F}, 0.01F, -20)};
  REQUIRE(apply(fuse_activations, graph) == "");
  REQUIRE(graph.nodes.size() == 1);
  CHECK(graph.nodes[NodeId(0)].as<Conv>()->act == Activation{-0.25F, 0.5F});
}

TEST_CASE("an 8-bit clip to another scale stays") {
  Graph graph;
  const TensorId y = s8_conv(graph, 0.01F, -20);
  graph.outputs = {s8_clip(graph, y, {0, 0.5F}, 0.005F, -20)};
  REQUIRE(apply(fuse_activations, graph) == "");
  CHECK(only<Clip>(graph) != nullptr);
}

TEST_CASE("an 8-bit activation is dropped only where its limits are the type's range") {
  const auto act_after = [](float scale, int zero) {
    Graph graph;
    graph.outputs = {s8_conv(graph, scale, zero, {0, 6})};
    REQUIRE(apply(fuse_activations, graph) == "");
    return only<Conv>(graph)->as<Conv>()->act;
  };
  CHECK(act_after(6.0F / 255, -128).none());
  CHECK(act_after(5.9F / 255, -128).none());
  CHECK(act_after(6.1F / 255, -128) == Activation{0, 6});  // 6 is step 251 of 255
  CHECK(act_after(6.0F / 255, -127) == Activation{0, 6});
}

TEST_CASE("an idle 8-bit clip is an identity, or a requantize") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {64}, DType::kI8, quant(0.02F, -128));
  graph.outputs = {s8_clip(graph, x, {0, 6}, 0.02F, -128), s8_clip(graph, x, {0, 6}, 0.01F, -128),
                   s8_clip(graph, x, {0, 6}, 0.01F, 0)};
  REQUIRE(apply(fuse_activations, graph) == "");
  CHECK(count_of<Identity>(graph) == 1);
  CHECK(count_of<Requantize>(graph) == 1);
  CHECK(count_of<Clip>(graph) == 1);
}

TEST_CASE("x * hard_sigmoid(x) is hard_swish") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {64});
  const auto gate = [&](const std::string& name, float alpha) {
    return graph.append(name, Unary{UnaryKind::kHardSigmoid, alpha, 0.5F}, {x});
  };
  SECTION("with the gate of MobileNetV3") {
    const TensorId g = gate("gate", 0.16666667F);
    graph.outputs = {graph.append("mul", Binary{BinaryKind::kMul}, {x, g})};
    REQUIRE(apply(fuse_activations, graph) == "");
    REQUIRE(graph.nodes.size() == 1);
    CHECK(graph.nodes[NodeId(0)].as<Unary>()->kind == UnaryKind::kHardSwish);
  }
  SECTION("but not with another slope") {
    const TensorId g = gate("gate", 0.2F);
    graph.outputs = {graph.append("mul", Binary{BinaryKind::kMul}, {x, g})};
    REQUIRE(apply(fuse_activations, graph) == "");
    CHECK(graph.nodes.size() == 2);
  }
}
