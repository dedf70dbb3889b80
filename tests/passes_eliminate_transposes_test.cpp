#include "compiler/passes/eliminate_transposes.h"

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

namespace spindle {
namespace {

using namespace testing;

// A 3x3 convolution of an NCHW tensor, in the form that the importer makes.
TensorId conv(Graph& graph, const std::string& name, TensorId x, std::int64_t out_channels,
              int stride = 1) {
  const std::int64_t channels = graph.tensor(x).shape[1];
  const TensorId w = add_floats(graph, name + ".w", {out_channels, 3, 3, channels});
  const TensorId b = add_floats(graph, name + ".b", {out_channels});
  Conv op;
  op.stride = {stride, stride};
  op.pad = {1, 1, 1, 1};
  const TensorId image = to_nhwc(graph, name + ".in", x);
  return to_nchw(graph, name, graph.append(name + ".nhwc", op, {image, w, b}));
}

TensorId relu6(Graph& graph, const std::string& name, TensorId x) {
  return graph.append(name, Clip{{0, 6}}, {x});
}

std::string run(Graph& graph) {
  return apply(eliminate_transposes, graph);
}

bool has_origin(const Graph& graph, const std::string& name) {
  for (const Node& node : graph.nodes) {
    for (const Origin& origin : graph.tensor(node.output()).origins) {
      if (origin.name == name) return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("a chain of convolutions keeps one Transpose at the input and one at the output") {
  Graph graph;
  TensorId x = add_input(graph, "x", {1, 3, 6, 5});
  x = relu6(graph, "r1", conv(graph, "c1", x, 8, 2));
  x = relu6(graph, "r2", conv(graph, "c2", x, 4));
  graph.outputs = {x};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 2);
  CHECK(graph.nodes.front().as<Transpose>() != nullptr);
  CHECK(graph.nodes.back().as<Transpose>() != nullptr);
  CHECK(has_origin(graph, "r1"));
  CHECK(has_origin(graph, "c1"));
}

TEST_CASE("an NHWC model has no Transpose left") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 6, 5, 3});
  const TensorId y = relu6(graph, "r", conv(graph, "c", to_nchw(graph, "in", x), 4));
  graph.outputs = {to_nhwc(graph, "out", y)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 0);
  CHECK(graph.tensor(graph.outputs[0]).name == "out");
  CHECK(has_origin(graph, "r"));
}

TEST_CASE("a residual addition moves to NHWC with both of its inputs") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 4, 5, 6});
  const TensorId a = relu6(graph, "a", conv(graph, "c1", x, 4));
  const TensorId b = conv(graph, "c3", relu6(graph, "r", conv(graph, "c2", a, 6)), 4);
  const TensorId sum = graph.append("sum", Binary{}, {a, b});
  graph.outputs = {conv(graph, "c4", sum, 2)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 2);
  CHECK(has_origin(graph, "sum"));
}

TEST_CASE("an addition of the graph input costs no further Transpose") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 4, 5, 6});
  const TensorId sum = graph.append("sum", Binary{}, {x, conv(graph, "c1", x, 4)});
  graph.outputs = {conv(graph, "c2", sum, 2)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 2);
}

TEST_CASE("the Transpose at a quantized input stands before Quantize") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 3, 4, 5});
  const TensorId q = quantize(graph, "q", x, 0.02F, 3);
  const TensorId y = conv(graph, "c", dequantize(graph, "d", q), 4);
  graph.outputs = {
      conv(graph, "c2", dequantize(graph, "d2", quantize(graph, "q2", y, 0.1F, 0)), 4)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 2);
  REQUIRE(graph.nodes.front().as<Transpose>() != nullptr);
  CHECK(graph.nodes.front().inputs[0] == graph.inputs[0]);
}

