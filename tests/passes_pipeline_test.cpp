#include "compiler/passes/pipeline.h"

#include <algorithm>
#include <set>
#include <string>

#include "compiler/ir/printer.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/graph_testing.h"
#include "tests/support/shared.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// Builds a quantized NCHW network node by node, in the form that the importer makes.
struct Network {
  Graph graph;

  TensorId real(TensorId q) { return dequantize(graph, graph.tensor(q).name + "_real", q); }

  // A convolution of an int8 NCHW tensor. Its weights are int8 per output channel, its bias is
  // float.
  TensorId conv(const std::string& name, TensorId q, Shape weights, Conv op, Quant out,
                bool relu6) {
    const TensorId w = add_weights_s8(graph, name + "_w", weights, 0);
    const TensorId b = add_floats(graph, name + "_b", {weights[0]}, -0.1F, 0.1F);
    const TensorId x = to_nhwc(graph, name + "_nhwc", real(q));
    TensorId y = graph.append(name, op, {x, real(w), b});
    y = to_nchw(graph, name + "_nchw", y);
    if (relu6) y = graph.append(name + "_relu6", Clip{{0, 6}}, {y});
    return quantize(graph, name + "_q", y, out.scale[0], out.zero_point[0]);
  }

  // Quantize, an inverted residual block with a quantized Pad as its own node, and Dequantize.
  void build() {
    const TensorId x = add_input(graph, "x", {1, 4, 8, 8});
    const TensorId q = quantize(graph, "x_q", x, 0.02F, 0);
    const TensorId e = conv("expand", q, {24, 1, 1, 4}, {}, quant(6.0F / 255, -128), true);
    const TensorId p = graph.append("pad", Pad{{0, 0, 1, 1}, {0, 0, 1, 1}, 0}, {real(e)});
    const TensorId padded = quantize(graph, "pad_q", p, 6.0F / 255, -128);
    Conv depthwise;
    depthwise.groups = 24;
    const TensorId d =
        conv("depthwise", padded, {24, 3, 3, 1}, depthwise, quant(3.0F / 255, -128), true);
    const TensorId n = conv("project", d, {4, 1, 1, 24}, {}, quant(0.01F, 5), false);
    const TensorId sum = graph.append("add", Binary{}, {real(n), real(q)});
    graph.outputs = {real(quantize(graph, "add_q", sum, 0.03F, -4))};
  }
};

}  // namespace

TEST_CASE("the passes have distinct names, in order") {
  const auto names = pass_names();
  CHECK(std::set<std::string_view>(names.begin(), names.end()).size() == names.size());
  const auto at = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) - names.begin();
  };
  CHECK(at("eliminate_transposes") < at("lower_qdq"));
  CHECK(at("lower_qdq") < at("legalize"));
  CHECK(names.back() == "recognize_blocks");
}

TEST_CASE("printing after passes") {
  Network network;
  network.build();
  PipelineOptions options;
  std::vector<std::string> printed;
  std::string last;
  options.print = [&](const std::string& pass, const std::string& text) {
    printed.push_back(pass);
    last = text;
  };
  Diagnostics diagnostics;
  SECTION("one") {
    options.print_after = {"legalize"};
    run_pipeline(network.graph, options, diagnostics);
    CHECK(printed == std::vector<std::string>{"legalize"});
  }
  SECTION("all") {
    options.print_after = {"all"};
    run_pipeline(network.graph, options, diagnostics);
    CHECK(printed.size() >= pass_names().size());
    CHECK(printed.back() == "recognize_blocks");
    CHECK(last == print(network.graph));
  }
  SECTION("none") {
    run_pipeline(network.graph, options, diagnostics);
    CHECK(printed.empty());
  }
}

TEST_CASE("the verifier stops at an invalid graph") {
  Network network;
  network.build();
  std::reverse(network.graph.nodes.begin(), network.graph.nodes.end());
  PipelineOptions options;
  options.verify = true;
  Diagnostics diagnostics;
  CHECK_THROWS_AS(run_pipeline(network.graph, options, diagnostics), InternalError);
}

