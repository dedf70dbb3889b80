// Channels that differ by a factor of 100: equalize_channels() keeps what the network computes, and
// quantize() gains by it.
#include <algorithm>
#include <cmath>
#include <random>

#include "compiler/passes/simplify.h"
#include "compiler/quantize/equalize.h"
#include "compiler/quantize/quantize.h"
#include "compiler/reference/interpreter.h"
#include "compiler/run/results.h"
#include "tests/catch.h"
#include "tests/support/import_model.h"
#include "tests/support/onnx_build.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr int kChannels = 8;

float factor(int channel) {
  return std::pow(100.0F, static_cast<float>(channel) / (kChannels - 1));
}

Floats random_values(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> distribution(0, 0.5F);
  Floats values(count);
  for (float& value : values) value = distribution(random);
  return values;
}

// Two bottlenecks with a residual: project - expand (ReLU6) - project - add - depthwise. The
// channels of the bottlenecks grow by the factors above, and the weights behind them shrink.
Graph hard_network() {
  const auto size = std::int64_t{kChannels};
  Floats project = random_values(3 * kChannels, 1);
  Floats expand = random_values(16 * kChannels, 2);
  Floats again = random_values(16 * kChannels, 3);
  Floats depthwise = random_values(9 * kChannels, 4);
  Floats bias = random_values(kChannels, 5);
  for (int c = 0; c < kChannels; ++c) {
    bias[c] *= factor(c);
    for (int i = 0; i < 3; ++i) project[c * 3 + i] *= factor(c);
    for (int o = 0; o < 16; ++o) expand[o * kChannels + c] /= factor(c);
    for (int i = 0; i < 16; ++i) again[c * 16 + i] *= factor(c);
    for (int i = 0; i < 9; ++i) depthwise[c * 9 + i] /= factor(c);
  }
  ModelBuilder model(13);
  model.input("x", kFloat, {std::int64_t{1}, std::int64_t{3}, std::int64_t{9}, std::int64_t{7}})
      .constant("project", floats({size, 3, 1, 1}, project))
      .constant("bias", floats({size}, bias))
      .constant("expand", floats({16, size, 1, 1}, expand))
      .constant("again", floats({size, 16, 1, 1}, again))
      .constant("depthwise", floats({size, 1, 3, 3}, depthwise))
      .constant("zero", floats({}, {0}))
      .constant("six", floats({}, {6}))
      .node("Conv", {"x", "project", "bias"}, {"a"})
      .node("Conv", {"a", "expand"}, {"b"})
      .node("Clip", {"b", "zero", "six"}, {"c"})
      .node("Conv", {"c", "again"}, {"d"})
      .node("Add", {"a", "d"}, {"e"})
      .node("Conv", {"e", "depthwise"}, {"f"}, {{"group", size}, {"pads", Ints{1, 1, 1, 1}}})
      .node("Relu", {"f"}, {"y"})
      .output("y");
  Imported result = import_model(model);
  INFO(result.messages());
  REQUIRE(result.graph);
  Diagnostics diagnostics;
  simplify(*result.graph, diagnostics);
  return std::move(*result.graph);
}

CalibrationData noise_for(const Graph& graph) {
  const Shape shape = graph.tensor(graph.inputs[0]).shape;
  return {.count = 12, .sample = [shape](std::size_t index, Diagnostics&) {
            const auto seed = static_cast<std::uint32_t>(100 + index);
            return std::optional(std::vector<ConstantPtr>{Constant::floats(
                shape, random_values(static_cast<std::size_t>(element_count(shape)), seed))});
          }};
}

double output_sqnr(const QuantizeOptions& options) {
  const Graph graph = hard_network();
  Diagnostics diagnostics;
  const auto model = quantize(graph, noise_for(graph), options, diagnostics);
  for (const Diagnostic& d : diagnostics.all()) UNSCOPED_INFO(d.message);
  REQUIRE(model);
  CHECK(model->equalized == (options.equalize ? 1 : 0));
  return model->outputs.at(0).sqnr.value();
}

}  // namespace

TEST_CASE("equal channels compute the same, and need the same range") {
  Graph graph = hard_network();
  const CalibrationData data = noise_for(graph);
  Diagnostics diagnostics;
  CalibrationWish wish;
  for (const NodeId i : graph.nodes.ids()) {
    if (graph.nodes[i].as<Conv>() == nullptr) continue;
    wish.nodes.push_back(i);
    wish.tensors.push_back(graph.nodes[i].inputs[0]);
  }
  const auto inputs = data.sample(0, diagnostics);
  const auto before = interpret(graph, *inputs);
  const auto sums = calibrate(graph, wish, data, diagnostics);
  REQUIRE(sums);
  CHECK(equalize_channels(graph, sums->windows) == 1);
  const auto after = interpret(graph, *inputs);
  Difference difference;
  compare(*before[0], *after[0], difference);
  CHECK(difference.largest > 0);
  CHECK(difference.largest_relative < 1e-5);
  const auto equal = calibrate(graph, wish, data, diagnostics);
  REQUIRE(equal);
  // Of the two tensors that are read, which have the same factors, the larger one counts.
  std::vector<double> largest(kChannels, 0.0);
  for (const NodeId i : wish.nodes) {
    const WindowSums& now = equal->windows.at(i);
    if (now.squares.size() != kChannels) continue;
    for (int c = 0; c < kChannels; ++c) {
      largest[c] = std::max(largest[c], now.squares[c] / now.elements);
    }
  }
  for (const double value : largest) CHECK(value == Approx(largest[0]).epsilon(0.01));
}

TEST_CASE("channels that differ cost 8 bits dearly, unless they are made alike") {
  QuantizeOptions options;
  const double with = output_sqnr(options);
  options.equalize = false;
  const double without = output_sqnr(options);
  CHECK(with > 30);
  CHECK(with > without + 10);
}

TEST_CASE("weights per tensor come within 2 dB of weights per channel") {
  QuantizeOptions options;
  const double per_channel = output_sqnr(options);
  options.weights.per_tensor = true;
  CHECK(output_sqnr(options) > per_channel - 2);
}
