#include "compiler/quantize/weights.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/support/parallel.h"

namespace spindle {
namespace {

constexpr int kMostCode = 127;

// The float weights as rows, one for each output channel, and what each weight is multiplied by.
struct Rows {
  std::span<const float> weights;
  std::int64_t outputs = 0;
  std::int64_t length = 0;             // weights of an output channel
  std::vector<std::int64_t> first_in;  // by output channel: the first input channel that it reads
  std::int64_t depth = 0;              // input channels that an output channel reads
  std::int64_t channels = 0;           // input channels

  [[nodiscard]] std::span<const float> row(std::int64_t o) const {
    return weights.subspan(o * length, length);
  }
  // The input channel of weight `i` of output channel `o`, and its place in WindowSums::taps.
  [[nodiscard]] std::int64_t channel(std::int64_t o, std::int64_t i) const {
    return first_in[o] + i % depth;
  }
  [[nodiscard]] std::int64_t tap(std::int64_t o, std::int64_t i) const {
    return i / depth * channels + channel(o, i);
  }
};

Rows rows_of(const Graph& graph, const Node& node) {
  const Tensor& weights = graph.tensor(node.inputs[1]);
  Rows rows;
  rows.weights = weights.constant->as<float>();
  rows.outputs = weights.shape[0];
  rows.length = weights.elements() / std::max<std::int64_t>(rows.outputs, 1);
  rows.depth = weights.shape.back();
  rows.channels = graph.tensor(node.inputs[0]).shape.back();
  const auto* conv = node.as<Conv>();
  const std::int64_t groups = conv != nullptr ? conv->groups : 1;
  for (std::int64_t o = 0; o < rows.outputs; ++o) {
    rows.first_in.push_back(o / (rows.outputs / groups) * rows.depth);
  }
  return rows;
}

// How much an error of each weight of an output channel matters: the mean square of its input.
std::vector<double> importance(const Rows& rows, std::int64_t o, const WindowSums& windows) {
  std::vector<double> result(rows.length, 1.0);
  if (windows.elements == 0) return result;
  double sum = 0;
  for (std::int64_t i = 0; i < rows.length; ++i) {
    result[i] = windows.squares[rows.channel(o, i)] / windows.elements;
    sum += result[i];
  }
  // Inputs that were never seen other than 0 may be something else in the field.
  const double least = std::max(sum / static_cast<double>(rows.length) * 1e-3, 1e-30);
  for (double& weight : result) weight = std::max(weight, least);
  return result;
}

int code_of(float weight, float scale) {
  const double code = std::nearbyint(static_cast<double>(weight) / static_cast<double>(scale));
  return static_cast<int>(std::clamp<double>(code, -kMostCode, kMostCode));
}

double error_of(std::span<const float> row, const std::vector<double>& importance, float scale) {
  double sum = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double error =
        static_cast<double>(row[i]) - static_cast<double>(scale) * code_of(row[i], scale);
    sum += importance[i] * error * error;
  }
  return sum;
}

float largest(std::span<const float> values) {
  float most = 0;
  for (const float value : values) most = std::max(most, std::abs(value));
  return most;
}

// The scale with the least of `error`, of those that cover from half of `most` to all of it.
template <typename Error>
float best_scale(float most, const Error& error) {
  constexpr int kSteps = 64;
  float best = most / kMostCode;
  double least = error(best);
  for (int i = 1; i <= kSteps / 2; ++i) {
    const float scale = most / kMostCode * (1.0F - static_cast<float>(i) / kSteps);
    if (!(scale > 0)) break;
    const double sum = error(scale);
    if (sum < least) {
      least = sum;
      best = scale;
    }
  }
  return best;
}

// The scale of each output channel; the same for all with `per_tensor`.
std::vector<float> scales_of(const Rows& rows, const WindowSums& windows, bool per_tensor) {
  std::vector<std::vector<double>> weight(rows.outputs);
  parallel_for(rows.outputs, [&](std::size_t o) {
    weight[o] = importance(rows, static_cast<std::int64_t>(o), windows);
  });
  std::vector<float> scales(rows.outputs, 0.0F);
  if (per_tensor) {
    const float most = largest(rows.weights);
    if (most == 0) return scales;
    const float scale = best_scale(most, [&](float candidate) {
      std::vector<double> errors(rows.outputs);
      parallel_for(rows.outputs, [&](std::size_t o) {
        errors[o] = error_of(rows.row(static_cast<std::int64_t>(o)), weight[o], candidate);
      });
      double sum = 0;
      for (const double error : errors) sum += error;
      return sum;
    });
    std::fill(scales.begin(), scales.end(), scale);
    return scales;
  }
  parallel_for(rows.outputs, [&](std::size_t o) {
    const std::span<const float> row = rows.row(static_cast<std::int64_t>(o));
    const float most = largest(row);
    if (most == 0) return;
    scales[o] = best_scale(most, [&](float scale) { return error_of(row, weight[o], scale); });
  });
  return scales;
}

// Makes the scales usable: positive, and so large that the bias fits into int32 with room for the
// sum of products.
void limit_scales(std::vector<float>& scales, const std::vector<double>& bias, float input_scale,
                  bool per_tensor) {
  constexpr double kMostBias = 1 << 30;
  const float most = *std::max_element(scales.begin(), scales.end());
  const float otherwise = most > 0 ? most : 1.0F / 128;  // of channels without weights
  for (std::size_t o = 0; o < scales.size(); ++o) {
    if (!(scales[o] > 0)) scales[o] = otherwise;
    const double least = std::abs(bias[o]) / kMostBias / static_cast<double>(input_scale);
    scales[o] =
        std::max({scales[o], static_cast<float>(least), std::numeric_limits<float>::min() * 1024});
  }
  if (!per_tensor) return;
  std::fill(scales.begin(), scales.end(), *std::max_element(scales.begin(), scales.end()));
}

}  // namespace