TEST_CASE("constants broadcast along channels are permuted") {
  const std::vector<Shape> shapes{{1, 4, 1, 1}, {4, 1, 1}, {1, 1, 1, 1}, {},
                                  {6},          {4, 5, 6}, {1, 4, 5, 6}};
  for (const Shape& shape : shapes) {
    for (const bool constant_first : {false, true}) {
      INFO("shape " << to_string(shape));
      Graph graph;
      const TensorId x = add_input(graph, "x", {1, 2, 5, 6});
      const TensorId c = add_floats(graph, "k", shape);
      const TensorId y = conv(graph, "c1", x, 4);
      const TensorId z = graph.append("z", Binary{BinaryKind::kSub, {}},
                                      constant_first ? std::vector{c, y} : std::vector{y, c});
      graph.outputs = {conv(graph, "c2", z, 2)};
      set_origins(graph);
      REQUIRE(run(graph) == "");
      CHECK(count_of<Transpose>(graph) == 2);
    }
  }
}

TEST_CASE("a dequantized constant of lower rank is permuted with its quantization") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 2, 5, 6});
  const TensorId k = dequantize(graph, "k", add_weights_s8(graph, "k.q", {4, 1, 1}, 0));
  const TensorId z = graph.append("z", Binary{BinaryKind::kMul, {}}, {conv(graph, "c1", x, 4), k});
  graph.outputs = {conv(graph, "c2", z, 2)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 2);
  CHECK(count_of<Reshape>(graph) == 0);
}

TEST_CASE("squeeze and excitation: a run-time operand of lower rank is broadcast correctly") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 3, 5, 6});
  const TensorId y = relu6(graph, "r", conv(graph, "c1", x, 4));
  const TensorId mean = graph.append("mean", Reduce{ReduceKind::kMean, {2, 3}, false, {}}, {y});
  const TensorId dense = graph.append("dense", Dense{}, {mean, add_floats(graph, "w", {4, 4})});
  const TensorId gate = graph.append("gate", Reshape{{4, 1, 1}}, {dense});
  const TensorId z = graph.append("z", Binary{BinaryKind::kMul, {}}, {y, gate});
  graph.outputs = {conv(graph, "c2", z, 2)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 2);
}

TEST_CASE("axes of operators in the region follow") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 3, 5, 6});
  const TensorId y = conv(graph, "c1", x, 4);
  Pad pad{{0, 0, 1, 0}, {0, 0, 0, 2}, 0.5F};
  const TensorId padded = graph.append("padded", pad, {y});
  Slice slice{{0, 1, 5, 0}, {1, 1, -1, 2}, {1, 3, 5, 4}};
  const TensorId cut = graph.append("cut", slice, {padded});
  const TensorId joined = graph.append("joined", Concat{1}, {cut, cut});
  const TensorId soft = graph.append("soft", Softmax{1}, {joined});
  const TensorId peak = graph.append("peak", Reduce{ReduceKind::kMax, {1}, true, {}}, {soft});
  const TensorId z = graph.append("z", Binary{BinaryKind::kDiv, {}}, {soft, peak});
  graph.outputs = {conv(graph, "c2", z, 2)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 2);
}

TEST_CASE("batch normalization moves to the last axis") {
  Graph graph;
  const TensorId y = conv(graph, "c1", add_input(graph, "x", {1, 3, 5, 6}), 4);
  const std::vector<TensorId> inputs{y, add_floats(graph, "gamma", {4}),
                                     add_floats(graph, "beta", {4}), add_floats(graph, "mean", {4}),
                                     add_floats(graph, "var", {4}, 0.1F, 2)};
  graph.outputs = {conv(graph, "c2", graph.append("bn", BatchNorm{1e-3F, 1}, inputs), 2)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 2);
  CHECK(only<BatchNorm>(graph)->as<BatchNorm>()->axis == 3);
}

