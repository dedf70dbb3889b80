#include "compiler/passes/legalize.h"

#include <utility>

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

TensorId s8_image(Graph& graph, const std::string& name, Quant q = quant(0.05F, 3)) {
  return add_input(graph, name, {1, 6, 6, 8}, DType::kI8, std::move(q));
}

TensorId s8(Graph& graph, const std::string& name, Op op, std::vector<TensorId> inputs, Quant q) {
  const TensorId id = graph.append(name, std::move(op), std::move(inputs));
  graph.tensor(id).quant = std::move(q);
  return id;
}

// Legalizes a graph of one operator on an int8 image. The output must stay exactly equal.
Graph legalized(Op op, Quant out = quant(0.03F, -7)) {
  Graph graph;
  const TensorId x = s8_image(graph, "x");
  graph.outputs = {s8(graph, "y", std::move(op), {x}, std::move(out))};
  set_origins(graph);
  REQUIRE(apply(legalize, graph) == "");
  CHECK(graph.tensor(graph.outputs[0]).name == "y");
  CHECK(graph.tensor(graph.outputs[0]).origins.size() == 1);
  return graph;
}

bool in_float(const Graph& graph) {
  return graph.nodes.size() == 3 && only<Dequantize>(graph) != nullptr &&
         only<Quantize>(graph) != nullptr;
}

bool unchanged(const Graph& graph) {
  return graph.nodes.size() == 1;
}

bool requantized(const Graph& graph) {
  return graph.nodes.size() == 2 && graph.nodes[NodeId(0)].as<Requantize>() != nullptr;
}

Reduce mean(std::vector<int> axes) {
  Reduce reduce;
  reduce.axes = std::move(axes);
  return reduce;
}

Pool pool(PoolKind kind) {
  Pool result;
  result.kind = kind;
  result.kernel = {3, 3};
  result.stride = {2, 2};
  result.pad = {1, 1, 1, 1};
  return result;
}

Resize resize() {
  Resize result;
  result.kind = ResizeKind::kLinear;
  result.size = {11, 11};
  return result;
}

}  // namespace

TEST_CASE("operators with integer kernels stay") {
  CHECK(unchanged(legalized(Unary{UnaryKind::kSigmoid})));
  CHECK(unchanged(legalized(Clip{{0, 2}})));
  CHECK(unchanged(legalized(Requantize{})));
  CHECK(unchanged(legalized(Softmax{3})));
  CHECK(unchanged(legalized(Softmax{1})));
  CHECK(unchanged(legalized(pool(PoolKind::kAverage))));
  CHECK(unchanged(legalized(resize())));
  CHECK(unchanged(legalized(mean({1, 2}))));
  CHECK(unchanged(legalized(mean({3}))));
  CHECK(unchanged(legalized(Reduce{ReduceKind::kSum, {1, 2}, true, {}})));
  const Quant same = quant(0.05F, 3);
  CHECK(unchanged(legalized(Reshape{{1, 36, 8}}, same)));
  CHECK(unchanged(legalized(Transpose{{0, 3, 1, 2}}, same)));
  CHECK(unchanged(legalized(Pad{{0, 1, 0, 0}, {0, 0, 1, 0}, 0.5F}, same)));
  CHECK(unchanged(legalized(Slice{{0, 1, 0, 0}, {1, 2, 1, 1}, {1, 2, 6, 8}}, same)));
  CHECK(unchanged(legalized(pool(PoolKind::kMax), same)));
  CHECK(unchanged(legalized(Identity{}, same)));
}

TEST_CASE("operators without are computed in float") {
  CHECK(in_float(legalized(Reduce{ReduceKind::kMax, {1, 2}, true, {}})));
  CHECK(in_float(legalized(Reduce{ReduceKind::kMin, {1, 2}, true, {}})));
}

