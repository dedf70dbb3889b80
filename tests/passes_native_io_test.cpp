// --io=native: which inputs and outputs become codes, which stay and why, and what the model then
// computes.
#include "compiler/passes/native_io.h"

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/ir/verifier.h"
#include "compiler/reference/arithmetic.h"
#include "compiler/reference/interpreter.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/graph_testing.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr float kInputScale = 0.05F;
constexpr int kInputZero = 3;

std::vector<std::int64_t> codes_of(const Constant& floats, const Quant& q, DType type) {
  std::vector<std::int64_t> codes;
  for (float value : floats.as<float>()) {
    codes.push_back(reference::quantize(value, q.scale[0], q.zero_point[0], type));
  }
  return codes;
}

// A float picture that is quantized, convolved and dequantized, in the file's order NCHW. `type` is
// that of its codes, inside and outside.
struct Network {
  Graph graph;
  TensorId image, input_codes, result;

  explicit Network(DType type = DType::kI8) {
    const int shift = type == DType::kU8 ? 128 : 0;
    image = add_input(graph, "image", {1, 3, 7, 5});
    input_codes = quantize(graph, "image_q", image, kInputScale, kInputZero + shift, type);
    const TensorId x = to_nhwc(graph, "rows", dequantize(graph, "image_r", input_codes));
    const TensorId w = dequantize(graph, "w_r", add_weights_s8(graph, "w", {4, 3, 3, 3}));
    const TensorId y = to_nchw(graph, "planes", graph.append("conv", Conv{}, {x, w}));
    result = dequantize(graph, "scores", quantize(graph, "scores_q", y, 0.02F, -7 + shift, type));
    finish({result});
  }

  // Names the outputs, whose origins and ports are then those of a file.
  void finish(std::vector<TensorId> outputs) {
    graph.outputs = std::move(outputs);
    graph.input_ports.clear();
    graph.output_ports.clear();
    for (TensorId id : graph.inputs) {
      graph.input_ports.push_back({.name = graph.tensor(id).name, .shape = graph.tensor(id).shape});
    }
    for (TensorId id : graph.outputs) {
      graph.output_ports.push_back(
          {.name = graph.tensor(id).name, .shape = graph.tensor(id).shape});
    }
    set_origins(graph);
    REQUIRE(verify(graph) == "");
  }
};

// The text of each warning: "input 'x' stays float: why".
std::vector<std::string> warnings(const Diagnostics& diagnostics) {
  std::vector<std::string> texts;
  for (const Diagnostic& one : diagnostics.all()) {
    CHECK(one.code == "W0405");
    texts.push_back(one.message + ": " + one.notes.at(0));
  }
  return texts;
}

Graph taken(Graph graph, std::vector<std::string> expected_warnings = {}) {
  Diagnostics diagnostics;
  REQUIRE(take_native_io(graph, diagnostics));
  REQUIRE(verify(graph) == "");
  CHECK(warnings(diagnostics) == expected_warnings);
  return graph;
}

// The graph with native inputs and outputs, compiled or not, must give the codes of the floats that
// `before` gives for the same floats.
void check_same_codes(const Graph& before, const Graph& native) {
  const std::vector<ConstantPtr> floats = random_inputs(before, 7);
  std::vector<ConstantPtr> inputs;
  for (std::size_t i = 0; i < floats.size(); ++i) {
    const Tensor& t = native.tensor(native.inputs[i]);
    REQUIRE(t.shape == before.tensor(before.inputs[i]).shape);
    REQUIRE(native.input_port(i).codes == (t.type != before.tensor(before.inputs[i]).type));
    inputs.push_back(native.input_port(i).codes
                         ? Constant::ints(t.type, t.shape, codes_of(*floats[i], *t.quant, t.type))
                         : floats[i]);
  }
  const std::vector<ConstantPtr> expected = interpret(before, floats);
  for (const Graph& graph : {native, canonical(native)}) {
    const std::vector<ConstantPtr> got = interpret(graph, inputs);
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      INFO(graph.output_port(i).name);
      const Tensor& t = graph.tensor(graph.outputs[i]);
      CHECK(graph.output_port(i).name == before.output_port(i).name);
      CHECK(graph.output_port(i).shape == before.output_port(i).shape);
      REQUIRE(graph.output_port(i).codes == is_8bit(t));
      if (!graph.output_port(i).codes) continue;
      CHECK(got[i]->to_ints() == codes_of(*expected[i], *t.quant, t.type));
    }
  }
}

}  // namespace

