#include "compiler/passes/divide_outputs.h"

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// A graph that concatenates two heads of 8-bit scores, [1, 6, 2] and [1, 4, 2].
struct Heads {
  Graph graph;
  TensorId scores = kNoTensor;

  Heads() {
    const TensorId a = add_input(graph, "a", {1, 6, 2}, DType::kI8, quant(0.1F, 3));
    const TensorId b = add_input(graph, "b", {1, 4, 2}, DType::kI8, quant(0.1F, 3));
    scores = graph.append("scores", Concat{1}, {a, b});
    graph.tensor(scores).quant = quant(0.1F, 3);
  }

  TensorId softmax(int axis) {
    const TensorId y = graph.append("softmax", Softmax{axis}, {scores});
    graph.tensor(y).type = DType::kI8;
    graph.tensor(y).quant = quant(1.0F / 256, -128);
    return y;
  }
};

}  // namespace

TEST_CASE("what ends in an output is computed part by part") {
  Heads heads;
  heads.graph.outputs = {dequantize(heads.graph, "y", heads.softmax(2))};
  REQUIRE(apply(divide_outputs, heads.graph) == "");
  CHECK(count_of<Softmax>(heads.graph) == 2);
  CHECK(count_of<Dequantize>(heads.graph) == 2);
  const Node* concat = only<Concat>(heads.graph);
  REQUIRE(concat != nullptr);
  CHECK(concat->output() == heads.graph.outputs[0]);
  CHECK(heads.graph.tensor(concat->output()).name == "y");
}

TEST_CASE("a softmax over the parts together stays behind them") {
  Heads heads;
  heads.graph.outputs = {dequantize(heads.graph, "y", heads.softmax(1))};
  REQUIRE(apply(divide_outputs, heads.graph) == "");
  CHECK(count_of<Softmax>(heads.graph) == 1);
  CHECK(count_of<Dequantize>(heads.graph) == 1);
}

TEST_CASE("a concatenation that something else reads stays whole") {
  Heads heads;
  const TensorId y = dequantize(heads.graph, "y", heads.scores);
  heads.graph.outputs = {y, heads.scores};
  REQUIRE(apply(divide_outputs, heads.graph) == "");
  CHECK(heads.graph.nodes.size() == 2);
}

TEST_CASE("a result that something else reads is divided, and put together for it") {
  Heads heads;
  const TensorId y = dequantize(heads.graph, "y", heads.scores);
  heads.graph.outputs = {heads.graph.append("z", Unary{UnaryKind::kExp}, {y}), y};
  REQUIRE(apply(divide_outputs, heads.graph) == "");
  CHECK(count_of<Dequantize>(heads.graph) == 2);
  CHECK(count_of<Unary>(heads.graph) == 1);
}

TEST_CASE("an index that is cast to another integer is written as such") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 4, 4, 21}, DType::kI8, quant(0.1F, 3));
  const TensorId index = graph.append("index", ArgMax{3, false, false, false}, {x});
  SECTION("to uint8") {
    graph.outputs = {graph.append("classes", Cast{DType::kU8}, {index})};
  }
  SECTION("to int32") {
    graph.outputs = {graph.append("classes", Cast{DType::kI32}, {index})};
  }
  REQUIRE(apply(divide_outputs, graph) == "");
  CHECK(count_of<Cast>(graph) == 0);
  REQUIRE(graph.nodes.size() == 1);
  CHECK(graph.nodes[NodeId(0)].as<ArgMax>() != nullptr);
}

TEST_CASE("an index of more classes than uint8 has is cast") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 2, 2, 300}, DType::kI8, quant(0.1F, 3));
  const TensorId index = graph.append("index", ArgMax{3, false, false, false}, {x});
  graph.outputs = {graph.append("classes", Cast{DType::kU8}, {index})};
  REQUIRE(apply(divide_outputs, graph) == "");
  CHECK(count_of<Cast>(graph) == 1);
}
