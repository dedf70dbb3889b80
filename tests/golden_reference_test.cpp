// Compares the reference interpreter on real networks with recorded results of ONNX Runtime, layer
// by layer and at the outputs. This tests the numeric contract. Only some pictures of each model
// are run, unless SPINDLE_ALL_GOLDENS is set.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "compiler/compile/compilation.h"
#include "compiler/files/npy.h"
#include "compiler/reference/interpreter.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/npz.h"
#include "tests/support/shared.h"

namespace fs = std::filesystem;
using namespace spindle;
using namespace spindle::testing;

namespace {

Graph import_model(const fs::path& shared, const std::string& model) {
  Diagnostics diagnostics;
  auto graph = import_onnx(shared / "models" / (model + ".onnx"), {}, diagnostics);
  REQUIRE(graph.has_value());
  return *graph;
}

Graph compile_model(const fs::path& shared, const std::string& model) {
  Graph graph = import_model(shared, model);
  Diagnostics diagnostics;
  REQUIRE(prepare_graph(graph, {}, diagnostics));
  return graph;
}

ConstantPtr load(const fs::path& file) {
  std::string error;
  ConstantPtr value = read_npy(file, error);
  INFO(error);
  REQUIRE(value != nullptr);
  return value;
}

fs::path numbered(const fs::path& folder, const std::string& stem, int picture) {
  return folder / fmt::format("{}_{:02}.npy", stem, picture);
}

// The value of tensor `id` with the type and layout that it has in the ONNX file.
ConstantPtr in_onnx_form(const Graph& graph, TensorId id, const ConstantPtr& value) {
  const Tensor& tensor = graph.tensor(id);
  return tensor.origins.empty() ? value : to_onnx_form(tensor, tensor.origins.front(), *value);
}

// The graph's outputs for one picture, with the types and layouts of the ONNX file.
std::vector<ConstantPtr> run(const Graph& graph, const ConstantPtr& picture,
                             const Observer& observer = {}) {
  const Tensor& input = graph.tensor(graph.inputs.front());
  const std::vector<ConstantPtr> inputs{
      input.origins.empty() ? picture : from_onnx_form(input, input.origins.front(), *picture)};
  std::vector<ConstantPtr> outputs = interpret(graph, inputs, observer);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    outputs[i] = in_onnx_form(graph, graph.outputs[i], outputs[i]);
  }
  return outputs;
}

std::int64_t differing(const Constant& a, const Constant& b) {
  REQUIRE(a.type() == b.type());
  REQUIRE(a.shape() == b.shape());
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < a.size(); ++i) count += a.as_double(i) != b.as_double(i) ? 1 : 0;
  return count;
}

// Checks that the activations in layers_00.npz are identical to those of the canonical graph.
// Returns the names of the activations that the graph no longer has.
std::set<std::string> check_layers(const fs::path& shared, const std::string& model) {
  const fs::path folder = shared / "golden" / model;
  const Graph graph = compile_model(shared, model);
  const auto expected = read_npz(folder / "layers_00.npz");
  std::set<std::string> missing;
  for (const auto& [name, value] : expected) missing.insert(name);
  std::int64_t values = 0;
  (void)run(graph, load(numbered(folder, "in", 0)), [&](TensorId id, const ConstantPtr& value) {
    for (const Origin& origin : graph.tensor(id).origins) {
      const auto found = expected.find(origin.name);
      if (found == expected.end()) continue;
      INFO(model << ": " << origin.name);
      CHECK(differing(*to_onnx_form(graph.tensor(id), origin, *value), *found->second) == 0);
      values += value->size();
      missing.erase(origin.name);
    }
  });
  fmt::print("{}: {} of {} activations compared, {} values\n", model,
             expected.size() - missing.size(), expected.size(), values);
  for (const std::string& name : missing) fmt::print("  not in the compiled graph: {}\n", name);
  return missing;
}

std::int64_t argmax(const Constant& value) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < value.size(); ++i) {
    if (value.as_double(i) > value.as_double(best)) best = i;
  }
  return best;
}

struct Agreement {
  std::int64_t values = 0;
  std::int64_t different = 0;
  double largest = 0;  // the largest difference
  int pictures = 0;
  int top1 = 0;
};

void add_output(Agreement& total, const Constant& actual, const Constant& expected) {
  total.values += expected.size();
  total.different += differing(actual, expected);
  for (std::int64_t i = 0; i < expected.size(); ++i) {
    const double difference = std::fabs(actual.as_double(i) - expected.as_double(i));
    total.largest = std::max(total.largest, difference);
  }
}

