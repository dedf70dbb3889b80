// The self-check: its input exercises networks, and it says which step is wrong.
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

// How many codes the 8-bit activations of the graph have on the seeded input, by activation.
std::vector<std::size_t> codes_of(const Graph& graph) {
  std::vector<std::size_t> counts;
  const std::vector<ConstantPtr> inputs = seeded_inputs(graph, kSelfCheckSeed);
  (void)interpret(graph, inputs, [&](TensorId id, const ConstantPtr& value) {
    if (!is_quantized_type(graph.tensor(id).type) || value->size() < 64) return;
    counts.push_back(std::set<std::byte>(value->bytes().begin(), value->bytes().end()).size());
  });
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

TEST_CASE("activations of the shared networks have many codes on the seeded input") {
  const auto shared = shared_dir();
  if (!shared) return;
  for (const char* name :
       {"mobilenet_v2_1.0_224_int8_qdq.onnx", "mobilenet_v2_1.0_224_uint8_qoperator.onnx",
        "mobilenet_v2_0.35_128_person_int8_qdq.onnx",
        "ssd_mobilenet_v2_fpnlite_0.35_192_int8_qdq.onnx",
        "deeplabv3_mnv2_0.5_513_int8_qdq.onnx"}) {
    INFO(name);
    Diagnostics diagnostics;
    std::optional<Graph> graph = import_onnx(*shared / "models" / name, {}, diagnostics);
    REQUIRE(graph);
    const std::vector<std::size_t> codes = codes_of(canonical(std::move(*graph)));
    const auto few =
        std::count_if(codes.begin(), codes.end(), [](std::size_t count) { return count < 16; });
    // Scores of classes that are not there, and maps of 2 x 2 pixels, have fewer on any picture.
    CHECK(few * 16 <= static_cast<std::ptrdiff_t>(codes.size()));
    CHECK(*std::min_element(codes.begin(), codes.end()) >= 8);
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
