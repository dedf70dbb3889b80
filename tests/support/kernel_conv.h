// Compares a convolution kernel with the reference interpreter on one case.
#pragma once

#include <string>

#include "compiler/ir/ops.h"
#include "runtime/spindle.h"
#include "tests/support/random_tensor.h"

namespace spindle::testing {

struct ConvCase {
  int height = 5, width = 5, in_channels = 4, out_channels = 4;
  int kernel_h = 3, kernel_w = 3;
  Conv op;       // stride, dilation, padding, groups; `act` in units of the output
  int ring = 0;  // rows that the input's ring buffer holds; 0: all rows, -1: as few as possible

  // The rest is for 8-bit kernels only.
  DType type = DType::kI8;  // of input and output
  int in_zero = 0;          // zero points in that type's range
  int out_zero = 0;
  float multiplier = 0.01F;     // approximate; the scales are chosen to give about this multiplier
  bool per_channel = true;      // one weight scale for every output channel
  bool weight_zeros = false;    // weights with zero points other than 0
  bool extreme_values = false;  // inputs and weights at the ends of their ranges
  int least_weight = -128;

  [[nodiscard]] std::string describe() const;
};

// The kernels. Each stands for its own order of weights too.
enum class ConvKernelS8 { kPointwise, kPointwiseLanes, kConv, kStem, kDepthwise };
enum class ConvKernelF32 { kPointwise, kConv, kDepthwise };

// Runs kernel and reference on random data. Empty if they agree, else what differs.
[[nodiscard]] std::string check_conv(ConvKernelS8 kernel, const ConvCase& c, Random& random);
[[nodiscard]] std::string check_conv(ConvKernelF32 kernel, const ConvCase& c, Random& random);

}  // namespace spindle::testing
