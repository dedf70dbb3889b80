// `verify --golden` on a quantized model: how far an output of each type may be from its golden.
#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "compiler/files/npy.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/onnx_build.h"
#include "tests/support/tool.h"

namespace fs = std::filesystem;
using namespace spindle;
using namespace spindle::testing;

namespace {

// Scores (float, 4096 values in steps of 1/128) and the class of each pixel (int64, 1024 values).
void write_model(const fs::path& file) {
  ModelBuilder model(13);
  model.input("x", kFloat, {std::int64_t{1}, std::int64_t{4}, std::int64_t{32}, std::int64_t{32}})
      .constant("scale", floats({}, {1.0F / 128}))
      .constant("zero", ints(kInt8, {}, {0}))
      .node("QuantizeLinear", {"x", "scale", "zero"}, {"q"})
      .node("DequantizeLinear", {"q", "scale", "zero"}, {"scores"})
      .node("ArgMax", {"scores"}, {"classes"}, {{"axis", 1}, {"keepdims", 0}})
      .output("scores")
      .output("classes");
  const std::vector<std::byte> bytes = model.bytes();
  write_text(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void write_array(const fs::path& file, const Constant& value) {
  std::string error;
  REQUIRE(write_npy(file, value, error));
}

}  // namespace

TEST_CASE("an output of integers does not widen what outputs of floats may differ by") {
  const TemporaryDirectory folder;
  const fs::path& golden = folder.path();
  const std::string model = (golden / "model.onnx").string();
  write_model(model);
  std::minstd_rand random(3);
  std::vector<float> values;
  for (int i = 0; i < 4096; ++i) values.push_back(static_cast<float>(random() % 200) / 128 - 0.78F);
  write_array(golden / "in_00.npy", *Constant::floats({1, 4, 32, 32}, values));
  REQUIRE(run_tool({"run", model, "--input", (golden / "in_00.npy").string(), "--output-dir",
                    (golden / "out").string()})
              .ok());
  std::string error;
  const ConstantPtr scores = read_npy(golden / "out/scores.npy", error);
  const ConstantPtr classes = read_npy(golden / "out/classes.npy", error);
  REQUIRE((scores != nullptr && classes != nullptr));

  const auto verify = [&](float score_off, std::int64_t class_off) {
    const auto floats_of = scores->as<float>();
    std::vector<float> changed(floats_of.begin(), floats_of.end());
    // Not the largest one, whose place must not change.
    *std::min_element(changed.begin(), changed.end()) -= score_off;
    std::vector<std::int64_t> moved = classes->to_ints();
    *std::min_element(moved.begin() + 100, moved.end()) += class_off;
    write_array(golden / "out0_00.npy", *Constant::floats(scores->shape(), changed));
    write_array(golden / "out1_00.npy", *Constant::ints(classes->type(), classes->shape(), moved));
    const ProcessResult result =
        run_tool({"verify", model, "--target=host", "--golden=" + golden.string()});
    INFO(result.output);
    return result.code;
  };
  CHECK(verify(0, 0) == 0);
  CHECK(verify(1.0F / 256, 1) == 0);  // a step of each
  CHECK(verify(1.0F / 128, 0) == 3);
  CHECK(verify(0.9F, 0) == 3);
  CHECK(verify(0, 2) == 3);
}
