// Runs the ONNX backend node tests (Debian's libonnx-testdata, or the folder in
// SPINDLE_ONNX_TESTDATA) with importer and reference interpreter, and as a compiled program if
// there are kernels. Tests whose model Spindle refuses are skipped; every model that it imports
// must give the test's results. docs/operators.md lists the outcomes; run with
// SPINDLE_UPDATE_DOCS=1 to write it.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "compiler/emulate/run_compiled.h"
#include "compiler/execute/execute.h"
#include "compiler/ir/verifier.h"
#include "compiler/reference/interpreter.h"
#include "compiler/run/results.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
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

// The used rows of NonMaxSuppression's result. Spindle marks unused rows by -1; ONNX has none.
ConstantPtr used_rows(const ConstantPtr& got, const Constant& wanted) {
  std::vector<std::int64_t> values = got->to_ints();
  const auto used =
      static_cast<std::size_t>(std::find(values.begin(), values.end(), -1) - values.begin());
  values.resize(used);
  const auto columns = wanted.shape().back();
  return Constant::ints(got->type(), {static_cast<std::int64_t>(used) / columns, columns}, values);
}

// An output in the form in which the test expects it.
ConstantPtr comparable(const ConstantPtr& got, const Constant& wanted, const std::string& test) {
  const bool rows = test.find("nonmaxsuppression") != std::string::npos;
  return rows ? used_rows(got, wanted) : got;
}

enum class Outcome { kRefused, kReference, kCompiled };

// Compiles and runs `graph`. Returns false if there are no kernels for it.
bool run_compiled(Graph graph, const std::vector<ConstantPtr>& values,
                  const std::vector<fs::path>& outputs, const std::string& test) {
  Diagnostics diagnostics;
  CompilationOptions options;
  options.pipeline.verify = true;
  const auto compiled = compile_graph(std::move(graph), *find_target("host"), options, diagnostics);
  if (!compiled) return false;
  std::vector<std::vector<std::byte>> inputs;
  for (const ConstantPtr& value : values) {
    inputs.emplace_back(value->bytes().begin(), value->bytes().end());
  }
  const Execution result = execute_painted(compiled->program, inputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const ConstantPtr wanted = testing::read_onnx_tensor(outputs[i]);
    const ConstantPtr got = to_tensor(compiled->program.outputs[i], result.outputs[i]);
    CHECK(difference(*comparable(got, *wanted, test), *wanted) == "");
  }
  return true;
}

// The outcomes of the tests, for the document.
struct Tally {
  std::map<std::string, std::array<int, 3>> outcomes;  // by operator: tests with each Outcome
  std::map<std::string, std::string> refused;          // by test: the reason
};

std::string document(const Tally& tally, std::size_t tests) {
  std::ostringstream out;
  out << "# Operators\n\n"
         "Written by `tests/onnx_node_test.cpp` from the ONNX project's own node tests as\n"
         "Debian packages them (libonnx-testdata, "
      << tests
      << " tests). Every test that is not refused passes.\n\n"
         "*compiled*: imported, computed right by the reference interpreter and by the compiled\n"
         "program. *reference*: computed right by the reference interpreter; there is no kernel\n"
         "(integer or boolean data, or an operator that the compiler does not lower yet).\n"
         "*refused*: with a diagnostic; listed below with its reason.\n\n"
         "| operator | compiled | reference | refused |\n|---|---|---|---|\n";
  for (const auto& [name, counts] : tally.outcomes) {
    if (counts[1] + counts[2] == 0) continue;
    out << "| " << name << " | " << counts[2] << " | " << counts[1] << " | " << counts[0] << " |\n";
  }
  out << "\nNot part of the node tests but supported: the com.microsoft operators QLinearAdd,\n"
         "QLinearMul, QLinearGlobalAveragePool, QLinearAveragePool, QLinearSigmoid, "
         "QLinearSoftmax,\n"
         "QLinearLeakyRelu, QLinearConcat and QGemm.\n\n## Refused tests of these operators\n\n"
         "| test | reason |\n|---|---|\n";
  for (const auto& [test, reason] : tally.refused) out << "| " << test << " | " << reason << " |\n";
  return out.str();
}