TEST_CASE("data movement with a change of scale is requantized first") {
  CHECK(requantized(legalized(Reshape{{1, 36, 8}})));
  CHECK(requantized(legalized(Pad{{0, 1, 0, 0}, {0, 0, 1, 0}, 0})));
  CHECK(requantized(legalized(pool(PoolKind::kMax))));
  Resize nearest = resize();
  nearest.kind = ResizeKind::kNearest;
  CHECK(requantized(legalized(nearest)));
}

TEST_CASE("linear resizing of codes stays, and that of one pixel copies it") {
  for (const bool one_pixel : {false, true}) {
    Graph graph;
    const Shape shape = one_pixel ? Shape{1, 1, 1, 8} : Shape{1, 6, 6, 8};
    const TensorId x = add_input(graph, "x", shape, DType::kI8, quant(0.05F, 3));
    Resize op = resize();
    op.kind = ResizeKind::kLinearOnCodes;
    graph.outputs = {s8(graph, "y", op, {x}, quant(0.05F, 3))};
    set_origins(graph);
    REQUIRE(apply(legalize, graph) == "");
    REQUIRE(unchanged(graph));
    CHECK(graph.nodes[NodeId(0)].as<Resize>()->kind ==
          (one_pixel ? ResizeKind::kNearest : ResizeKind::kLinearOnCodes));
  }
}

TEST_CASE("additions: rows, repeated operands and constants in integers") {
  Graph graph;
  const TensorId x = s8_image(graph, "x");
  TensorId other = kNoTensor;
  bool integer = false;
  SECTION("two tensors") {
    other = s8_image(graph, "other", quant(0.1F, -3));
    integer = true;
  }
  SECTION("a constant of the same shape") {
    other = add_weights_s8(graph, "c", {1, 6, 6, 8});
    integer = true;
  }
  SECTION("a constant of the same shape, per channel") {
    other = add_weights_s8(graph, "c", {1, 6, 6, 8}, 3);
  }
  SECTION("a repeated constant") {
    other = add_weights_s8(graph, "c", GENERATE(Shape{8}, Shape{6, 1, 8}, Shape{1, 1, 6, 1}));
    integer = true;
  }
  SECTION("a repeated tensor") {
    other = add_input(graph, "other", GENERATE(Shape{6, 8}, Shape{1, 1, 1, 8}), DType::kI8,
                      quant(0.1F, -3));
    integer = true;
  }
  graph.outputs = {s8(graph, "y", Binary{BinaryKind::kAdd, {0, 3}}, {x, other}, quant(0.07F, 5))};
  // At ties the integer rule and float may differ by one step, hence the tolerance.
  const TensorId y = dequantize(graph, "real", graph.outputs[0]);
  graph.outputs = {y};
  REQUIRE(apply(legalize, graph, integer ? 0 : 0.03F) == "");
  CHECK((count_of<Quantize>(graph) == 0) == integer);
}

TEST_CASE("what is computed in float shares the dequantized inputs") {
  Graph graph;
  const TensorId x = s8_image(graph, "x");
  graph.outputs = {
      s8(graph, "least", Reduce{ReduceKind::kMin, {1, 2}, true, {}}, {x}, quant(0.05F, 3)),
      s8(graph, "most", Reduce{ReduceKind::kMax, {1, 2}, true, {}}, {x}, quant(0.05F, 3))};
  REQUIRE(apply(legalize, graph) == "");
  CHECK(count_of<Dequantize>(graph) == 1);
  CHECK(count_of<Quantize>(graph) == 2);
}

TEST_CASE("constants that are repeated for some rows only are written out") {
  const BinaryKind kind = GENERATE(BinaryKind::kAdd, BinaryKind::kMul);
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 3, 4, 8}, DType::kI8, quant(0.1F, 3));
  const TensorId c = add_weights_s8(graph, "c", {2, 1, 4, 8});
  graph.outputs = {s8(graph, "y", Binary{kind, {}}, {x, c}, quant(0.2F, 5))};
  REQUIRE(apply(legalize, graph, 0) == "");
  REQUIRE(graph.nodes.size() == 1);
  CHECK(graph.tensor(graph.nodes[NodeId(0)].inputs[1]).shape == Shape{2, 3, 4, 8});
}

