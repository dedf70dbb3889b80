// Packs weights in the order in which kernels read them (layouts: runtime/spindle.h).
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// Integer weights as stored at run time: int8, and their zero points (uint8 minus 128).
struct IntWeights {
  std::vector<std::int8_t> values;  // in the tensor's order
  std::vector<std::int32_t> zero;   // by output channel; empty if all are zero
};
[[nodiscard]] IntWeights int_weights(const Tensor& weights);
// The weights minus their zero points, if all differences fit in int8; otherwise the same as
// int_weights.
[[nodiscard]] IntWeights centered_weights(const Tensor& weights);

// Whether no output has a weight of -128 for both input 2 i and input 2 i + 1. The sum of two 8-bit
// products then fits in 16 bits. `values` are [outputs][inputs].
[[nodiscard]] bool neighbours_fit(const std::vector<std::int8_t>& values, std::size_t outputs);

// For each output channel: (sx * sw) / sy in float32.
[[nodiscard]] std::vector<float> multipliers(const Tensor& x, const Tensor& weights,
                                             const Tensor& y);
[[nodiscard]] std::vector<std::int32_t> int_bias(const Tensor* bias, std::int64_t outputs);

// Transposes weights from [outputs][taps] to [taps][outputs].
template <typename T>
[[nodiscard]] std::vector<T> transposed(const std::vector<T>& values, std::size_t outputs) {
  const std::size_t taps = outputs == 0 ? 0 : values.size() / outputs;
  std::vector<T> result(values.size());
  for (std::size_t o = 0; o < outputs; ++o) {
    for (std::size_t t = 0; t < taps; ++t) result[t * outputs + o] = values[o * taps + t];
  }
  return result;
}

// Packs float weights [outputs][inputs] into panels, padded with zeros (layout:
// spindle_pw_f32_params in runtime/spindle.h).
[[nodiscard]] std::vector<float> float_panels(const std::vector<float>& values, std::size_t outputs,
                                              std::size_t panel);
[[nodiscard]] std::vector<float> float_values(const Tensor& tensor);
// The bias (zeros if there is none), padded with zeros to `size`.
[[nodiscard]] std::vector<float> float_bias(const Tensor* bias, std::size_t size);

// Packs weights [outputs][taps] for spindle_gemm_s8_dsp, which uses SMLAD. One record for each two
// outputs o and o + 1:
//
//   words                       content
//   2                           biases of o and o + 1
//   2                           `multipliers` of o and o + 1: a group of requantizers()
//   taps, rounded up to 8, / 2  weights, two words for each four taps t to t + 3:
//
//   byte          0             1                 2             3
//   first word    w[o][t]       w[o + 1][t]       w[o][t + 2]   w[o + 1][t + 2]
//   second word   w[o][t + 1]   w[o + 1][t + 1]   w[o][t + 3]   w[o + 1][t + 3]
//
// The outputs are padded to a multiple of two, the taps to a multiple of eight, with weights that
// count as zero.
[[nodiscard]] std::vector<std::int32_t> dsp_pairs(const IntWeights& weights,
                                                  const std::vector<std::int32_t>& bias,
                                                  const std::vector<std::int32_t>& multipliers);

// Reorders the taps of a window for spindle_stem_s8_dsp. A row of the window has `run` bytes. First
// come the whole words (run / 4 * 4 bytes) of each row, then the remaining bytes of all rows.
// Example, 3 rows of 9 bytes: bytes 0 to 7 of rows 0, 1, 2, then byte 8 of rows 0, 1, 2.
[[nodiscard]] IntWeights words_first(const IntWeights& weights, std::size_t outputs,
                                     std::size_t rows, std::size_t run);

// Packs weights, [channel][3][3], and bias of a depthwise convolution of at least 4 channels for
// spindle_dw3x3_s8_dsp (layout: there).
[[nodiscard]] std::vector<std::int32_t> dsp_depthwise(const std::vector<std::int8_t>& values,
                                                      const std::vector<std::int32_t>& bias);

// The same for weights minus their zero points, as pairs of int16. Windows of `side` 3 are for
// spindle_dw3x3_s8w_dsp, of 5 for spindle_dw5x5_s8_dsp (layouts: there).
[[nodiscard]] std::vector<std::int32_t> dsp_depthwise_pairs(const IntWeights& weights,
                                                            const std::vector<std::int32_t>& bias,
                                                            std::size_t side);

}  // namespace spindle
