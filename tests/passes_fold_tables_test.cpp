#include "compiler/passes/fold_tables.h"

#include <cmath>
#include <vector>

#include "tests/catch.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// Computes (byte - mean) / std for a picture of three channels, by a table with one function for
// all channels or three functions.
TensorId picture(Graph& graph, std::int64_t functions) {
  std::vector<float> values;
  for (std::int64_t c = 0; c < functions; ++c) {
    for (int byte = 0; byte < 256; ++byte) {
      const float centered = static_cast<float>(byte) - 127.5F - static_cast<float>(c);
      values.push_back(centered / 58.395F);
    }
  }
  const TensorId table = graph.add_constant("table", Constant::floats({functions, 256}, values));
  const TensorId x = add_input(graph, "x", {1, 4, 5, 3}, DType::kU8, quant(1, 0));
  return graph.append("real", Table{functions == 1 ? -1 : 3}, {x, table});
}

TensorId binary(Graph& graph, const std::string& name, BinaryKind kind, TensorId a, TensorId b) {
  return graph.append(name, Binary{kind, {}}, {a, b});
}

}  // namespace

TEST_CASE("what follows a table element by element becomes part of it, to the bit") {
  const std::int64_t functions = GENERATE(1, 3);
  Graph graph;
  TensorId y = picture(graph, functions);
  int channels = static_cast<int>(functions);
  SECTION("functions of one value") {
    y = graph.append("sigmoid", Unary{UnaryKind::kSigmoid}, {y});
    y = graph.append("clip", Clip{{0.2F, 0.8F}}, {y});
  }
  SECTION("one constant, on either side") {
    y = binary(graph, "div", BinaryKind::kDiv, y, add_floats(graph, "k", {}, 2, 3));
    y = binary(graph, "sub", BinaryKind::kSub, add_floats(graph, "l", {1, 1}), y);
  }
  SECTION("constants by channel") {
    y = binary(graph, "sub", BinaryKind::kSub, y, add_floats(graph, "k", {3}));
    y = binary(graph, "div", BinaryKind::kDiv, y, add_floats(graph, "l", {1, 1, 1, 3}, 2, 3));
    channels = 3;
  }
  SECTION("quantization, then nothing more") {
    y = binary(graph, "sub", BinaryKind::kSub, y, add_floats(graph, "k", {3}));
    y = quantize(graph, "q", y, 0.0187F, -7);
    y = dequantize(graph, "back", y);
    channels = 3;
  }
  graph.outputs = {y};
  REQUIRE(apply(fold_tables, graph, 0) == "");
  REQUIRE(only<Table>(graph) != nullptr);
  CHECK(graph.nodes.size() == (count_of<Dequantize>(graph) == 1 ? 2 : 1));
  const Node& table = *only<Table>(graph);
  CHECK(graph.tensor(table.inputs[1]).shape == Shape{channels, 256});
}

TEST_CASE("what is not a function of one value and its channel stays") {
  Graph graph;
  const TensorId y = picture(graph, 3);
  SECTION("a constant by column") {
    graph.outputs = {binary(graph, "mul", BinaryKind::kMul, y, add_floats(graph, "k", {5, 1}))};
  }
  SECTION("a constant by row and channel") {
    graph.outputs = {binary(graph, "mul", BinaryKind::kMul, y, add_floats(graph, "k", {4, 1, 3}))};
  }
  SECTION("the table's result twice") {
    graph.outputs = {binary(graph, "mul", BinaryKind::kMul, y, y)};
  }
  SECTION("a result that is used twice") {
    graph.outputs = {graph.append("neg", Unary{UnaryKind::kNeg}, {y}), y};
  }
  SECTION("another tensor") {
    graph.outputs = {binary(graph, "mul", BinaryKind::kMul, y, add_input(graph, "z", {3}))};
  }
  REQUIRE(apply(fold_tables, graph, 0) == "");
  CHECK(graph.nodes.size() == 2);
}
