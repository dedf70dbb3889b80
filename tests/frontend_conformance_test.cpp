// The ONNX backend node tests (Debian's libonnx-testdata, or the folder in SPINDLE_ONNX_TESTDATA)
// through importer and reference interpreter. Tests of operators that Spindle refuses are passed
// over; what imports must compute what the test says.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>

#include "compiler/ir/verifier.h"
#include "compiler/reference/interpreter.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/onnx_build.h"

using namespace spindle;
namespace fs = std::filesystem;

namespace {

std::optional<fs::path> testdata() {
  const char* given = std::getenv("SPINDLE_ONNX_TESTDATA");
  const fs::path folder = given != nullptr ? given : "/usr/share/libonnx-testdata/data/node";
  if (fs::is_directory(folder)) return folder;
  std::cerr << "\n*** SKIPPED: no ONNX node tests in " << folder
            << " (install libonnx-testdata or set SPINDLE_ONNX_TESTDATA) ***\n";
  return std::nullopt;
}

std::vector<fs::path> numbered(const fs::path& folder, const std::string& kind) {
  std::vector<fs::path> files;
  for (int i = 0; fs::exists(folder / (kind + std::to_string(i) + ".pb")); ++i) {
    files.push_back(folder / (kind + std::to_string(i) + ".pb"));
  }
  return files;
}

std::string difference(const Constant& got, const Constant& wanted) {
  if (got.shape() != wanted.shape()) {
    return "shape " + to_string(got.shape()) + ", not " + to_string(wanted.shape());
  }
  if (got.type() != wanted.type()) return "another type";
  for (std::int64_t i = 0; i < got.size(); ++i) {
    const double a = got.as_double(i);
    const double b = wanted.as_double(i);
    if (std::isnan(a) && std::isnan(b)) continue;
    const double tolerance = got.type() == DType::kF32 ? 1e-5 + 1e-4 * std::abs(b) : 0;
    if (a == b || std::abs(a - b) <= tolerance) continue;
    std::ostringstream text;
    text << "element " << i << " is " << a << ", not " << b;
    return text.str();
  }
  return {};
}

enum class Outcome { kPassed, kRefused };

// Runs one test with its inputs from `first_constant` on given as constants.
Outcome run(const fs::path& test, std::size_t first_constant) {
  const fs::path data = test / "test_data_set_0";
  const auto inputs = numbered(data, "input_");
  const auto bytes = testing::with_constant_inputs(test / "model.onnx", inputs, first_constant);
  Diagnostics diagnostics;
  const auto graph = import_onnx(bytes, test.filename().string(), {}, {}, diagnostics);
  const auto& messages = diagnostics.all();
  const bool rounds = std::any_of(messages.begin(), messages.end(), [](const Diagnostic& d) {
    return d.code == "W0102";  // float16 and the like, whose rounding is not reproduced
  });
  if (!graph || rounds) return Outcome::kRefused;
  INFO(test.filename().string());
  CHECK(verify(*graph) == "");
  std::vector<ConstantPtr> values;
  for (std::size_t i = 0; i < std::min(first_constant, inputs.size()); ++i) {
    values.push_back(testing::read_onnx_tensor(inputs[i]));
    if (values.back() == nullptr) return Outcome::kRefused;
  }
  if (values.size() != graph->inputs.size()) return Outcome::kRefused;
  const auto results = interpret(*graph, values);
  const auto outputs = numbered(data, "output_");
  REQUIRE(results.size() == outputs.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const ConstantPtr wanted = testing::read_onnx_tensor(outputs[i]);
    if (wanted == nullptr) return Outcome::kRefused;
    CHECK(difference(*results[i], *wanted) == "");
  }
  return Outcome::kPassed;
}

// Operators of which at least one test must run, so that a refusal by mistake shows.
const std::set<std::string> kClaimed = {
    "Abs",
    "Add",
    "ArgMax",
    "ArgMin",
    "AveragePool",
    "BatchNormalization",

    "Ceil",
    "Clip",
    "Concat",
    "Constant",
    "Conv",
    "DequantizeLinear",
    "Div",
    "Dropout",
    "Elu",
    "Erf",
    "Exp",
    "Flatten",
    "Floor",
    "Gather",
    "Gemm",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "LeakyRelu",
    "Log",
    "LogSoftmax",
    "MatMul",
    "Max",
    "MaxPool",
    "Mean",
    "Min",
    "Mul",
    "Neg",
    "Pad",
    "Pow",
    "QLinearConv",
    "QLinearMatMul",
    "QuantizeLinear",
    "Reciprocal",
    "ReduceMax",
    "ReduceMean",
    "ReduceMin",
    "ReduceSum",
    "Relu",
    "Reshape",
    "Resize",
    "Round",
    "Shape",
    "Sigmoid",
    "Size",
    "Slice",
    "Softmax",
    "Softplus",
    "Split",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Sum",
    "Tanh",
    "Transpose",
    "Unsqueeze",
};

// Tests that say something else than ONNX Runtime computes, which is what counts.
const std::set<std::string> kDiffering = {
    // ONNX Runtime rounds the new size before it aligns the corners.
    "test_resize_downsample_scales_linear_align_corners",
    // Their files hold bfloat16 as uint16.
    "test_cast_BFLOAT16_to_FLOAT",
    "test_castlike_BFLOAT16_to_FLOAT",
    "test_castlike_BFLOAT16_to_FLOAT_expanded",
    "test_castlike_FLOAT_to_BFLOAT16",
};

}  // namespace

TEST_CASE("ONNX backend node tests") {
  const auto folder = testdata();
  if (!folder) return;
  std::set<std::string> unseen = kClaimed;
  int passed = 0;
  int refused = 0;
  std::vector<fs::path> tests;
  for (const auto& entry : fs::directory_iterator(*folder)) tests.push_back(entry.path());
  std::sort(tests.begin(), tests.end());
  for (const fs::path& test : tests) {
    const auto operators = testing::operators_of(test / "model.onnx");
    if (operators.size() != 1 || kDiffering.count(test.filename().string()) > 0) continue;
    // With all inputs at run time, with arguments as constants, and wholly constant.
    bool any = false;
    for (std::size_t first_constant : {1000, 1, 0}) {
      any = run(test, first_constant) == Outcome::kPassed || any;
    }
    if (any) {
      ++passed;
      unseen.erase(*operators.begin());
    } else {
      ++refused;
      if (std::getenv("SPINDLE_LIST_REFUSED") != nullptr) std::cout << test.filename() << '\n';
    }
  }
  std::cout << passed << " node tests passed, " << refused << " passed over\n";
  std::string missing;
  for (const std::string& name : unseen) missing += name + " ";
  CHECK(missing == "");
}
