// 8-bit depthwise convolutions whose weights a kernel holds in blocks of channels.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/twins/requantize.h"
#include "runtime/spindle.h"

namespace spindle::twins {

// A depthwise convolution with one output channel for each input channel.
struct Depthwise {
  spindle_rows in{};
  std::int32_t in_width = 0, channels = 0;
  std::int32_t kernel_h = 3, kernel_w = 3, stride_h = 1, stride_w = 1;
  std::int32_t dilation_h = 1, dilation_w = 1, pad_top = 0, pad_left = 0;
  std::int32_t in_zero = 0;  // the value of inputs outside of the image
  Range range;
  std::vector<std::int16_t> weights;  // [kernel_h][kernel_w][channels], minus their zero points
  std::vector<std::int32_t> bias;     // [channels]; includes -in_zero * sum(w)
  std::vector<float> multiplier;      // [channels]
};

// Resizes weights, biases and multipliers.
void resize_data(Depthwise& d);

// Computes columns x to x + n - 1 of row y, like the kernels.
void convolve(const Depthwise& d, const void* in, void* out, std::int32_t y, std::int32_t x,
              std::int32_t n);

}  // namespace spindle::twins
