// Packs weights in the order in which kernels read them (layouts: runtime/spindle.h).
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// Integer weights as stored: int8, with the zero points that go with them.
struct IntWeights {
  std::vector<std::int8_t> values;  // in the tensor's order
  std::vector<std::int32_t> zero;   // by output channel; empty when all are zero
};
[[nodiscard]] IntWeights int_weights(const Tensor& weights);
// The same with the zero points taken away already, if all differences are int8; else as they are.
[[nodiscard]] IntWeights centered_weights(const Tensor& weights);

// Whether the weights of inputs 2 i and 2 i + 1 are nowhere both -128; `values` are
// [outputs][inputs]. Sums of two products of 8 bits then fit in 16.
[[nodiscard]] bool neighbours_fit(const std::vector<std::int8_t>& values, std::size_t outputs);

// Per output channel: (sx * sw) / sy in float32, and the bias (zeros when there is none).
[[nodiscard]] std::vector<float> multipliers(const Tensor& x, const Tensor& weights,
                                             const Tensor& y);
[[nodiscard]] std::vector<std::int32_t> int_bias(const Tensor* bias, std::int64_t outputs);

// [outputs][taps] -> [taps][outputs].
template <typename T>
[[nodiscard]] std::vector<T> transposed(const std::vector<T>& values, std::size_t outputs) {
  const std::size_t taps = outputs == 0 ? 0 : values.size() / outputs;
  std::vector<T> result(values.size());
  for (std::size_t o = 0; o < outputs; ++o) {
    for (std::size_t t = 0; t < taps; ++t) result[t * outputs + o] = values[o * taps + t];
  }
  return result;
}

// Float weights [outputs][inputs] -> panels [ceil(outputs / panel)][inputs][panel], zero-padded.
[[nodiscard]] std::vector<float> float_panels(const std::vector<float>& values, std::size_t outputs,
                                              std::size_t panel);
[[nodiscard]] std::vector<float> float_values(const Tensor& tensor);
// The bias (zeros when there is none), padded with zeros to `size`.
[[nodiscard]] std::vector<float> float_bias(const Tensor* bias, std::size_t size);

// Weights [outputs][taps] for SMLAD, as spindle_gemm_s8_dsp reads them: for each pair of outputs
// two biases, two of `multipliers` (a group each, requantizers) and a word for each pair of taps t,
// u with the bytes (o, t), (o + 1, t), (o, u), (o + 1, u), the least significant first. Of each
// four taps the first pair is 0 and 2, the second 1 and 3. Outputs are padded to a multiple of two,
// taps to one of eight, with zeros.
[[nodiscard]] std::vector<std::int32_t> dsp_pairs(const IntWeights& weights,
                                                  const std::vector<std::int32_t>& bias,
                                                  const std::vector<std::int32_t>& multipliers);

// The taps of a window in the order in which spindle_stem_s8_dsp reads them: of each row of `run`
// bytes the whole words, then what is left of all rows.
[[nodiscard]] IntWeights words_first(const IntWeights& weights, std::size_t outputs,
                                     std::size_t rows, std::size_t run);

// Weights and bias of a depthwise 3 x 3 convolution of at least 4 channels as spindle_dw3x3_s8_dsp
// wants them; `values` are [channel][3][3].
[[nodiscard]] std::vector<std::int32_t> dsp_depthwise(const std::vector<std::int8_t>& values,
                                                      const std::vector<std::int32_t>& bias);

// The same for weights less their zero points, as pairs of int16: of windows of `side` 3, as
// spindle_dw3x3_s8w_dsp, or 5, as spindle_dw5x5_s8_dsp wants them.
[[nodiscard]] std::vector<std::int32_t> dsp_depthwise_pairs(const IntWeights& weights,
                                                            const std::vector<std::int32_t>& bias,
                                                            std::size_t side);

}  // namespace spindle