TEST_CASE("input and output become the codes of the file's floats") {
  for (DType type : {DType::kI8, DType::kU8}) {
    const Network net(type);
    const Graph native = taken(net.graph);
    const Tensor& in = native.tensor(native.inputs[0]);
    const Tensor& out = native.tensor(native.outputs[0]);
    CHECK(in.type == type);
    CHECK(out.type == type);
    CHECK(in.quant == quant(kInputScale, kInputZero + (type == DType::kU8 ? 128 : 0)));
    CHECK(out.quant == quant(0.02F, -7 + (type == DType::kU8 ? 128 : 0)));
    check_same_codes(net.graph, native);
    const Graph lowered = canonical(native);
    CHECK(count_of<Quantize>(lowered) == 0);
    CHECK(count_of<Dequantize>(lowered) == 0);
    const Compilation compiled = compile_graph(lowered);
    CHECK(compiled.program.inputs[0].codes);
    CHECK(compiled.program.inputs[0].type == type);
    CHECK(compiled.program.outputs[0].quant == out.quant);
    CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 3)) == "");
  }
}

TEST_CASE("a second run finds nothing to leave out") {
  Graph graph = taken(Network().graph);
  Diagnostics diagnostics;
  CHECK(!take_native_io(graph, diagnostics));
  REQUIRE(diagnostics.all().size() == 1);
  CHECK(diagnostics.all()[0].code == "E0408");
  CHECK(diagnostics.all()[0].notes ==
        std::vector<std::string>{"input 'image': it is s8 in the file",
                                 "output 'scores': it is s8 in the file"});
}

TEST_CASE("operators that move values may stand between the border and the codes") {
  Network net;
  Graph& graph = net.graph;
  // image -> Identity -> Pad -> Slice -> Quantize twice
  Pad pad;
  pad.before = {0, 0, 1, 0};
  pad.after = {0, 0, 0, 2};
  const TensorId raw = add_input(graph, "raw", {1, 3, 7, 5});
  const TensorId copied = graph.append("copied", Identity{}, {raw});
  const TensorId padded = graph.append("padded", pad, {copied});
  const TensorId first = quantize(graph, "first", padded, 0.03F, 11);
  const TensorId turned = to_nhwc(graph, "turned", copied);
  const TensorId second = quantize(graph, "second", turned, 0.03F, 11);
  const TensorId one = dequantize(graph, "one", first);
  // first -> Dequantize -> Reshape -> Pad -> output, and the Dequantize is read in float, too
  const TensorId flat = graph.append("flat", Reshape{{1, 3, 56}}, {one});
  Pad more;
  more.before = {0, 1, 0};
  more.after = {0, 0, 3};
  const TensorId two = graph.append("two", more, {flat});
  const TensorId three = graph.append("three", Unary{UnaryKind::kExp}, {one});
  const TensorId four = dequantize(graph, "four", second);
  net.finish({two, three, four, net.result});
  const Graph native = taken(graph, {"output 'three' stays float: 'three' (exp) computes it in "
                                     "float"});
  check_same_codes(graph, native);
  CHECK(native.tensor(native.outputs[0]).quant == quant(0.03F, 11));
}

TEST_CASE("one tensor of codes may be several outputs, and an output may be an input's codes") {
  Network net;
  const TensorId again =
      dequantize(net.graph, "again", net.graph.nodes[net.graph.producer(net.result)].inputs[0]);
  const TensorId through = dequantize(net.graph, "through", net.input_codes);
  net.finish({net.result, again, through});
  const Graph native = taken(net.graph);
  check_same_codes(net.graph, native);
  CHECK(native.outputs[0] != native.outputs[1]);
  const Compilation compiled = compile_graph(canonical(native));
  CHECK(check_against_reference(compiled, random_inputs(compiled.graph, 3)) == "");
}