// Runs one test. Its inputs from index `first_constant` on are constants of the model.
Outcome run(const fs::path& test, std::size_t first_constant, std::string& reason) {
  const fs::path data = test / "test_data_set_0";
  const auto inputs = numbered(data, "input_");
  const auto bytes = testing::with_constant_inputs(test / "model.onnx", inputs, first_constant);
  Diagnostics diagnostics;
  const auto graph = import_onnx(bytes, test.filename().string(), {}, {}, diagnostics);
  const auto& messages = diagnostics.all();
  const bool rounds = std::any_of(messages.begin(), messages.end(), [](const Diagnostic& d) {
    return d.code == "W0102";  // types such as float16, whose rounding is not reproduced
  });
  if (!graph && !messages.empty()) {
    reason = messages.front().notes.empty() ? messages.front().message : messages.front().notes[0];
  }
  if (rounds) reason = "float16, bfloat16 or double data";
  if (!graph || rounds) return Outcome::kRefused;
  const std::string name = test.filename().string();
  INFO(name);
  CHECK(verify(*graph) == "");
  std::vector<ConstantPtr> values;
  for (std::size_t i = 0; i < std::min(first_constant, inputs.size()); ++i) {
    values.push_back(testing::read_onnx_tensor(inputs[i]));
    if (values.back() == nullptr) {
      reason = "an element type that is not supported";
      return Outcome::kRefused;
    }
  }
  if (values.size() != graph->inputs.size()) return Outcome::kRefused;
  const auto results = interpret(*graph, values);
  const auto outputs = numbered(data, "output_");
  REQUIRE(results.size() == outputs.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const ConstantPtr wanted = testing::read_onnx_tensor(outputs[i]);
    if (wanted == nullptr) return Outcome::kRefused;
    CHECK(difference(*comparable(results[i], *wanted, name), *wanted) == "");
  }
  // If every input is constant, there is nothing left to compile.
  const bool folded = values.empty() && !inputs.empty();
  return run_compiled(*graph, values, outputs, name) && !folded ? Outcome::kCompiled
                                                                : Outcome::kReference;
}

// Operators with at least one test that must run. So it shows if one is refused by mistake.
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
    "ConvTranspose",
    "DepthToSpace",
    "DequantizeLinear",
    "Div",
    "Dropout",
    "Elu",
    "Erf",
    "Exp",
    "Expand",
    "Flatten",
    "Floor",
    "Gather",
    "Gemm",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "InstanceNormalization",
    "LayerNormalization",
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
    "NonMaxSuppression",
    "PRelu",
    "Pad",
    "Pow",
    "QLinearConv",
    "QLinearMatMul",
    "QuantizeLinear",
    "Reciprocal",
    "ReduceL1",
    "ReduceL2",
    "ReduceLogSum",
    "ReduceMax",
    "ReduceMean",
    "ReduceMin",
    "ReduceSum",
    "ReduceSumSquare",
    "Relu",
    "Reshape",
    "Resize",
    "Round",
    "Selu",
    "Shape",
    "Sigmoid",
    "Size",
    "Slice",
    "Softmax",
    "Softplus",
    "SpaceToDepth",
    "Split",
    "Sqrt",
    "Squeeze",
    "Sub",
    "Sum",
    "Tanh",
    "Tile",
    "TopK",
    "Transpose",
    "Unsqueeze",
};

// Tests that expect other results than ONNX Runtime computes. Spindle follows ONNX Runtime.
const std::set<std::string> kDiffering = {
    // ONNX Runtime rounds the new size before it aligns the corners; the test does not.
    "test_resize_downsample_scales_linear_align_corners",
    // The expected results wrap around, but the operator and ONNX Runtime saturate.
    "test_qlinearmatmul_2D_int8_float32",
    "test_qlinearmatmul_3D_int8_float32",
    // The files hold bfloat16 data with the type uint16.
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
  Tally tally;
  std::vector<fs::path> tests;
  for (const auto& entry : fs::directory_iterator(*folder)) tests.push_back(entry.path());
  std::sort(tests.begin(), tests.end());
  for (const fs::path& test : tests) {
    const std::string name = test.filename().string();
    const auto operators = testing::operators_of(test / "model.onnx");
    if (operators.size() != 1 || kDiffering.count(name) > 0) continue;
    // First all inputs are given at run time; then more and more of them are constants, at last
    // all.
    Outcome best = Outcome::kRefused;
    std::string reason;
    for (std::size_t first_constant : {0, 1, 2, 1000}) {
      best = std::max(best, run(test, first_constant, reason));
    }
    ++tally.outcomes[*operators.begin()][static_cast<std::size_t>(best)];
    if (best != Outcome::kRefused) unseen.erase(*operators.begin());
    if (best == Outcome::kRefused && kClaimed.count(*operators.begin()) > 0) {
      tally.refused[name] = reason;
    }
  }
  const std::string text = document(tally, tests.size());
  const fs::path file = fs::path(SPINDLE_SOURCE_DIR) / "docs/operators.md";
  if (std::getenv("SPINDLE_UPDATE_DOCS") != nullptr) std::ofstream(file) << text;
  std::ostringstream committed;
  committed << std::ifstream(file).rdbuf();
  // The list is compared only if it was written for the same number of tests, since other releases
  // of the tests give another list.
  const std::string count = "(libonnx-testdata, " + std::to_string(tests.size()) + " tests)";
  if (committed.str().find(count) != std::string::npos) CHECK(committed.str() == text);
  std::string missing;
  for (const std::string& name : unseen) missing += name + " ";
  CHECK(missing == "");
}
