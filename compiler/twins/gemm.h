// 8-bit matrix products whose weights a kernel holds in panels. Shared by the twins of 1x1 and of
// first convolutions.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/twins/requantize.h"
#include "compiler/twins/twins.h"
#include "runtime/common/spindle_window.h"
#include "runtime/spindle.h"

namespace spindle::twins {

// A part of a pixel that a kernel reads: `bytes` bytes from byte `from` on. They are multiplied by
// the weights from number `to` on.
struct Read {
  std::int32_t from = 0, to = 0, bytes = 0;
};

// The order in which a kernel reads the inputs of a pixel (it may read some twice), and the layout
// of a panel's weights: [block][output][bytes of the block].
struct ReadOrder {
  std::vector<Read> reads;
  std::vector<std::int32_t> blocks;  // bytes of each block
};

// The contents of the panels, unpacked.
struct Gemm {
  std::int32_t outputs = 0, depth = 0;  // depth: weights of an output, in reading order
  std::vector<Read> reads;
  std::vector<std::int8_t> weights;  // [outputs][depth]
  std::vector<std::int32_t> bias;    // [outputs]
  std::vector<float> multiplier;     // [outputs]
  // [outputs], or empty: a factor for the sum of a pixel's inputs, each counted once; the product
  // is added. It is minus the zero point of the weights.
  std::vector<std::int32_t> per_sum;
};

// A Gemm with `outputs` channels, before any panel is unpacked.
[[nodiscard]] Gemm empty_gemm(const ReadOrder& order, std::int32_t outputs);
// Unpacks the weights of a panel of `channels` outputs, from output `first` on. Returns what
// follows the weights.
const std::int8_t* take_weights(Gemm& gemm, const ReadOrder& order, std::int32_t first,
                                std::int32_t channels, const std::int8_t* from);

// Computes all outputs of `count` contiguous pixels of `inputs` bytes each. The results are
// contiguous, too.
void multiply(const Gemm& gemm, const Range& range, const std::int8_t* in, std::int32_t inputs,
              std::int8_t* out, std::int32_t count);

// Copies the windows of the outputs `at`, `stride` bytes apart, each as
// [kernel_h][kernel_w][in_channels]. Inputs outside of the image are in_zero. Params is the
// parameter struct of a first convolution.
template <typename Params>
void lay_out_windows(const Params& p, const void* in, std::int8_t* to, std::int32_t stride,
                     Outputs at) {
  for (std::int32_t i = 0; i < at.n; ++i, to += stride) {
    std::int8_t* tap = to;
    for (std::int32_t ky = 0; ky < p.kernel_h; ++ky) {
      const std::int32_t r = at.y * p.stride_h - p.pad_top + ky;
      const auto* row = r >= 0 && r < p.in.rows
                            ? static_cast<const std::int8_t*>(spindle_row(in, p.in, r))
                            : nullptr;
      for (std::int32_t kx = 0; kx < p.kernel_w; ++kx) {
        const std::int32_t column = (at.x + i) * p.stride_w - p.pad_left + kx;
        const bool inside = row != nullptr && column >= 0 && column < p.in_width;
        for (std::int32_t c = 0; c < p.in_channels; ++c) {
          *tap++ = inside ? row[column * p.in_channels + c] : static_cast<std::int8_t>(p.in_zero);
        }
      }
    }
  }
}

}  // namespace spindle::twins