TEST_CASE("reductions that drop dimensions leave the rest in order") {
  for (const std::vector<int>& axes :
       {std::vector<int>{2, 3}, {1}, {0, 1}, {3}, {1, 2, 3}, {0, 2}}) {
    INFO("first axis " << axes[0] << " of " << axes.size());
    Graph graph;
    const TensorId y = relu6(graph, "r", conv(graph, "c", add_input(graph, "x", {1, 3, 5, 6}), 4));
    graph.outputs = {graph.append("mean", Reduce{ReduceKind::kMean, axes, false, {}}, {y})};
    set_origins(graph);
    REQUIRE(run(graph) == "");
    CHECK(graph.nodes.front().as<Transpose>() != nullptr);
    CHECK(count_of<Transpose>(graph) <= 2);
  }
}

TEST_CASE("ArgMax over the scores of an NCHW network leaves no Transpose behind it") {
  for (const bool keep : {false, true}) {
    Graph graph;
    const TensorId y = conv(graph, "c", add_input(graph, "x", {1, 3, 5, 6}), 4);
    graph.outputs = {graph.append("label", ArgMax{1, keep, false, false}, {y})};
    set_origins(graph);
    REQUIRE(run(graph) == "");
    CHECK(count_of<Transpose>(graph) == 1);
  }
}

TEST_CASE("flatten of an NCHW image permutes the weights of the Dense behind it") {
  Graph graph;
  const TensorId y = relu6(graph, "r", conv(graph, "c", add_input(graph, "x", {1, 3, 4, 4}), 5));
  const TensorId flat = graph.append("flat", Reshape{{1, 80}}, {y});
  const TensorId act = graph.append("act", Unary{UnaryKind::kTanh}, {flat});
  const TensorId w = add_floats(graph, "w", {7, 80});
  graph.outputs = {graph.append("y1", Dense{}, {flat, w, add_floats(graph, "b", {7})}),
                   graph.append("y2", Dense{}, {act, w})};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 1);
  CHECK(has_origin(graph, "flat"));
  CHECK_FALSE(has_origin(graph, "act"));
}

TEST_CASE("flatten into quantized weights: per-output scales allowed, per-input scales not") {
  for (const int axis : {-1, 0, 1}) {
    Graph graph;
    const TensorId y = conv(graph, "c", add_input(graph, "x", {1, 3, 4, 4}), 5);
    const TensorId q = quantize(graph, "q", y, 0.05F, -3);
    const TensorId flat = graph.append("flat", Reshape{{1, 80}}, {dequantize(graph, "d", q)});
    const TensorId again = dequantize(graph, "d2", quantize(graph, "q2", flat, 0.05F, -3));
    const TensorId w = dequantize(graph, "w", add_weights_s8(graph, "w.q", {7, 80}, axis));
    graph.outputs = {graph.append("y", Dense{}, {again, w})};
    set_origins(graph);
    REQUIRE(run(graph) == "");
    CHECK(count_of<Transpose>(graph) == (axis == 1 ? 2 : 1));
  }
}

TEST_CASE("a flatten of a batch permutes weights, but never the batch into them") {
  Graph graph;
  SECTION("channels to the back") {
    const TensorId x = add_input(graph, "x", {2, 4, 4, 3});
    const TensorId flat = graph.append("flat", Reshape{{2, 48}}, {to_nchw(graph, "t", x)});
    graph.outputs = {graph.append("y", Dense{}, {flat, add_floats(graph, "w", {5, 48})})};
    REQUIRE(run(graph) == "");
    CHECK(count_of<Transpose>(graph) == 0);
  }
  SECTION("batch in the middle") {
    const TensorId x = add_input(graph, "x", {3, 2, 4});
    const TensorId t = graph.append("t", Transpose{{1, 0, 2}}, {x});
    const TensorId flat = graph.append("flat", Reshape{{2, 12}}, {t});
    graph.outputs = {graph.append("y", Dense{}, {flat, add_floats(graph, "w", {5, 12})})};
    REQUIRE(run(graph) == "");
    CHECK(count_of<Transpose>(graph) == 1);
  }
}

TEST_CASE("a flatten that somebody else reads keeps its order") {
  Graph graph;
  const TensorId y = conv(graph, "c", add_input(graph, "x", {1, 3, 4, 4}), 5);
  const TensorId flat = graph.append("flat", Reshape{{1, 80}}, {y});
  graph.outputs = {graph.append("y", Dense{}, {flat, add_floats(graph, "w", {7, 80})}), flat};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 2);
}

