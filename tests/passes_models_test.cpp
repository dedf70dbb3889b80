// Runs the structural passes on real models. No value may change, and all must become NHWC.
#include <filesystem>

#include "compiler/ir/verifier.h"
#include "compiler/passes/eliminate_transposes.h"
#include "compiler/passes/fold_affine.h"
#include "compiler/passes/fold_batch_norm.h"
#include "compiler/passes/fold_constants.h"
#include "compiler/passes/fold_padding.h"
#include "compiler/passes/remove_identities.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/graph_testing.h"
#include "tests/support/shared.h"

namespace spindle {
namespace {

using namespace testing;

struct Model {
  const char* file;
  int transposes;  // that are left: one if the input is float NCHW
  bool run;        // compare values; false: too slow for a unit test
};

constexpr Model kModels[] = {
    {"mobilenet_v2_1.0_224_float.onnx", 1, true},
    {"mobilenet_v2_1.0_224_int8_qdq.onnx", 1, true},
    {"mobilenet_v2_1.0_224_uint8_qoperator.onnx", 0, true},
    {"mobilenet_v2_0.35_128_person_float_bn.onnx", 0, true},
    {"mobilenet_v2_0.35_128_person_int8_qdq.onnx", 0, true},
    {"ssd_mobilenet_v2_fpnlite_0.35_192_int8_qdq.onnx", 0, true},
    {"deeplabv3_mnv2_0.5_513_int8_qdq.onnx", 0, false},
};

void structural_passes(Graph& graph) {
  fold_constants(graph);
  remove_identities(graph);
  eliminate_transposes(graph);
  fold_batch_norm(graph);
  fold_affine(graph);
  fold_padding(graph);
  remove_identities(graph);
}

}  // namespace

TEST_CASE("real models become NHWC and keep every value") {
  const auto shared = shared_dir();
  if (!shared) return;
  for (const Model& model : kModels) {
    INFO(model.file);
    Diagnostics diagnostics;
    auto graph = import_onnx(*shared / "models" / model.file, {}, diagnostics);
    REQUIRE(graph);
    REQUIRE(verify(*graph) == "");
    const Graph before = *graph;
    structural_passes(*graph);
    REQUIRE(verify(*graph) == "");
    CHECK(count_of<Transpose>(*graph) == model.transposes);
    CHECK(count_of<BatchNorm>(*graph) == 0);
    CHECK(count_of<Identity>(*graph) == 0);
    if (model.run) CHECK(difference(before, *graph, 1e-4F) == "");
  }
}

}  // namespace spindle