bool run_all() {
  return std::getenv("SPINDLE_ALL_GOLDENS") != nullptr;
}

// Compares all outputs for the first `pictures` goldens of a model.
Agreement compare_outputs(const fs::path& shared, const std::string& model, int pictures) {
  const fs::path folder = shared / "golden" / model;
  const Graph graph = compile_model(shared, model);
  Agreement total;
  for (int i = 0; run_all() || i < pictures; ++i) {
    if (!fs::exists(numbered(folder, "in", i))) break;
    const auto outputs = run(graph, load(numbered(folder, "in", i)));
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      add_output(total, *outputs[k], *load(numbered(folder, fmt::format("out{}", k), i)));
    }
    const ConstantPtr scores = load(numbered(folder, "out0", i));
    total.top1 += argmax(*outputs[0]) == argmax(*scores) ? 1 : 0;
    ++total.pictures;
  }
  REQUIRE(total.pictures > 0);
  fmt::print("{}: {} pictures, {} of {} outputs differ, at most by {:g}, top-1 equal in {}\n",
             model, total.pictures, total.different, total.values, total.largest, total.top1);
  return total;
}

void check_identical_outputs(const std::string& model, int pictures) {
  const auto shared = shared_dir();
  if (!shared) return;
  CHECK(compare_outputs(*shared, model, pictures).different == 0);
}

// Checks that outputs agree with ONNX Runtime within 1e-4 of the largest output, before and after
// the passes.
void check_float_outputs(const std::string& model, int pictures) {
  const auto shared = shared_dir();
  if (!shared) return;
  for (const bool passes : {false, true}) {
    const Graph graph = passes ? compile_model(*shared, model) : import_model(*shared, model);
    for (int i = 0; run_all() || i < pictures; ++i) {
      const fs::path folder = *shared / "golden" / model;
      if (!fs::exists(numbered(folder, "in", i))) break;
      const ConstantPtr actual = run(graph, load(numbered(folder, "in", i))).front();
      const ConstantPtr expected = load(numbered(folder, "out0", i));
      double error = 0;
      double scale = 0;
      for (std::int64_t k = 0; k < expected->size(); ++k) {
        error = std::max(error, std::fabs(actual->as_double(k) - expected->as_double(k)));
        scale = std::max(scale, std::fabs(expected->as_double(k)));
      }
      fmt::print("{} ({}), picture {}: largest error {:g} of {:g}\n", model,
                 passes ? "compiled" : "imported", i, error, scale);
      CHECK(error <= 1e-4 * scale);
      CHECK(argmax(*actual) == argmax(*expected));
    }
  }
}

}  // namespace

TEST_CASE("every activation of MobileNetV2 1.0, QDQ") {
  const auto shared = shared_dir();
  if (!shared) return;
  CHECK(check_layers(*shared, "mobilenet_v2_1.0_224_int8_qdq").empty());
}

TEST_CASE("every activation of the person detector, QDQ") {
  const auto shared = shared_dir();
  if (!shared) return;
  // Quantized Pad nodes were merged into the padding of the depthwise convolutions behind them.
  const std::set<std::string> pads{"quantizelinear_102", "quantizelinear_245", "quantizelinear_460",
                                   "quantizelinear_953"};
  CHECK(check_layers(*shared, "mobilenet_v2_0.35_128_person_int8_qdq") == pads);
}

TEST_CASE("outputs of MobileNetV2 1.0, QDQ") {
  check_identical_outputs("mobilenet_v2_1.0_224_int8_qdq", 2);
}
TEST_CASE("outputs of the person detector, QDQ") {
  check_identical_outputs("mobilenet_v2_0.35_128_person_int8_qdq", 16);
}
TEST_CASE("outputs of the single-shot detector, QDQ") {
  check_identical_outputs("ssd_mobilenet_v2_fpnlite_0.35_192_int8_qdq", 2);
}
TEST_CASE("outputs of the segmentation network, QDQ") {
  check_identical_outputs("deeplabv3_mnv2_0.5_513_int8_qdq", 1);
}

TEST_CASE("outputs of MobileNetV2 1.0, QOperator") {
  check_identical_outputs("mobilenet_v2_1.0_224_uint8_qoperator", 4);
}

TEST_CASE("outputs of MobileNetV2 1.0, float") {
  check_float_outputs("mobilenet_v2_1.0_224_float", 1);
}
TEST_CASE("outputs of the person detector, float with batch normalization") {
  check_float_outputs("mobilenet_v2_0.35_128_person_float_bn", 6);
}
