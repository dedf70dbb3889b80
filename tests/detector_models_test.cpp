// Tests the detection and segmentation networks of the MobileNetV2 paper and the blocks of
// MobileNetV3, with generated weights. Small networks are compared with the reference interpreter;
// of large ones only the MACs are counted.
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/detector.h"
#include "tests/support/graph_testing.h"
#include "tests/support/squeeze_excite.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

Graph imported(const std::string& bytes) {
  Diagnostics diagnostics;
  const auto data = std::as_bytes(std::span(bytes));
  auto graph = import_onnx({data.begin(), data.end()}, "generated.onnx", {}, {}, diagnostics);
  REQUIRE(graph);
  CHECK(prepare_graph(*graph, {}, diagnostics));
  CHECK(diagnostics.all().empty());
  return std::move(*graph);
}

// Whether everything is computed in integers, apart from nodes that form the outputs.
bool is_integer(const Graph& graph) {
  for (const Node& node : graph.nodes) {
    const bool ends = node.as<Dequantize>() != nullptr || node.as<Concat>() != nullptr ||
                      node.as<Identity>() != nullptr;
    if (!ends && graph.tensor(node.output()).type == DType::kF32) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("SSDLite compiles to what the reference computes") {
  for (Precision precision : {Precision::kInt8, Precision::kFloat}) {
    const Compilation compiled = compile_graph(imported(ssdlite_onnx(precision, 0.35, 96, 5)));
    CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 1)) == "");
    CHECK(compiled.graph.blocks.size() == 17);
    CHECK(compiled.program.outputs.size() == 3);
    CHECK(compiled.program.outputs[2].constant);
    if (precision == Precision::kInt8) CHECK(is_integer(compiled.graph));
  }
}

TEST_CASE("DeepLabv3 compiles to what the reference computes") {
  for (Precision precision : {Precision::kInt8, Precision::kFloat}) {
    const Compilation compiled = compile_graph(imported(deeplab_onnx(precision, 0.35, 65, 21)));
    CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 2)) == "");
    CHECK(compiled.graph.blocks.size() == 17);
    if (precision == Precision::kInt8) CHECK(is_integer(compiled.graph));
  }
}

TEST_CASE("squeeze-and-excite and hard-swish compile to what the reference computes") {
  for (Precision precision : {Precision::kInt8, Precision::kFloat}) {
    const Compilation compiled =
        compile_graph(imported(squeeze_excite_onnx(precision, 0.5, 24, 20)));
    CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 3)) == "");
    for (const Node& node : compiled.graph.nodes) CHECK(node.as<Quantize>() == nullptr);
  }
}

// Sandler et al. 2018, tables 6 and 7, give 0.8 and 2.75 billion MACs, which include all
// convolutions.
TEST_CASE("the networks have the paper's work") {
  const std::int64_t ssdlite = total_macs(imported(ssdlite_onnx(Precision::kInt8, 1.0, 320, 91)));
  CHECK(ssdlite > 760'000'000);
  CHECK(ssdlite < 840'000'000);
  const std::int64_t deeplab = total_macs(imported(deeplab_onnx(Precision::kInt8, 1.0, 513, 21)));
  CHECK(deeplab > 2'610'000'000);
  CHECK(deeplab < 2'890'000'000);
}