TEST_CASE("inputs that are not only quantized alike stay float") {
  Network net;
  Graph& graph = net.graph;
  const auto input = [&](const char* name) { return add_input(graph, name, {2, 4}); };
  std::vector<TensorId> outputs{net.result};
  const auto give = [&](TensorId id) { outputs.push_back(id); };
  const TensorId scaled = input("scaled");
  const TensorId half = graph.append("half", Unary{UnaryKind::kAffine, 0.5F, 0}, {scaled});
  give(dequantize(graph, "scaled_r", quantize(graph, "scaled_q", half, 0.1F, 0)));
  const TensorId twice = input("twice");
  give(dequantize(graph, "fine", quantize(graph, "fine_q", twice, 0.1F, 0)));
  give(dequantize(graph, "coarse", quantize(graph, "coarse_q", twice, 0.2F, 0)));
  const TensorId shown = input("shown");
  give(dequantize(graph, "shown_r", quantize(graph, "shown_q", shown, 0.1F, 0)));
  give(graph.append("shown_exp", Unary{UnaryKind::kExp}, {shown}));
  (void)input("unused");
  net.finish(outputs);
  const Graph native = taken(
      graph,
      {"input 'scaled' stays float: 'half' (affine) reads it before it is quantized",
       "input 'twice' stays float: it is quantized with more than one type, scale or zero point",
       "input 'shown' stays float: 'shown_exp' (exp) reads it before it is quantized",
       "input 'unused' stays float: nothing reads it",
       "output 'shown_exp' stays float: 'shown_exp' (exp) computes it in float"});
  check_same_codes(graph, native);
}

TEST_CASE("outputs that are no codes of 8 bits stay float") {
  Network net;
  Graph& graph = net.graph;
  Pad pad;
  pad.before = {0, 0, 1, 0};
  pad.after = {0, 0, 0, 0};
  pad.value = 0.013F;
  const TensorId padded = graph.append("padded", pad, {net.result});
  const TensorId weights = dequantize(graph, "weights", add_weights_s8(graph, "v", {4, 3}, 0));
  const TensorId constant = add_floats(graph, "constant", {3});
  const TensorId shown = add_input(graph, "shown", {2});
  const TensorId by_channel =
      add_input(graph, "by_channel_q", {4, 2}, DType::kI8, Quant{{1, 2, 3, 4}, {0, 0, 0, 0}, 0});
  net.finish({net.result, padded, weights, constant, shown, dequantize(graph, "c", by_channel)});
  const Graph native = taken(
      graph, {"input 'shown' stays float: it is also an output of the model",
              "output 'padded' stays float: 'padded' (pad) pads it with another value than 0",
              "output 'weights' stays float: it is not dequantized from 8 bits with one scale",
              "output 'constant' stays float: it does not depend on the model's inputs",
              "output 'shown' stays float: it is an input of the model",
              "output 'c' stays float: it is not dequantized from 8 bits with one scale"});
  CHECK(native.output_port(0).codes);
}

TEST_CASE("a float model is refused, with a reason for each input and output") {
  Graph graph;
  const TensorId x = add_input(graph, "x", {1, 6});
  graph.outputs = {graph.append("y", Unary{UnaryKind::kExp}, {x})};
  Diagnostics diagnostics;
  CHECK(!take_native_io(graph, diagnostics));
  REQUIRE(diagnostics.all().size() == 1);
  CHECK(diagnostics.all()[0].code == "E0408");
  CHECK(diagnostics.all()[0].notes ==
        std::vector<std::string>{"input 'x' stays float: 'y' (exp) reads it before it is quantized",
                                 "output 'y' stays float: 'y' (exp) computes it in float"});
}
