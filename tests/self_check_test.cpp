// Tests the self-check. Its input must lead to many different values in all layers, and it must
// tell which step is wrong.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/check/seeded_input.h"
#include "compiler/check/self_check.h"
#include "compiler/reference/interpreter.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/random_model.h"
#include "tests/support/shared.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

struct Codes {
  std::string tensor;
  TensorId id;
  std::int64_t elements;
  std::size_t computed, held;
};

// The number of different 8-bit values that the self-check's run computes, and continues with, in
// each activation that has enough elements.
std::vector<Codes> codes_of(const Compilation& c) {
  const auto values = self_check_values(c.graph, c.program, seeded_inputs(c.graph, kSelfCheckSeed));
  std::vector<Codes> counts;
  for (const TensorId id : values.ids()) {
    const Tensor& t = c.graph.tensor(id);
    if (values[id].computed == nullptr || !is_quantized_type(t.type)) continue;
    if (t.elements() < static_cast<std::int64_t>(kEnoughCodes)) continue;
    counts.push_back({t.name, id, t.elements(), count_codes(*values[id].computed),
                      count_codes(*values[id].held)});
  }
  return counts;
}

}  // namespace

TEST_CASE("the seeded input follows from its seed") {
  const Graph graph = random_model(3, DType::kI8);
  const auto first = seeded_inputs(graph, 1);
  CHECK(first[0]->bytes().size() == seeded_inputs(graph, 1)[0]->bytes().size());
  CHECK(std::ranges::equal(first[0]->bytes(), seeded_inputs(graph, 1)[0]->bytes()));
  CHECK_FALSE(std::ranges::equal(first[0]->bytes(), seeded_inputs(graph, 2)[0]->bytes()));
}

TEST_CASE("every activation of the shared networks has 16 codes and more in the self-check") {
  const auto shared = shared_dir();
  if (!shared) return;
  for (const char* name :
       {"mobilenet_v2_1.0_224_int8_qdq.onnx", "mobilenet_v2_1.0_224_uint8_qoperator.onnx",
        "mobilenet_v2_0.35_128_person_int8_qdq.onnx",
        "ssd_mobilenet_v2_fpnlite_0.35_192_int8_qdq.onnx",
        "deeplabv3_mnv2_0.5_513_int8_qdq.onnx"}) {
    Diagnostics diagnostics;
    std::optional<Graph> graph = import_onnx(*shared / "models" / name, {}, diagnostics);
    REQUIRE(graph);
    for (const Codes& codes : codes_of(compile_graph(canonical(std::move(*graph)), "cortex-m7"))) {
      INFO(name << ": " << codes.tensor);
      CHECK(codes.held >= 16);
      // In the detector's maps of 2 x 2 pixels with 128 channels, only 3 to 8 channels depend on
      // the input at all. No input gives these maps 16 different values.
      CHECK(codes.computed >= (codes.elements == 2 * 2 * 128 ? 8 : 16));
    }
  }
}

TEST_CASE("a network whose layers are dead is exercised all the same") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    // Every bias is so large that the sums of its convolution have no effect.
    Graph graph = canonical(random_model(seed, DType::kI8));
    for (const Node& node : graph.nodes) {
      if (node.as<Conv>() == nullptr || node.inputs.size() < 3) continue;
      Tensor& bias = graph.tensor(node.inputs[2]);
      if (bias.type != DType::kI32) continue;
      bias.constant = Constant::ints(DType::kI32, bias.shape,
                                     std::vector<std::int64_t>(bias.elements(), -100'000'000));
    }
    const Compilation c = compile_graph(std::move(graph), "cortex-m4");
    CHECK(self_check(c.graph, c.program) == "");
    const Uses uses(c.graph);
    for (const Codes& codes : codes_of(c)) {
      INFO("network " << seed << ", " << codes.tensor);
      if (!uses.users(codes.id).empty()) CHECK(codes.held >= 16);
    }
  }
}

TEST_CASE("the self-check names the step that is wrong") {
  Compilation c = compile_graph(random_model(1, DType::kI8));
  REQUIRE(self_check(c.graph, c.program) == "");
  for (ParamBlock& block : c.program.params) {
    for (Field& field : block.fields) {
      if (field.name == "out_zero") field.value = field.value > 0 ? -100 : 100;
    }
  }
  const std::string fault = self_check(c.graph, c.program);
  CHECK(fault.find("computes another value than the reference for element") != std::string::npos);
}

TEST_CASE("floats are compared on the reference's own inputs") {
  Compilation c = compile_graph(random_model(2, DType::kF32));
  REQUIRE(self_check(c.graph, c.program) == "");
  for (ConstArray& array : c.program.constants) {
    if (array.type == DType::kF32 && array.bytes.size() >= 64) array.bytes[2] ^= std::byte{0x40};
  }
  CHECK(self_check(c.graph, c.program) != "");
}

TEST_CASE("a function of infinities is compared, though its terms overflow") {
  Graph graph;
  Tensor image;
  image.name = "x";
  image.type = DType::kF32;
  image.shape = {1, 4, 4, 8};
  const TensorId x = graph.add_tensor(std::move(image));
  graph.inputs = {x};
  const TensorId zero = graph.append("zero", Binary{BinaryKind::kSub}, {x, x});
  const TensorId infinite = graph.append("infinite", Binary{BinaryKind::kDiv}, {x, zero});
  graph.outputs = {graph.append("y", Unary{UnaryKind::kHardSigmoid, 0.2F, 0.5F}, {infinite})};
  Compilation c = compile_graph(std::move(graph));
  REQUIRE(self_check(c.graph, c.program) == "");
  bool any = false;
  for (ParamBlock& block : c.program.params) {
    for (Field& field : block.fields) {
      if (field.name != "alpha") continue;
      field.real = -field.real;
      any = true;
    }
  }
  REQUIRE(any);
  CHECK(self_check(c.graph, c.program) != "");
}
