// Checks where outputs are written: row by row and directly into the caller's buffers. Constant
// outputs are not computed.
#include <algorithm>

#include "compiler/codegen/c_emitter.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

TensorId s8_conv(Graph& graph, const std::string& name, TensorId x, std::int64_t outputs) {
  const std::int64_t channels = graph.tensor(x).shape[3];
  const TensorId w = add_weights_s8(graph, name + "_w", {outputs, 1, 1, channels});
  const TensorId y = graph.append(name, Conv{}, {x, w});
  graph.tensor(y).type = DType::kI8;
  graph.tensor(y).quant = quant(0.05F, 3);
  return y;
}

std::string file(const Compilation& compiled, const std::string& name) {
  for (const EmittedFile& emitted : emit_c(compiled.program, {"m", "m.onnx"})) {
    if (emitted.name == name) return emitted.text;
  }
  return {};
}

}  // namespace

TEST_CASE("a detector's heads: each part of an output goes to its place, anchors are data") {
  Graph graph;
  graph.inputs = {};
  const TensorId x = add_input(graph, "x", {1, 8, 8, 16}, DType::kI8, quant(0.05F, 3));
  Conv half;
  half.stride = {2, 2};
  const TensorId w = add_weights_s8(graph, "half_w", {16, 1, 1, 16});
  const TensorId small = graph.append("small", half, {x, w});
  graph.tensor(small).type = DType::kI8;
  graph.tensor(small).quant = quant(0.05F, 3);
  std::vector<TensorId> parts;
  for (TensorId level : {x, small}) {
    const std::int64_t cells = graph.tensor(level).shape[1] * graph.tensor(level).shape[2];
    const TensorId head = s8_conv(graph, "head", level, 6);
    parts.push_back(graph.append("part", Reshape{{1, cells * 3, 2}}, {head}));
    graph.tensor(parts.back()).type = DType::kI8;
    graph.tensor(parts.back()).quant = quant(0.05F, 3);
  }
  const TensorId all = graph.append("all", Concat{1}, parts);
  graph.tensor(all).quant = quant(0.05F, 3);
  const TensorId scores = graph.append("scores", Softmax{2}, {all});
  graph.tensor(scores).type = DType::kI8;
  graph.tensor(scores).quant = quant(1.0F / 256, -128);
  const TensorId anchors = graph.add_constant("anchors", Constant::floats({2, 2}, {1, 2, 3, 4}));
  graph.outputs = {dequantize(graph, "y", scores), anchors};
  set_origins(graph);
  const Compilation compiled = compile_graph(canonical(graph));
  CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 1)) == "");

  // The arena never holds all scores, not even all scores of one map.
  for (const Buffer& buffer : compiled.plan.buffers) {
    if (!buffer.value) continue;
    const Value& value = compiled.plan.steps.value(buffer.value);
    INFO(value.name);
    CHECK((buffer.rows < value.rows || value.name == "small"));
  }
  const auto& outputs = compiled.program.outputs;
  CHECK_FALSE(outputs[0].constant);
  REQUIRE(outputs[1].constant);
  CHECK(file(compiled, "m.h").find("extern const float m_anchors_data[4];") != std::string::npos);
  CHECK(file(compiled, "m.h").find("float y[480])") != std::string::npos);
  CHECK(file(compiled, "m_weights.c").find("m_anchors_data[4] = {") != std::string::npos);
}

TEST_CASE("upsampled scores and their classes exist as a tile") {
  for (DType type : {DType::kI64, DType::kI32, DType::kU8}) {
    Graph graph;
    const TensorId x = add_input(graph, "x", {1, 9, 9, 21}, DType::kI8, quant(0.1F, 3));
    const TensorId scores = s8_conv(graph, "scores", x, 21);
    Resize resize;
    resize.kind = ResizeKind::kLinear;
    resize.coordinates = ResizeCoordinates::kAlignCorners;
    resize.size = {65, 65};
    const TensorId large = graph.append("large", resize, {scores});
    graph.tensor(large).type = DType::kI8;
    graph.tensor(large).quant = quant(0.1F, 3);
    const TensorId classes = graph.append("classes", ArgMax{3, false, false, false}, {large});
    graph.tensor(classes).type = type;
    graph.outputs = {classes};
    set_origins(graph);
    const Compilation compiled = compile_graph(canonical(graph));
    CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 2)) == "");
    // There is room for two rows of scores and a tile of the upsampled scores, but not for the map.
    CHECK(compiled.plan.arena_bytes <= 2 * 9 * 21 + 9 * 21 + 16);
  }
}

TEST_CASE("rows that a resize needs: no more than two at a time") {
  for (auto [in, out, coordinates] : {std::tuple{33, 513, ResizeCoordinates::kAlignCorners},
                                      std::tuple{12, 24, ResizeCoordinates::kHalfPixel},
                                      std::tuple{12, 24, ResizeCoordinates::kAsymmetric},
                                      std::tuple{10, 20, ResizeCoordinates::kHalfPixel}}) {
    Graph graph;
    const TensorId x = add_input(graph, "x", {1, in, 4, 8}, DType::kI8, quant(0.1F, 3));
    const TensorId y = s8_conv(graph, "y", x, 8);
    Resize resize;
    resize.kind = ResizeKind::kLinear;
    resize.coordinates = coordinates;
    resize.size = {out, 8};
    const TensorId large = graph.append("large", resize, {y});
    graph.tensor(large).type = DType::kI8;
    graph.tensor(large).quant = quant(0.1F, 3);
    graph.outputs = {large};
    set_origins(graph);
    const Compilation compiled = compile_graph(graph);
    CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 3)) == "");
    REQUIRE(compiled.plan.buffers.size() == 1);
    CHECK(compiled.plan.buffers.front().rows == 2);
  }
}

TEST_CASE("a model whose outputs are all constant has nothing to run") {
  Graph graph;
  graph.outputs = {graph.add_constant("c", Constant::floats({3}, {1, 2, 3}))};
  const Compilation compiled = compile_graph(graph);
  CHECK(check_against_reference(compiled, {}) == "");
  CHECK(compiled.plan.arena_bytes == 0);
}
