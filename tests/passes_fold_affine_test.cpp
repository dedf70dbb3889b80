#include "compiler/passes/fold_affine.h"

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

namespace spindle {
namespace {

using namespace testing;

std::string run(Graph& graph) {
  return apply(fold_affine, graph);
}

TensorId conv(Graph& graph, const std::string& name, TensorId x, int groups, int pad,
              bool bias = true) {
  const std::int64_t channels = graph.tensor(x).shape[3];
  Conv op;
  op.pad = {pad, pad, pad, pad};
  op.groups = groups;
  std::vector<TensorId> inputs{x, add_floats(graph, name + ".w", {6, 3, 3, channels / groups})};
  if (bias) inputs.push_back(add_floats(graph, name + ".b", {6}));
  return graph.append(name, op, std::move(inputs));
}

TensorId binary(Graph& graph, const std::string& name, BinaryKind kind, TensorId a, TensorId b) {
  return graph.append(name, Binary{kind, {}}, {a, b});
}

}  // namespace

TEST_CASE("every kind folds into the convolution before it") {
  const Shape shape = GENERATE(Shape{}, Shape{1}, Shape{6}, Shape{1, 1, 1, 6});
  const BinaryKind kind =
      GENERATE(BinaryKind::kAdd, BinaryKind::kSub, BinaryKind::kMul, BinaryKind::kDiv);
  const bool bias = GENERATE(true, false);
  Graph graph;
  const TensorId y = conv(graph, "c", add_input(graph, "x", {1, 4, 4, 2}), 1, 1, bias);
  graph.outputs = {binary(graph, "y", kind, y, add_floats(graph, "k", shape, 0.5F, 2))};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 1);
  CHECK(graph.tensor(graph.outputs[0]).name == "y");
}

TEST_CASE("constant first: c - x folds, c / x does not") {
  for (const BinaryKind kind : {BinaryKind::kSub, BinaryKind::kDiv}) {
    Graph graph;
    const TensorId y = conv(graph, "c", add_input(graph, "x", {1, 4, 4, 2}), 1, 1);
    graph.outputs = {binary(graph, "y", kind, add_floats(graph, "k", {6}, 0.5F, 2), y)};
    REQUIRE(run(graph) == "");
    CHECK(graph.nodes.size() == (kind == BinaryKind::kSub ? 1 : 2));
  }
}

TEST_CASE("a chain folds whole, and the last activation stays") {
  Graph graph;
  TensorId y = conv(graph, "c", add_input(graph, "x", {1, 4, 4, 2}), 1, 1, false);
  y = binary(graph, "m", BinaryKind::kMul, y, add_floats(graph, "k1", {6}));
  y = binary(graph, "s", BinaryKind::kSub, y, add_floats(graph, "k2", {}));
  y = binary(graph, "d", BinaryKind::kDiv, y, add_floats(graph, "k3", {6}, 1, 2));
  y = graph.append("a", Binary{BinaryKind::kAdd, {0, 6}}, {y, add_floats(graph, "k4", {6})});
  graph.outputs = {y};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  REQUIRE(graph.nodes.size() == 1);
  CHECK(graph.nodes[NodeId(0)].as<Conv>()->act == Activation{0, 6});
}

TEST_CASE("an activation in between stops folding") {
  Graph graph;
  const TensorId y = conv(graph, "c", add_input(graph, "x", {1, 4, 4, 2}), 1, 1);
  graph.nodes.back().as<Conv>()->act = {0, 6};
  graph.outputs = {binary(graph, "y", BinaryKind::kAdd, y, add_floats(graph, "k", {6}))};
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 2);
}

TEST_CASE("a convolution that others read is not changed") {
  Graph graph;
  const TensorId y = conv(graph, "c", add_input(graph, "x", {1, 4, 4, 2}), 1, 1);
  const TensorId z = binary(graph, "z", BinaryKind::kMul, y, add_floats(graph, "k", {6}));
  const bool second_reader = GENERATE(true, false);
  if (second_reader) {
    graph.outputs = {z, graph.append("r", Clip{{0, 6}}, {y})};
  } else {
    graph.outputs = {z, y};
  }
  REQUIRE(run(graph) == "");
  CHECK(count_of<Binary>(graph) == 1);
}

