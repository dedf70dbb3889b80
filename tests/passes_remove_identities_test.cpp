#include "compiler/passes/remove_identities.h"

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

namespace spindle {
namespace {

using namespace testing;

std::string run(Graph& graph) {
  return apply(remove_identities, graph);
}

Resize resize(std::int64_t height, std::int64_t width) {
  Resize op;
  op.kind = ResizeKind::kLinear;
  op.size = {height, width};
  return op;
}

}  // namespace

TEST_CASE("operators that return their input are dropped") {
  Resize aligned = resize(4, 5);
  aligned.coordinates = ResizeCoordinates::kAlignCorners;
  aligned.scale = {1.2F, 1.1F};
  const std::vector<Op> ops{Identity{},
                            Cast{DType::kF32},
                            Pad{{0, 0, 0, 0}, {0, 0, 0, 0}, 7},
                            Reshape{{1, 4, 5, 3}},
                            Transpose{{0, 1, 2, 3}},
                            Concat{2},
                            Slice{{0, 0, 0, 0}, {7, 1, 1, 1}, {1, 4, 5, 3}},
                            Clip{},
                            resize(4, 5),
                            aligned};
  for (const Op& op : ops) {
    INFO(name_of(op));
    Graph graph;
    const TensorId x = add_input(graph, "x", {1, 4, 5, 3});
    const TensorId y = graph.append("y", op, {graph.append("a", Unary{UnaryKind::kAbs}, {x})});
    graph.outputs = {graph.append("z", Unary{UnaryKind::kNeg}, {y})};
    set_origins(graph);
    REQUIRE(run(graph) == "");
    REQUIRE(graph.nodes.size() == 2);
    CHECK(graph.tensor(graph.nodes[NodeId(0)].output()).origins.size() == 2);
  }
}

TEST_CASE("operators that only look alike stay") {
  Resize scaled = resize(4, 5);
  scaled.scale = {1.2F, 1.1F};
  const std::vector<Op> ops{Pad{{0, 1, 0, 0}, {0, -1, 0, 0}, 0},
                            Pad{{0, 0, 0, 0}, {0, 0, 1, 0}, 0},
                            Slice{{0, 3, 0, 0}, {1, -1, 1, 1}, {1, 4, 5, 3}},
                            Clip{{-100, 100}},
                            Transpose{{0, 2, 1, 3}},
                            scaled};
  for (const Op& op : ops) {
    INFO(name_of(op));
    Graph graph;
    const TensorId x = add_input(graph, "x", {1, 4, 5, 3});
    graph.outputs = {graph.append("y", op, {graph.append("a", Unary{UnaryKind::kAbs}, {x})})};
    REQUIRE(run(graph) == "");
    CHECK(graph.nodes.size() == 2);
  }
}

TEST_CASE("an 8-bit operator with another quantization behind it stays") {
  for (const bool same : {true, false}) {
    Graph graph;
    const TensorId x = add_input(graph, "x", {4, 3}, DType::kI8, quant(0.1F, 3));
    const TensorId a = graph.append("a", Reshape{{4, 3}}, {x});
    graph.tensor(a).quant = quant(0.1F, same ? 3 : 4);
    const TensorId b = graph.append("b", Requantize{}, {a});
    graph.tensor(b).quant = graph.tensor(a).quant;
    graph.outputs = {graph.append("y", Dequantize{}, {b})};
    REQUIRE(run(graph) == "");
    CHECK(graph.nodes.size() == (same ? 1 : 2));
  }
}

TEST_CASE("a graph output keeps its name when the operator before it takes its place") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {3});
  const TensorId a = graph.append("a", Unary{UnaryKind::kAbs}, {x});
  graph.outputs = {graph.append("y", Identity{}, {graph.append("i", Identity{}, {a})})};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  REQUIRE(graph.nodes.size() == 1);
  CHECK(graph.tensor(graph.outputs[0]).name == "y");
  CHECK(graph.tensor(graph.outputs[0]).origins.size() == 3);
}

TEST_CASE("outputs that alias inputs, constants or outputs keep an Identity") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {3});
  const TensorId k = add_floats(graph, "k", {3});
  const TensorId a = graph.append("a", Unary{UnaryKind::kAbs}, {x});
  graph.outputs = {graph.append("y1", Cast{DType::kF32}, {x}), graph.append("y2", Identity{}, {k}),
                   a, graph.append("y3", Reshape{{3}}, {a})};
  REQUIRE(run(graph) == "");
  CHECK(count_of<Identity>(graph) == 3);
  CHECK(graph.nodes.size() == 4);
}

TEST_CASE("a Reshape of a Reshape is one") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 12});
  const TensorId a = graph.append("a", Unary{UnaryKind::kAbs}, {x});
  const TensorId b = graph.append("b", Reshape{{4, 6}}, {a});
  graph.outputs = {graph.append("y", Reshape{{24}}, {graph.append("c", Reshape{{3, 8}}, {b})})};
  set_origins(graph);
  REQUIRE(run(graph) == "");
  CHECK(graph.nodes.size() == 2);
  CHECK(graph.tensor(graph.nodes[NodeId(0)].output()).origins.size() == 3);
}

}  // namespace spindle