QuantizedWeights quantize_weights(const Graph& graph, const Node& node, const InputSums& sums,
                                  float input_scale, const WeightOptions& options) {
  const Rows rows = rows_of(graph, node);
  std::vector<double> bias(rows.outputs, 0.0);
  const TensorId bias_input = node.optional_input(2);
  if (bias_input != kNoTensor) {
    for (std::int64_t o = 0; o < rows.outputs; ++o) {
      bias[o] = graph.tensor(bias_input).constant->as_double(o);
    }
  }
  std::vector<float> scales = scales_of(rows, sums.exact, options.per_tensor);
  limit_scales(scales, bias, input_scale, options.per_tensor);
  const bool corrects =
      options.correct_bias && sums.exact.positions > 0 && sums.rounded.positions > 0;
  std::vector<std::int8_t> codes(rows.weights.size());
  std::vector<std::int64_t> bias_codes(rows.outputs);
  QuantizedWeights result;
  bool any_bias = bias_input != kNoTensor;
  for (std::int64_t o = 0; o < rows.outputs; ++o) {
    const std::span<const float> row = rows.row(o);
    double shift = 0;  // of the output's mean
    for (std::int64_t i = 0; i < rows.length; ++i) {
      const int code = code_of(row[i], scales[o]);
      codes[o * rows.length + i] = static_cast<std::int8_t>(code);
      if (!corrects) continue;
      const std::int64_t tap = rows.tap(o, i);
      shift +=
          static_cast<double>(scales[o]) * code * sums.rounded.taps[tap] / sums.rounded.positions -
          static_cast<double>(row[i]) * sums.exact.taps[tap] / sums.exact.positions;
    }
    const float scale = input_scale * scales[o];
    result.bias_quant.scale.push_back(scale);
    result.bias_quant.zero_point.push_back(0);
    const double code = std::nearbyint((bias[o] - shift) / static_cast<double>(scale));
    bias_codes[o] = static_cast<std::int64_t>(std::clamp(code, -0x1p31 + 1, 0x1p31 - 1));
    any_bias = any_bias || bias_codes[o] != 0;
  }
  const Tensor& weights = graph.tensor(node.inputs[1]);
  result.weights = Constant::make<std::int8_t>(DType::kI8, weights.shape, codes);
  if (any_bias) result.bias = Constant::ints(DType::kI32, {rows.outputs}, bias_codes);
  if (options.per_tensor) {
    result.weights_quant = {.scale = {scales[0]}, .zero_point = {0}};
    result.bias_quant = {.scale = {result.bias_quant.scale[0]}, .zero_point = {0}};
  } else {
    result.weights_quant = {
        .scale = scales, .zero_point = std::vector<std::int32_t>(scales.size(), 0), .axis = 0};
    result.bias_quant.axis = 0;
  }
  return result;
}

}  // namespace spindle