TEST_CASE("before a padded convolution only multiplications fold") {
  const int groups = GENERATE(1, 2);
  const int pad = GENERATE(0, 1);
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 5, 5, 2});
  const TensorId shifted = binary(graph, "s", BinaryKind::kSub, x, add_floats(graph, "k1", {2}));
  const TensorId scaled =
      binary(graph, "m", BinaryKind::kDiv, shifted, add_floats(graph, "k2", {2}, 0.5F, 2));
  graph.outputs = {conv(graph, "c", scaled, groups, pad)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Binary>(graph) == (pad == 0 ? 0 : 1));
  if (pad != 0) CHECK(only<Binary>(graph)->as<Binary>()->kind == BinaryKind::kAdd);
}

TEST_CASE("into a depthwise convolution with channel multiplier behind it") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 5, 5, 3});
  const TensorId m = binary(graph, "m", BinaryKind::kMul, x, add_floats(graph, "k1", {3}));
  const TensorId a = binary(graph, "a", BinaryKind::kAdd, m, add_floats(graph, "k2", {3}));
  graph.outputs = {conv(graph, "c", a, 3, 0, false)};
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 1);
}

TEST_CASE("an operator that two convolutions read is not folded into either") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 5, 5, 2});
  const TensorId m = binary(graph, "m", BinaryKind::kMul, x, add_floats(graph, "k", {2}));
  graph.outputs = {conv(graph, "c1", m, 1, 0), conv(graph, "c2", m, 1, 0)};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Binary>(graph) == 1);
}

TEST_CASE("MatMul and Add: the bias of a Dense") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 3});
  const TensorId y = graph.append("y", Dense{}, {x, add_floats(graph, "w", {4, 3})});
  graph.outputs = {binary(graph, "z", BinaryKind::kAdd, add_floats(graph, "b", {4}), y)};
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 1);
  CHECK(graph.nodes[NodeId(0)].inputs.size() == 3);
}

TEST_CASE("constants along rows, of full size, or that enlarge the result stay") {
  const Shape shape =
      GENERATE(Shape{1, 4, 1, 1}, Shape{1, 4, 4, 6}, Shape{4, 1}, Shape{2, 1, 1, 6});
  Graph graph;
  const TensorId y = conv(graph, "c", add_input(graph, "x", {1, 4, 4, 2}), 1, 1);
  graph.outputs = {binary(graph, "y", BinaryKind::kAdd, y, add_floats(graph, "k", shape))};
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 2);
}

TEST_CASE("weights shared with another convolution are copied") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 3});
  const TensorId w = add_floats(graph, "w", {3, 3});
  const TensorId y = graph.append("y", Dense{}, {x, w});
  const TensorId m = binary(graph, "m", BinaryKind::kMul, y, add_floats(graph, "k", {3}));
  graph.outputs = {graph.append("z", Dense{}, {m, w})};
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 2);
}

TEST_CASE("what a Quantize rounds is divided as the file has it, but by powers of two") {
  const float divisor = GENERATE(255.0F, 0.25F);
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 4, 4, 3}, DType::kF32);
  const TensorId k = graph.add_constant("k", Constant::floats({}, {divisor}));
  const TensorId scaled = binary(graph, "scaled", BinaryKind::kDiv, x, k);
  const TensorId shifted = binary(graph, "shifted", BinaryKind::kSub, scaled, k);
  const TensorId real = binary(graph, "real", BinaryKind::kDiv, x, k);
  graph.outputs = {quantize(graph, "y", shifted, 0.02F, 3), real};
  REQUIRE(apply(fold_affine, graph, 1e-6F) == "");  // `real` is a product now, which may round
  const auto kind_of = [&](TensorId id) {
    return graph.nodes[graph.producer(id)].as<Binary>()->kind;
  };
  CHECK(kind_of(scaled) == (divisor == 0.25F ? BinaryKind::kMul : BinaryKind::kDiv));
  CHECK(kind_of(shifted) == BinaryKind::kAdd);
  CHECK(kind_of(real) == BinaryKind::kMul);
}

TEST_CASE("division by zero and overflowing weights are not folded") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 3});
  const TensorId w = graph.add_constant("w", Constant::floats({1, 3}, {1e38F, 0, 1}));
  const TensorId y = graph.append("y", Dense{}, {x, w});
  const TensorId k = graph.add_constant("k", Constant::floats({}, {1e30F}));
  const TensorId zero = graph.add_constant("zero", Constant::floats({}, {0}));
  graph.outputs = {binary(graph, "m", BinaryKind::kMul, y, k),
                   binary(graph, "d", BinaryKind::kDiv, x, zero)};
  fold_affine(graph);
  CHECK(graph.nodes.size() == 3);
  CHECK(only<Dense>(graph)->inputs[1] == w);
}

}  // namespace spindle
