// Reductions that follow each other become one, and those of dequantized data read codes.
#include "compiler/passes/merge_reductions.h"

#include <vector>

#include "compiler/passes/lower_qdq.h"
#include "tests/catch.h"
#include "tests/support/graph_testing.h"
#include "tests/support/qdq_builder.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

Reduce reduce(ReduceKind kind, std::vector<int> axes, bool keep_dims) {
  return {.kind = kind, .axes = std::move(axes), .keep_dims = keep_dims, .float_sum = true};
}

}  // namespace

TEST_CASE("two reductions of one kind become one, whatever dimensions they keep") {
  const auto kind =
      GENERATE(ReduceKind::kMean, ReduceKind::kSum, ReduceKind::kMax, ReduceKind::kMin);
  const bool first_keeps = GENERATE(true, false);
  const bool second_keeps = GENERATE(true, false);
  const bool column_first = GENERATE(true, false);
  INFO(first_keeps << second_keeps << column_first);
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 5, 7, 3});
  const TensorId a = graph.append("a", reduce(kind, {column_first ? 2 : 1}, first_keeps), {x});
  // The other of rows and columns: without the dimension that is gone, columns are dimension 1.
  const int other = column_first || !first_keeps ? 1 : 2;
  graph.outputs = {graph.append("b", reduce(kind, {other}, second_keeps), {a})};
  REQUIRE(apply(merge_reductions, graph) == "");
  REQUIRE(only<Reduce>(graph) != nullptr);
  const auto& op = *only<Reduce>(graph)->as<Reduce>();
  CHECK(op.axes == std::vector<int>{1, 2});
  CHECK_FALSE(op.float_sum);
  CHECK(count_of<Reshape>(graph) == (first_keeps == second_keeps ? 0 : 1));
}

TEST_CASE("three reductions become one, and the activation of the last stays") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {2, 3, 4, 5});
  const TensorId a = graph.append("a", reduce(ReduceKind::kMean, {0, 3}, true), {x});
  const TensorId b = graph.append("b", reduce(ReduceKind::kMean, {1}, true), {a});
  Reduce last = reduce(ReduceKind::kMean, {2}, true);
  last.act = {-0.05F, 0.1F};
  graph.outputs = {graph.append("c", last, {b})};
  REQUIRE(apply(merge_reductions, graph) == "");
  REQUIRE(only<Reduce>(graph) != nullptr);
  CHECK(only<Reduce>(graph)->as<Reduce>()->axes == std::vector<int>{0, 1, 2, 3});
  CHECK(only<Reduce>(graph)->as<Reduce>()->act == last.act);
}

TEST_CASE("reductions that are not one stay") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 5, 7, 3});
  Reduce first = reduce(ReduceKind::kMean, {2}, true);
  Reduce second = reduce(ReduceKind::kMean, {1}, true);
  SECTION("the tensor between them is read elsewhere") {
    const TensorId a = graph.append("a", first, {x});
    const TensorId e = graph.append("e", Unary{UnaryKind::kExp}, {a});
    graph.outputs = {graph.append("b", second, {a}), e};
  }
  SECTION("the tensor between them is an output") {
    const TensorId a = graph.append("a", first, {x});
    graph.outputs = {graph.append("b", second, {a}), a};
  }
  SECTION("a sum of means") {
    second.kind = ReduceKind::kSum;
    graph.outputs = {graph.append("b", second, {graph.append("a", first, {x})})};
  }
  SECTION("a limit between them") {
    first.act = {-0.1F, 0.1F};
    graph.outputs = {graph.append("b", second, {graph.append("a", first, {x})})};
  }
  REQUIRE(apply(merge_reductions, graph) == "");
  CHECK(count_of<Reduce>(graph) == 2);
}

TEST_CASE("two means between Dequantize and Quantize are one in integers") {
  QdqBuilder b;
  const TensorId a = b.op("a", reduce(ReduceKind::kMean, {2}, true), {b.real_image("x")});
  const TensorId y = b.op("y", reduce(ReduceKind::kMean, {1}, true), {a});
  b.graph.outputs = {b.quantized("q", y, quant(0.0123F, 1))};
  merge_reductions(b.graph);
  CHECK(b.lower(b.graph.outputs[0], kStep).all().empty());
  CHECK(all_8bit(b.graph));
  REQUIRE(only<Reduce>(b.graph) != nullptr);
  CHECK_FALSE(only<Reduce>(b.graph)->as<Reduce>()->float_sum);
}

TEST_CASE("means and sums that stay in float read codes") {
  const auto kind = GENERATE(ReduceKind::kMean, ReduceKind::kSum);
  const auto axes = GENERATE(std::vector<int>{1, 2}, std::vector<int>{1}, std::vector<int>{2, 3});
  QdqBuilder b;
  const TensorId x = b.s8_image("x", quant(0.05F, 131), DType::kU8);
  const TensorId y = b.op("y", reduce(kind, axes, true), {b.real(x)});
  b.graph.outputs = {b.op("exp", Unary{UnaryKind::kTanh}, {y})};
  Diagnostics diagnostics;
  REQUIRE(apply([&](Graph& graph) { lower_qdq(graph, diagnostics); }, b.graph) == "");
  CHECK(count_of<Dequantize>(b.graph) == 0);
  const Node* node = only<Reduce>(b.graph);
  REQUIRE(node != nullptr);
  CHECK(node->as<Reduce>()->to_float);
  CHECK(node->inputs[0] == x);
}

TEST_CASE("maxima, and means of what has a scale for each channel, stay in float") {
  QdqBuilder b;
  const Quant by_channel{{1, 2, 3, 4, 5, 6, 7, 8}, {0, 0, 0, 0, 0, 0, 0, 0}, 3};
  const bool maximum = GENERATE(false, true);
  const TensorId x = b.real_image("x", maximum ? quant(0.05F, 3) : by_channel);
  const auto kind = maximum ? ReduceKind::kMax : ReduceKind::kMean;
  b.graph.outputs = {b.op("y", reduce(kind, {1, 2}, true), {x})};
  Diagnostics diagnostics;
  REQUIRE(apply([&](Graph& graph) { lower_qdq(graph, diagnostics); }, b.graph) == "");
  CHECK(count_of<Dequantize>(b.graph) == 1);
}
