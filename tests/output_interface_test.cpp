// Checks that outputs and inputs have the names, shapes, types and order that they have in the ONNX
// file, whatever the passes do to the tensors.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <span>

#include "compiler/codegen/c_emitter.h"
#include "compiler/execute/execute.h"
#include "compiler/reference/interpreter.h"
#include "compiler/report/summary.h"
#include "compiler/run/results.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/onnx_build.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

const std::vector<Dim> kImage{std::int64_t{1}, std::int64_t{4}, std::int64_t{5}, std::int64_t{6}};

// Adds an input "x" of shape [1,4,5,6] and "conv", a 1x1 convolution of it to four channels.
void add_conv(ModelBuilder& model) {
  model.input("x", kFloat, kImage);
  Floats weights;
  for (int i = 0; i < 16; ++i) weights.push_back(0.125F * static_cast<float>(i % 7 - 3));
  model.constant("w", floats({4, 4, 1, 1}, weights));
  model.node("Conv", {"x", "w"}, {"conv"});
}

struct Expected {
  std::string name;
  Shape shape;
};

// Compiles the model in every input mode. Compares the description of its outputs with `expected`,
// and their values with those of the imported graph.
void check_outputs(const ModelBuilder& model, const std::vector<Expected>& expected) {
  const std::vector<std::byte> bytes = model.bytes();
  Diagnostics diagnostics;
  const auto graph = import_onnx(bytes, "m.onnx", {}, {}, diagnostics);
  REQUIRE(graph);
  const std::vector<ConstantPtr> inputs = random_inputs(*graph, 7);
  const std::vector<ConstantPtr> wanted = interpret(*graph, inputs);
  REQUIRE(wanted.size() == expected.size());
  for (InputMode mode : {InputMode::kExternal, InputMode::kArena}) {
    CompilationOptions options;
    options.plan.input = mode;
    const Compilation c = compile_graph(*graph, "host", options);
    REQUIRE(c.program.outputs.size() == expected.size());
    CHECK(c.program.inputs[0].onnx_name == "x");
    CHECK(c.program.inputs[0].shape == Shape{1, 4, 5, 6});
    const auto described = nlohmann::json::parse(inspect_json(c.graph));
    std::vector<std::vector<std::byte>> given;
    for (const ConstantPtr& input : inputs) {
      given.emplace_back(input->bytes().begin(), input->bytes().end());
    }
    const Execution run = execute_painted(c.program, given);
    const std::vector<ConstantPtr> reference = reference_outputs(c.graph, inputs);
    const std::string header = emit_header(c.program, {"m", "m.onnx"});
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const ProgramIo& io = c.program.outputs[i];
      INFO(i << " " << io.onnx_name);
      CHECK(io.onnx_name == expected[i].name);
      CHECK(io.shape == expected[i].shape);
      CHECK(wanted[i]->shape() == expected[i].shape);
      CHECK(io.type == wanted[i]->type());
      CHECK(described["outputs"][i]["name"] == expected[i].name);
      CHECK(described["outputs"][i]["shape"] == expected[i].shape);
      CHECK_THAT(header, contains_text(fmt::format("output '{}': {} {}", expected[i].name,
                                                   c_type_of(io.type), to_string(io.shape))));
      const ConstantPtr got = to_tensor(io, run.outputs[i]);
      Difference difference;
      compare(*wanted[i], *got, difference);
      CHECK(difference.largest_relative < 1e-5);
      CHECK(reference[i]->shape() == expected[i].shape);
      Difference by_reference;
      compare(*wanted[i], *reference[i], by_reference);
      CHECK(by_reference.largest_relative < 1e-5);
    }
  }
}

}  // namespace

TEST_CASE("an output that moves another tensor's elements has its own shape") {
  ModelBuilder model(13);
  add_conv(model);
  model.node("Relu", {"conv"}, {"inner"});
  model.node("Transpose", {"inner"}, {"result"}, {{"perm", Ints{0, 2, 3, 1}}});
  model.output("result");
  check_outputs(model, {{"result", {1, 5, 6, 4}}});
}

TEST_CASE("transposes, reshapes and identities in chains before outputs") {
  ModelBuilder model(13);
  add_conv(model);
  model.node("Transpose", {"conv"}, {"t1"}, {{"perm", Ints{0, 3, 1, 2}}});
  model.node("Identity", {"t1"}, {"t2"});
  model.node("Transpose", {"t2"}, {"odd"}, {{"perm", Ints{0, 1, 3, 2}}});
  model.constant("flat", ints(kInt64, {2}, {6, -1}));
  model.constant("tall", ints(kInt64, {3}, {5, 1, 24}));
  model.node("Reshape", {"conv", "flat"}, {"r1"});
  model.node("Identity", {"r1"}, {"r2"});
  model.node("Reshape", {"r2", "tall"}, {"r3"});
  model.node("Identity", {"r3"}, {"last"});
  model.output("odd").output("last").output("r1");
  check_outputs(model, {{"odd", {1, 6, 5, 4}}, {"last", {5, 1, 24}}, {"r1", {6, 20}}});
}

TEST_CASE("several outputs of one tensor, in the file's order") {
  ModelBuilder model(13);
  add_conv(model);
  model.node("Identity", {"conv"}, {"second"});
  model.node("Identity", {"second"}, {"third"});
  model.node("Dropout", {"conv"}, {"fourth"});
  model.constant("flat", ints(kInt64, {1}, {-1}));
  model.node("Reshape", {"third", "flat"}, {"fifth"});
  model.output("third").output("conv").output("fifth").output("second").output("fourth");
  check_outputs(model, {{"third", {1, 4, 5, 6}},
                        {"conv", {1, 4, 5, 6}},
                        {"fifth", {120}},
                        {"second", {1, 4, 5, 6}},
                        {"fourth", {1, 4, 5, 6}}});
}

TEST_CASE("an input or a constant as an output") {
  ModelBuilder model(13);
  add_conv(model);
  model.constant("data", floats({2, 3}, {1, 2, 3, 4, 5, 6}));
  model.node("Identity", {"x"}, {"copy"});
  model.node("Identity", {"data"}, {"same"});
  model.node("Transpose", {"x"}, {"turned"}, {{"perm", Ints{0, 2, 3, 1}}});
  model.output("data").output("copy").output("conv").output("same").output("turned");
  check_outputs(model, {{"data", {2, 3}},
                        {"copy", {1, 4, 5, 6}},
                        {"conv", {1, 4, 5, 6}},
                        {"same", {2, 3}},
                        {"turned", {1, 5, 6, 4}}});
}

TEST_CASE("quantized outputs behind data movement") {
  ModelBuilder model(13);
  model.input("x", kFloat, kImage);
  model.constant("s", floats({}, {0.05F}));
  model.constant("z", ints(kInt8, {}, {3}));
  model.node("QuantizeLinear", {"x", "s", "z"}, {"q"});
  model.node("Transpose", {"q"}, {"turned"}, {{"perm", Ints{0, 2, 3, 1}}});
  model.node("DequantizeLinear", {"turned", "s", "z"}, {"real"});
  model.constant("flat", ints(kInt64, {2}, {0, -1}));
  model.node("Reshape", {"real", "flat"}, {"list"});
  model.output("list").output("turned").output("q").output("real");
  check_outputs(
      model,
      {{"list", {1, 120}}, {"turned", {1, 5, 6, 4}}, {"q", {1, 4, 5, 6}}, {"real", {1, 5, 6, 4}}});
}
