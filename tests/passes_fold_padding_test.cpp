#include "compiler/passes/fold_padding.h"

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

namespace spindle {
namespace {

using namespace testing;

std::string run(Graph& graph) {
  return apply(fold_padding, graph);
}

Pad rows_and_columns(Padding pad, float value = 0) {
  return {{0, pad.top, pad.left, 0}, {0, pad.bottom, pad.right, 0}, value};
}

TensorId conv(Graph& graph, const std::string& name, TensorId x, Padding pad = {}) {
  Conv op;
  op.stride = {2, 2};
  op.pad = pad;
  return graph.append(name, op,
                      {x, add_floats(graph, name + ".w", {4, 3, 3, graph.tensor(x).shape[3]})});
}

TensorId pool(Graph& graph, TensorId x, PoolKind kind, Padding pad = {}, bool include = false,
              bool ceil = false) {
  Pool op;
  op.kind = kind;
  op.kernel = {3, 3};
  op.stride = {2, 2};
  op.pad = pad;
  op.count_include_pad = include;
  op.ceil_mode = ceil;
  return graph.append("pool", op, {x});
}

}  // namespace

TEST_CASE("asymmetric pads merge with those of the convolution") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 6, 7, 2});
  const TensorId p = graph.append("p", rows_and_columns({0, 1, 1, 2}), {x});
  graph.outputs = {conv(graph, "c", p, {1, 0, 0, 1})};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  REQUIRE(graph.nodes.size() == 1);
  CHECK(graph.nodes[NodeId(0)].as<Conv>()->pad == Padding{1, 1, 1, 3});
}

TEST_CASE("a Pad that two convolutions read goes into both") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 6, 7, 2});
  const TensorId p = graph.append("p", rows_and_columns({0, 0, 1, 1}), {x});
  graph.outputs = {conv(graph, "c1", p), conv(graph, "c2", p, {1, 1, 1, 1})};
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 2);
}

TEST_CASE("a Pad that is read otherwise too, or is a graph output, stays for that") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 6, 7, 2});
  const TensorId p = graph.append("p", rows_and_columns({0, 0, 1, 1}), {x});
  graph.outputs = {conv(graph, "c", p), p};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Pad>(graph) == 1);
  CHECK(only<Conv>(graph)->inputs[0] == x);
}

TEST_CASE("two Pads in a row both fold") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 6, 7, 2});
  const TensorId p = graph.append("p", rows_and_columns({0, 0, 1, 1}), {x});
  graph.outputs = {conv(graph, "c", graph.append("p2", rows_and_columns({1, 0, 0, 0}), {p}))};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Pad>(graph) == 0);
}

TEST_CASE("Pads that a convolution cannot do stay") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 6, 7, 2});
  Pad pad = rows_and_columns({1, 1, 1, 1});
  SECTION("a value") {
    pad.value = 0.5F;
  }
  SECTION("cropping") {
    pad.before[1] = -1;
  }
  SECTION("cropping on the far side") {
    pad.after[2] = -1;
  }
  SECTION("channels") {
    pad.after[3] = 1;
  }
  SECTION("batch") {
    pad.before[0] = 1;
  }
  graph.outputs = {conv(graph, "c", graph.append("p", pad, {x}), {1, 1, 1, 1})};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Pad>(graph) == 1);
}

TEST_CASE("8-bit: the zero point is zero, and the quantization must not change") {
  const std::int32_t out_zero = GENERATE(-128, 7);
  const float value = GENERATE(0.0F, 0.001F, 1.0F);
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 6, 7, 2}, DType::kI8, quant(0.02F, 7));
  const TensorId p = graph.append("p", rows_and_columns({0, 0, 1, 1}, value), {x});
  graph.tensor(p).quant = quant(0.02F, out_zero);
  Conv op;
  op.stride = {2, 2};
  const TensorId y = graph.append("y", op, {p, add_weights_s8(graph, "w", {4, 3, 3, 2}, 0)});
  graph.tensor(y).quant = quant(0.05F, 1);
  graph.outputs = {y};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Pad>(graph) == (out_zero == 7 && value < 0.5F ? 0 : 1));
}

TEST_CASE("average pooling counts the padding that it takes over") {
  struct Case {
    Padding pad;
    bool include, ceil, folds;
  };
  const Case c = GENERATE(Case{{}, false, false, true}, Case{{}, true, false, true},
                          Case{{1, 0, 0, 1}, true, false, true},
                          Case{{1, 0, 0, 1}, false, false, false}, Case{{}, false, true, false});
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 6, 7, 2});
  const TensorId p = graph.append("p", rows_and_columns({1, 0, 1, 2}), {x});
  graph.outputs = {pool(graph, p, PoolKind::kAverage, c.pad, c.include, c.ceil)};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Pad>(graph) == (c.folds ? 0 : 1));
}

TEST_CASE("maximum pooling does not see its own padding as zeros") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 6, 7, 2});
  const TensorId p = graph.append("p", rows_and_columns({1, 1, 1, 1}), {x});
  graph.outputs = {pool(graph, p, PoolKind::kMax)};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Pad>(graph) == 1);
}

}  // namespace spindle