TEST_CASE("a quantized inverted residual as exporters write it becomes four integer operators") {
  Network network;
  network.build();
  const Graph before = network.graph;
  Graph& graph = network.graph;
  PipelineOptions options;
  options.verify = true;
  Diagnostics diagnostics;
  run_pipeline(graph, options, diagnostics);

  INFO(print(graph));
  CHECK(diagnostics.all().empty());
  CHECK(count_of<Conv>(graph) == 3);
  CHECK(count_of<Binary>(graph) == 1);
  CHECK(count_of<Quantize>(graph) == 1);
  CHECK(count_of<Dequantize>(graph) == 1);
  CHECK(count_of<Transpose>(graph) == 2);  // input and output keep the caller's layout
  CHECK(graph.nodes.size() == 8);
  REQUIRE(graph.blocks.size() == 1);
  CHECK(graph.blocks[BlockId(0)].expand == 6);
  CHECK(graph.blocks[BlockId(0)].residual);
  for (const Node& node : graph.nodes) {
    if (const auto* conv = node.as<Conv>()) {
      CHECK(conv->act.none());  // the quantization ranges end exactly at both clamps
      CHECK(conv->pad.top == (node.role == Role::kDepthwise ? 1 : 0));
    }
  }
  // Integer and float results differ by one step at most.
  CHECK(difference(before, graph, 0.02F) == "");
}

TEST_CASE("a matrix product and an addition between Q and DQ are one integer operator") {
  Network network;
  Graph& graph = network.graph;
  const TensorId x = add_input(graph, "x", {1, 16}, DType::kI8, quant(0.1F, 4));
  const TensorId w = add_weights_s8(graph, "w", {10, 16}, 0);
  const TensorId product = graph.append("matmul", Dense{}, {network.real(x), network.real(w)});
  const TensorId bias = add_floats(graph, "bias", {10});
  const TensorId sum = graph.append("add", Binary{}, {product, bias});
  graph.outputs = {quantize(graph, "y", sum, 0.05F, 0)};
  PipelineOptions options;
  options.verify = true;
  Diagnostics diagnostics;
  run_pipeline(graph, options, diagnostics);
  INFO(print(graph));
  CHECK(graph.nodes.size() == 1);
  CHECK(only<Dense>(graph) != nullptr);
}

namespace {

struct Expected {
  const char* model;
  std::size_t blocks;
  int quantizes, dequantizes;  // only at float inputs and outputs
  int transposes;
  std::size_t nodes;
  std::size_t warnings;
};

}  // namespace

TEST_CASE("real models become canonical") {
  const auto shared = shared_dir();
  if (!shared) return;
  const Expected expected =
      GENERATE(Expected{"mobilenet_v2_1.0_224_float", 17, 0, 0, 1, 67, 0},
               Expected{"mobilenet_v2_1.0_224_int8_qdq", 17, 1, 1, 1, 69, 0},
               Expected{"mobilenet_v2_1.0_224_uint8_qoperator", 17, 0, 0, 0, 66, 0},
               Expected{"mobilenet_v2_0.35_128_person_float_bn", 17, 0, 0, 0, 66, 0},
               Expected{"mobilenet_v2_0.35_128_person_int8_qdq", 17, 0, 1, 0, 67, 0},
               // Five heads dequantize their boxes and their scores.
               Expected{"ssd_mobilenet_v2_fpnlite_0.35_192_int8_qdq", 17, 0, 10, 0, 165, 0},
               Expected{"deeplabv3_mnv2_0.5_513_int8_qdq", 17, 0, 0, 0, 71, 0});
  INFO(expected.model);
  Diagnostics diagnostics;
  auto graph =
      import_onnx(*shared / "models" / (std::string(expected.model) + ".onnx"), {}, diagnostics);
  REQUIRE(graph.has_value());
  PipelineOptions options;
  options.verify = true;
  run_pipeline(*graph, options, diagnostics);
  INFO(print(*graph));
  CHECK(diagnostics.all().size() == expected.warnings);
  CHECK(graph->blocks.size() == expected.blocks);
  CHECK(count_of<Quantize>(*graph) == expected.quantizes);
  CHECK(count_of<Dequantize>(*graph) == expected.dequantizes);
  CHECK(count_of<Transpose>(*graph) == expected.transposes);
  CHECK(count_of<Pad>(*graph) == 0);
  CHECK(count_of<Clip>(*graph) == 0);
  CHECK(graph->nodes.size() == expected.nodes);
}
