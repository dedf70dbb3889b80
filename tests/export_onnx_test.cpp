// Writes graphs as ONNX files, reads these again, and compares what both compute.
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "compiler/check/seeded_input.h"
#include "compiler/ir/printer.h"
#include "compiler/passes/simplify.h"
#include "compiler/reference/interpreter.h"
#include "compiler/run/results.h"
#include "frontend/export/export_onnx.h"
#include "tests/catch.h"
#include "tests/support/import_model.h"
#include "tests/support/onnx_build.h"
#include "tests/support/random_network.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

Graph reread(const Graph& graph) {
  const std::string file = export_onnx(graph, {.producer_version = "1", .metadata = {}});
  Diagnostics diagnostics;
  std::optional<Graph> read =
      import_onnx(std::as_bytes(std::span(file)), "exported.onnx", {}, {}, diagnostics);
  for (const Diagnostic& d : diagnostics.all()) UNSCOPED_INFO(d.message + " " + d.place);
  REQUIRE(read);
  return std::move(*read);
}

// The largest difference between two floats, relative to the largest float.
double difference(const ConstantPtr& a, const ConstantPtr& b) {
  Difference result;
  compare(*a, *b, result);
  return result.largest_relative;
}

void check_same(const Graph& graph, std::uint64_t seed) {
  const Graph again = reread(graph);
  REQUIRE(again.inputs.size() == graph.inputs.size());
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    CHECK(again.input_port(i) == graph.input_port(i));
  }
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    CHECK(again.output_port(i) == graph.output_port(i));
  }
  const std::vector<ConstantPtr> inputs = seeded_inputs(graph, seed);
  const auto expected = interpret(graph, inputs);
  const auto actual = interpret(again, as_graph_inputs(again, inputs));
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    CHECK(difference(expected[i], actual[i]) <= 1e-5);
  }
}

Graph imported(const ModelBuilder& model) {
  Imported result = import_model(model);
  INFO(result.messages());
  REQUIRE(result.graph);
  Diagnostics diagnostics;
  simplify(*result.graph, diagnostics);
  REQUIRE_FALSE(diagnostics.has_errors());
  return std::move(*result.graph);
}

}  // namespace

TEST_CASE("random networks are the same after they were written and read") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const Graph graph = random_network(seed, DType::kF32);
    INFO(print(graph));
    check_same(graph, seed);
  }
}

TEST_CASE("the same graph gives the same bytes, and other names only where they are taken") {
  const Graph graph = random_network(7, DType::kF32);
  const ExportOptions options{.producer_version = "1", .metadata = {{"key", "value"}}};
  CHECK(export_onnx(graph, options) == export_onnx(graph, options));
}

TEST_CASE("what an exporter leaves behind is gone, and tensors keep their names") {
  ModelBuilder model(13);
  model.input("image", kFloat, {std::int64_t{1}, std::int64_t{3}, std::int64_t{6}, std::int64_t{8}})
      .constant("w", floats({4, 3, 3, 3}, Floats(108, 0.1F)))
      .constant("gamma", floats({4}, {1, 2, 3, 4}))
      .constant("beta", floats({4}, {1, 0, -1, 2}))
      .constant("mean", floats({4}, {0.5F, 0, 0, 0}))
      .constant("var", floats({4}, {1, 4, 9, 1}))
      .node("Conv", {"image", "w"}, {"conv"}, {{"pads", Ints{1, 0, 1, 2}}})
      .node("BatchNormalization", {"conv", "gamma", "beta", "mean", "var"}, {"normed"})
      .node("Relu", {"normed"}, {"relu"})
      .node("Identity", {"relu"}, {"same"})
      .node("GlobalAveragePool", {"same"}, {"pool"})
      .node("Flatten", {"pool"}, {"flat"})
      .constant("d", floats({4, 2}, {1, 2, 3, 4, 5, 6, 7, 8}))
      .node("MatMul", {"flat", "d"}, {"product"})
      .constant("e", floats({2}, {0.5F, -0.5F}))
      .node("Add", {"product", "e"}, {"scores"})
      .output("scores");
  const Graph graph = imported(model);
  check_same(graph, 3);
  const std::string file = export_onnx(graph, {.producer_version = "1", .metadata = {}});
  CHECK(file.find("BatchNormalization") == std::string::npos);
  CHECK(file.find("Identity") == std::string::npos);
  CHECK(file.find("Transpose") == std::string::npos);
  CHECK(file.find("relu") != std::string::npos);
}

TEST_CASE("images in NHWC at the model's border, and operands of lower rank") {
  ModelBuilder model(13);
  model.input("image", kFloat, {std::int64_t{1}, std::int64_t{5}, std::int64_t{4}, std::int64_t{3}})
      .node("Transpose", {"image"}, {"planar"}, {{"perm", Ints{0, 3, 1, 2}}})
      .constant("w", floats({2, 3, 1, 1}, {1, 2, 3, 4, 5, 6}))
      .node("Conv", {"planar", "w"}, {"conv"})
      .constant("c", floats({2, 1, 1}, {0.25F, 4}))
      .node("Mul", {"conv", "c"}, {"scaled"})
      .node("Sigmoid", {"scaled"}, {"gate"})
      .node("Mul", {"conv", "gate"}, {"swish"})
      .node("Transpose", {"swish"}, {"y"}, {{"perm", Ints{0, 2, 3, 1}}})
      .output("y");
  check_same(imported(model), 5);
}
