// Quantizes the weights and biases of Conv and Dense.
#pragma once

#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/quantize/window_sums.h"

namespace spindle {

struct WeightOptions {
  bool per_tensor = false;   // one scale for all output channels
  bool correct_bias = true;  // see quantize_weights
};

// The sums of a node's input in float, and of the same rounded to its codes. They may be empty:
// then nothing is known about the input.
struct InputSums {
  const WindowSums& exact;
  const WindowSums& rounded;
};

struct QuantizedWeights {
  ConstantPtr weights;  // s8, shape of the float weights
  Quant weights_quant;  // zero points 0; one scale, or one per output channel along axis 0
  ConstantPtr bias;     // s32 [O]; null if all biases are 0 and the node has none
  Quant bias_quant;     // the scales that the codes of the bias stand for: input * weights
};

// Symmetric codes from -127 to 127. Each scale is the one with the least squared error of the
// output, as far as the mean squares of the input's channels tell it.
//
// Rounded weights, and an input that was cut off at the ends of its range, change the mean of an
// output channel. With `correct_bias` the difference between the means is taken out of the bias.
//
// `node` is a Conv or Dense with constant weights and bias, `input_scale` the scale of its 8-bit
// input.
[[nodiscard]] QuantizedWeights quantize_weights(const Graph& graph, const Node& node,
                                                const InputSums& sums, float input_scale,
                                                const WeightOptions& options);

}  // namespace spindle