TEST_CASE("products and the like stay, unless they are repeated for some rows only") {
  for (BinaryKind kind :
       {BinaryKind::kSub, BinaryKind::kMul, BinaryKind::kDiv, BinaryKind::kMin, BinaryKind::kMax}) {
    Graph graph;
    const TensorId x = s8_image(graph, "x");
    const TensorId y = add_input(graph, "y", {1, 1, 1, 8}, DType::kI8, quant(0.1F, 3));
    graph.outputs = {s8(graph, "z", Binary{kind, {}}, {x, y}, quant(0.2F, -128))};
    REQUIRE(apply(legalize, graph) == "");
    CHECK(graph.nodes.size() == 1);
  }
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 3, 4, 8}, DType::kI8, quant(0.1F, 3));
  const TensorId y = add_input(graph, "y", {2, 1, 4, 8}, DType::kI8, quant(0.1F, 3));
  graph.outputs = {s8(graph, "z", Binary{BinaryKind::kSub, {}}, {x, y}, quant(0.2F, -128))};
  REQUIRE(apply(legalize, graph) == "");
  CHECK(count_of<Dequantize>(graph) == 2);
}

TEST_CASE("concat requantizes the inputs that differ, constants in place") {
  Graph graph;
  const TensorId a = s8_image(graph, "a", quant(0.05F, 3));
  const TensorId b = s8_image(graph, "b", quant(0.02F, -3));
  const TensorId c = add_weights_s8(graph, "c", {1, 6, 6, 8});
  graph.outputs = {s8(graph, "y", Concat{3}, {a, b, c}, quant(0.05F, 3))};
  set_origins(graph);
  REQUIRE(apply(legalize, graph) == "");
  REQUIRE(only<Requantize>(graph) != nullptr);
  CHECK(only<Requantize>(graph)->inputs[0] == b);
  CHECK(graph.nodes.size() == 2);
}

TEST_CASE("activations with a scale per channel are computed in float") {
  Graph graph;
  Quant per_channel;
  for (int i = 0; i < 8; ++i) {
    per_channel.scale.push_back(0.01F * static_cast<float>(i + 1));
    per_channel.zero_point.push_back(i);
  }
  per_channel.axis = 3;
  const TensorId x = s8_image(graph, "x", per_channel);
  SECTION("convolution") {
    const TensorId w = add_weights_s8(graph, "w", {4, 1, 1, 8}, 0);
    const TensorId b = graph.add_constant("b", Constant::ints(DType::kI32, {4}, {1, -200, 30, 4}),
                                          quant(0.001F, 0));
    const TensorId y = s8(graph, "y", Conv{}, {x, w, b}, quant(0.1F, 0));
    graph.outputs = {y};
    legalize(graph);
    const Node* conv = only<Conv>(graph);
    REQUIRE(conv != nullptr);
    CHECK(graph.tensor(conv->output()).type == DType::kF32);
    const auto bias = graph.tensor(conv->inputs[2]).constant->as<float>();
    CHECK(bias[1] == Approx(-0.2F));
    CHECK(graph.tensor(graph.outputs[0]).name == "y");
  }
  SECTION("requantize") {
    graph.outputs = {s8(graph, "y", Requantize{}, {x}, quant(0.1F, 0))};
    REQUIRE(apply(legalize, graph) == "");
    CHECK(graph.nodes.size() == 2);
    CHECK(count_of<Quantize>(graph) == 1);
  }
}

TEST_CASE("plain bytes without quantization are nobody's business") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 6, 6, 3}, DType::kU8);
  const TensorId t = graph.append("t", Transpose{{0, 3, 1, 2}}, {x});
  graph.outputs = {graph.append("c", Cast{DType::kF32}, {t})};
  REQUIRE(apply(legalize, graph) == "");
  CHECK(graph.nodes.size() == 2);
}
