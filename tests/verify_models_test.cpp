// Verifies real models on emulated cores. Results must equal the reference interpreter's and the
// goldens, in the memory that was planned, for code from a C compiler and for objects from LLVM.
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/support/subprocess.h"
#include "compiler/target/target.h"
#include "tests/catch.h"
#include "tests/support/shared.h"

using namespace spindle;
using spindle::testing::shared_dir;
using Json = nlohmann::json;

namespace {

void verify_on(const std::string& model, const std::vector<std::string>& targets,
               std::int64_t most_arena_bytes, const std::string& emit = "c") {
  const auto shared = shared_dir();
  if (!shared) return;
  for (const std::string& target : targets) {
    const ProcessResult result = run_process(
        {.command = {SPINDLE_TOOL, "verify", (*shared / "models" / (model + ".onnx")).string(),
                     "--target=" + target, "--golden", (*shared / "golden" / model).string(),
                     "--limit=1", "--format=json", "--emit=" + emit}});
    INFO(target << ", " << emit << ": " << result.output);
    REQUIRE(result.ok());
    const Json json = Json::parse(result.output);
    CHECK(json["matches_reference"] == true);
    CHECK(json["matches_golden"] == true);
    CHECK(json["arena_touched_bytes"] == json["arena_planned_bytes"]);
    CHECK(json["arena_bytes"] <= most_arena_bytes);
  }
}

const std::vector<std::string> kTargets{"cortex-m4", "cortex-m7", "cortex-m55", "cortex-a72"};

}  // namespace

TEST_CASE("MobileNetV2 1.0, QDQ") {
  verify_on("mobilenet_v2_1.0_224_int8_qdq", kTargets, 122 * 1024);
}
TEST_CASE("MobileNetV2 1.0, QOperator") {
  verify_on("mobilenet_v2_1.0_224_uint8_qoperator", kTargets, 122 * 1024);
}
TEST_CASE("person detector, QDQ, also without FPU and on Armv7-A") {
  std::vector<std::string> targets = kTargets;
  targets.insert(targets.end(), {"cortex-m3", "cortex-m33", "cortex-a7", "cortex-a9"});
  verify_on("mobilenet_v2_0.35_128_person_int8_qdq", targets, 23 * 1024);
}
TEST_CASE("SSD, also without FPU") {
  verify_on("ssd_mobilenet_v2_fpnlite_0.35_192_int8_qdq",
            {"cortex-m3", "cortex-m7", "cortex-m55", "cortex-a72"}, 132 * 1024);
}
TEST_CASE("DeepLabV3") {
  verify_on("deeplabv3_mnv2_0.5_513_int8_qdq", {"cortex-m7", "cortex-a72"}, 320 * 1024);
}
TEST_CASE("MobileNetV2 1.0, float") {
  verify_on("mobilenet_v2_1.0_224_float", {"cortex-a72"}, 512 * 1024);
}
TEST_CASE("the digits, in both types, as objects on every target") {
  if (!has_llvm()) {
    std::cerr << "*** SKIPPED: built without LLVM ***\n";
    return;
  }
  const std::filesystem::path digits =
      std::filesystem::path(SPINDLE_SOURCE_DIR) / "examples/digits";
  for (const Target& target : targets()) {
    for (const char* model : {"digits_int8.onnx", "digits_float.onnx"}) {
      const ProcessResult result =
          run_process({.command = {SPINDLE_TOOL, "verify", (digits / model).string(),
                                   "--target=" + std::string(target.name), "--emit=obj",
                                   "--format=json", "--input", (digits / "pictures/3.png").string(),
                                   "--mean=127.5", "--std=127.5"}});
      INFO(target.name << ", " << model << ": " << result.output);
      REQUIRE(result.ok());
      const Json json = Json::parse(result.output);
      CHECK(json["matches_reference"] == true);
      CHECK(json["arena_touched_bytes"] == json["arena_planned_bytes"]);
    }
  }
}
TEST_CASE("objects that LLVM compiles, of every kind of model") {
  if (!has_llvm()) {
    std::cerr << "*** SKIPPED: built without LLVM ***\n";
    return;
  }
  verify_on("mobilenet_v2_0.35_128_person_int8_qdq", {"cortex-m4", "cortex-a76"}, 23 * 1024, "obj");
  verify_on("mobilenet_v2_0.35_128_person_float_bn", {"cortex-m55"}, 160 * 1024, "obj");
  verify_on("mobilenet_v2_1.0_224_uint8_qoperator", {"cortex-a72"}, 122 * 1024, "obj");
  verify_on("ssd_mobilenet_v2_fpnlite_0.35_192_int8_qdq", {"cortex-m7"}, 132 * 1024, "obj");
  verify_on("deeplabv3_mnv2_0.5_513_int8_qdq", {"cortex-m7"}, 320 * 1024, "obj");
}