TEST_CASE("a Transpose that moves only extents of 1 becomes a Reshape") {
  Graph graph;
  const TensorId y = conv(graph, "c", add_input(graph, "x", {1, 3, 3, 3}), 5, 3);
  graph.outputs = {graph.append("flat", Reshape{{1, 5}}, {y})};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 1);
  CHECK(count_of<Reshape>(graph) == 1);
}

TEST_CASE("detection heads: a Transpose of the model and the importer's cancel") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 3, 4, 4});
  std::vector<TensorId> parts;
  for (const int i : {0, 1}) {
    const std::string n = std::to_string(i);
    const TensorId y =
        dequantize(graph, "d" + n, quantize(graph, "q" + n, conv(graph, "c" + n, x, 6), 0.1F, 0));
    parts.push_back(graph.append("f" + n, Reshape{{1, 32, 3}}, {to_nhwc(graph, "t" + n, y)}));
  }
  graph.outputs = {graph.append("boxes", Concat{1}, parts)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 1);
}

TEST_CASE("Transpose, Reshape, Transpose that keep the order collapse; others do not") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 4, 6, 3});
  const TensorId flat = graph.append("flat", Reshape{{1, 3, 24}}, {to_nchw(graph, "t", x)});
  SECTION("to [1, pixels, channels]") {
    graph.outputs = {graph.append("y", Transpose{{0, 2, 1}}, {flat})};
    set_origins(graph);
    REQUIRE(run(graph) == "");
    CHECK(count_of<Transpose>(graph) == 0);
  }
  SECTION("across the pixels") {
    const TensorId odd = graph.append("odd", Reshape{{1, 9, 8}}, {flat});
    graph.outputs = {graph.append("y", Transpose{{0, 2, 1}}, {odd})};
    set_origins(graph);
    REQUIRE(run(graph) == "");
    CHECK(count_of<Transpose>(graph) == 2);
  }
}

TEST_CASE("graph outputs in the middle keep names, layout and meaning") {
  Graph graph;
  const TensorId y = conv(graph, "c1", add_input(graph, "x", {1, 3, 5, 6}), 4);
  const TensorId r = relu6(graph, "r", y);
  graph.outputs = {y, r, conv(graph, "c2", r, 2)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 4);
}

TEST_CASE("a Transpose between a graph input and a graph output stays") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 3, 5, 6});
  graph.outputs = {to_nhwc(graph, "y", x)};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 1);
}

TEST_CASE("a pair of inverse Transposes between input and output leaves a copy") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 3, 5, 6});
  graph.outputs = {to_nchw(graph, "y", to_nhwc(graph, "t", x))};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 0);
  CHECK(count_of<Identity>(graph) == 1);
}

TEST_CASE("three-way permutations merge into one") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 3, 4});
  const TensorId a = graph.append("a", Transpose{{1, 2, 0}}, {x});
  const TensorId b = graph.append("b", Unary{UnaryKind::kAbs}, {a});
  graph.outputs = {graph.append("y", Transpose{{1, 2, 0}}, {b})};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  REQUIRE(count_of<Transpose>(graph) == 1);
  CHECK(only<Transpose>(graph)->as<Transpose>()->perm == std::vector<int>{2, 0, 1});
}

TEST_CASE("per-channel activations keep their axis on the channels") {
  Graph graph;
  const TensorId y = conv(graph, "c1", add_input(graph, "x", {1, 3, 5, 6}), 2);
  const TensorId q = graph.append("q", Quantize{}, {y});
  graph.tensor(q).quant = Quant{{0.1F, 0.02F}, {3, -7}, 1};
  graph.outputs = {conv(graph, "c2", dequantize(graph, "d", q), 2)};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(count_of<Transpose>(graph) == 2);
  CHECK(graph.tensor(only<Quantize>(graph)->output()).quant->axis == 3);
}

}  // namespace spindle
