// What both quantizers of tests need: scales and zero points of a network's values, and weights as
// integers.
#pragma once

#include <map>
#include <string>

#include "tests/support/float_network.h"

namespace spindle::testing {

// A quantization with one scale.
struct NetworkQuant {
  float scale = 1;
  int zero_point = 0;
};

// By name of the value. Values that are not quantized are missing.
using NetworkQuants = std::map<std::string, NetworkQuant>;

// Quantizations to `type` (kInt8 or kUint8) of all values but those that stay float. The ranges are
// those that the float network reaches on random input, so that codes use their range. A value that
// is only read by a Relu or Clip has that one's range. Operators that move values keep the
// quantization of their input; Softmax and the sigmoids have steps of 1/256 from 0 on.
[[nodiscard]] NetworkQuants quantizations(const FloatNetwork& network, int type);

// Whether `node` is a Relu or Clip that only limits the range of the operator before it.
[[nodiscard]] bool limits_range(const FloatNetwork& network, const NetworkNode& node);
// Whether the only reader of the node's output is such a Relu or Clip.
[[nodiscard]] bool is_limited(const FloatNetwork& network, const NetworkNode& node);
// Whether the operator only moves values, so that codes are moved as they are.
[[nodiscard]] bool moves_values(const NetworkNode& node);

struct IntegerWeights {
  OnnxTensor values;       // int8, with the shape of the float weights
  OnnxTensor scales;       // [O]
  OnnxTensor zeros;        // int8 [O], all 0
  OnnxTensor bias;         // int32 [O]
  OnnxTensor bias_scales;  // [O]: that of the input times those of the weights
  OnnxTensor bias_zeros;   // int32 [O], all 0
};

// The node's weights, BatchNormalization folded in, as integers from -most to most.
[[nodiscard]] IntegerWeights integer_weights(const NetworkWeights& weights, float input_scale,
                                             int most);

}  // namespace spindle::testing
