// Compares compiled programs of real models with ONNX Runtime's outputs, for all goldens, on this
// machine. tests/verify_models_test.cpp does so on emulated cores.
#include <cmath>
#include <filesystem>

#include "compiler/driver/model_options.h"
#include "compiler/execute/execute.h"
#include "compiler/files/npy.h"
#include "compiler/run/results.h"
#include "tests/catch.h"
#include "tests/support/shared.h"

using namespace spindle;
using spindle::testing::shared_dir;
namespace fs = std::filesystem;

namespace {

ConstantPtr load(const fs::path& file) {
  std::string error;
  ConstantPtr value = read_npy(file, error);
  INFO(error);
  REQUIRE(value);
  return value;
}

struct Result {
  Difference difference;
  int pictures = 0;
};

Result run_goldens(const fs::path& shared, const std::string& model) {
  ModelOptions options;
  options.model = shared / "models" / (model + ".onnx");
  Diagnostics diagnostics;
  const auto compiled = compile_model(options, "host", diagnostics);
  REQUIRE(compiled);
  Result result;
  for (;; ++result.pictures) {
    const std::string number = (result.pictures < 10 ? "0" : "") + std::to_string(result.pictures);
    const fs::path input = shared / "golden" / model / ("in_" + number + ".npy");
    if (!fs::exists(input)) break;
    const ConstantPtr picture = load(input);
    const auto bytes = picture->bytes();
    const std::vector<std::vector<std::byte>> inputs{{bytes.begin(), bytes.end()}};
    const Execution run = execute(compiled->program, inputs);
    for (std::size_t i = 0; i < run.outputs.size(); ++i) {
      const ConstantPtr golden =
          load(shared / "golden" / model / ("out" + std::to_string(i) + "_" + number + ".npy"));
      compare(*golden, *to_tensor(compiled->program.outputs[i], run.outputs[i]), result.difference);
    }
  }
  return result;
}

void check_identical(const std::string& model, int pictures) {
  const auto shared = shared_dir();
  if (!shared) return;
  const Result result = run_goldens(*shared, model);
  CHECK(result.pictures == pictures);
  CHECK(result.difference.different == 0);
}

// For models of detection and segmentation. All output values must be identical to the goldens.
void check_every_output(const std::string& model, int pictures, std::int64_t values) {
  const auto shared = shared_dir();
  if (!shared) return;
  const Result result = run_goldens(*shared, model);
  CHECK(result.pictures == pictures);
  CHECK(result.difference.values == values);
  CHECK(result.difference.different == 0);
}

void check_float(const std::string& model, int pictures) {
  const auto shared = shared_dir();
  if (!shared) return;
  const Result result = run_goldens(*shared, model);
  CHECK(result.pictures == pictures);
  CHECK(result.difference.largest_relative < 1e-4);
}

}  // namespace

TEST_CASE("MobileNetV2 1.0, QDQ: all goldens identical") {
  check_identical("mobilenet_v2_1.0_224_int8_qdq", 4);
}
TEST_CASE("MobileNetV2 1.0, QOperator: all goldens identical") {
  check_identical("mobilenet_v2_1.0_224_uint8_qoperator", 22);
}
TEST_CASE("person detector, QDQ: all goldens identical") {
  check_identical("mobilenet_v2_0.35_128_person_int8_qdq", 16);
}
TEST_CASE("SSD: scores, boxes and anchors of all goldens identical") {
  check_every_output("ssd_mobilenet_v2_fpnlite_0.35_192_int8_qdq", 6, 6 * 38450);
}
TEST_CASE("DeepLabV3: every pixel of all goldens has the same class") {
  check_every_output("deeplabv3_mnv2_0.5_513_int8_qdq", 2, 526338);
}
TEST_CASE("MobileNetV2 1.0, float: all goldens within 1e-4") {
  check_float("mobilenet_v2_1.0_224_float", 4);
}
TEST_CASE("person detector, float: all goldens within 1e-4") {
  check_float("mobilenet_v2_0.35_128_person_float_bn", 6);
}
