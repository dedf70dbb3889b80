// Twins of the 8-bit depthwise convolutions of Cortex-A. The layout of the weights is described in
// the kernels' files.
#include <algorithm>
#include <cstring>

#include "compiler/twins/depthwise.h"
#include "compiler/twins/twins.h"
#include "runtime/common/spindle_window.h"

namespace spindle::twins {
namespace {

constexpr std::size_t kTaps = 9;

// Whether the windows of row y have a row inside of the image, which the kernels need.
bool has_row(const spindle_dw3x3_s8_neon_params& p, std::int32_t y) {
  const std::int32_t top = y * p.stride_h - p.pad_top;
  return top > -3 && top < p.in.rows;
}

// All members but the weights.
Depthwise window_of(const spindle_dw3x3_s8_neon_params& p) {
  Depthwise d;
  d.in = p.in;
  d.in_width = p.in_width;
  d.channels = p.channels;
  d.stride_h = p.stride_h;
  d.stride_w = p.stride_w;
  d.pad_top = p.pad_top;
  d.pad_left = p.pad_left;
  d.in_zero = p.in_zero;
  d.range = neon_range(p.out_zero, p.lo, p.hi, p.narrow);
  resize_data(d);
  d.bias.assign(p.bias, p.bias + p.channels);
  d.multiplier.assign(p.multiplier, p.multiplier + p.channels);
  return d;
}

void expect_window(const spindle_dw3x3_s8_neon_params& p, std::int32_t y, std::int32_t least,
                   const char* symbol) {
  expect(p.channels >= least, symbol, "too few channels");
  expect(p.stride_w == 1 || p.stride_w == 2, symbol, "no such stride");
  expect(has_row(p, y), symbol, "the window is outside of the image");
}

// Whether the sums of two products fit in 16 bits.
bool pairs_fit(const std::int8_t* block, std::int32_t channels) {
  constexpr std::int32_t kPairs[][2] = {{0, 3}, {1, 4}, {2, 5}, {6, 7}};
  for (const auto& pair : kPairs) {
    for (std::int32_t c = 0; c < channels; ++c) {
      if (block[pair[0] * channels + c] == -128 && block[pair[1] * channels + c] == -128) {
        return false;
      }
    }
  }
  return true;
}

// Unpacks weights [block][9 taps][channels of the block] of type Weight. The last block ends at the
// last channel. `check` is called for each block.
template <typename Weight, typename Check>
void take_blocks(Depthwise& d, const void* packed, std::int32_t block, Check check) {
  const auto* from = static_cast<const std::int8_t*>(packed);
  for (std::int32_t c = 0; c < d.channels; c += block) {
    const std::int32_t first = std::min(c, d.channels - block);
    check(from);
    for (std::size_t tap = 0; tap < kTaps; ++tap) {
      std::int16_t* to = d.weights.data() + tap * static_cast<std::size_t>(d.channels) + first;
      for (std::int32_t i = 0; i < block; ++i, from += sizeof(Weight)) {
        Weight value{};
        std::memcpy(&value, from, sizeof value);
        to[i] = value;
      }
    }
  }
}

// Unpacks weights [block][3 columns][16 channels][4], where the last four are rows 0, 1, 2 and a
// zero.
void take_columns(Depthwise& d, const std::int8_t* from, const char* symbol) {
  constexpr std::int32_t kBlock = 16;
  for (std::int32_t c = 0; c < d.channels; c += kBlock) {
    const std::int32_t first = std::min(c, d.channels - kBlock);
    for (std::int32_t column = 0; column < 3; ++column) {
      for (std::int32_t i = first; i < first + kBlock; ++i, from += 4) {
        for (std::int32_t row = 0; row < 3; ++row) {
          d.weights[(3 * row + column) * d.channels + i] = from[row];
        }
        expect(from[3] == 0, symbol, "there is a weight for a fourth row");
      }
    }
  }
}

}  // namespace
}  // namespace spindle::twins

using namespace spindle::twins;

void spindle_dw3x3_s8_neon(const spindle_dw3x3_s8_neon_params* p, const void* in, void* out,
                           std::int32_t y, std::int32_t x, std::int32_t n) {
  expect(p->block == 8 || p->block == 16, __func__, "no such block");
  expect_window(*p, y, p->block, __func__);
  Depthwise d = window_of(*p);
  take_blocks<std::int8_t>(d, p->weights, p->block, [&](const std::int8_t* block) {
    expect(pairs_fit(block, p->block), "spindle_dw3x3_s8_neon", "sums leave 16 bits");
  });
  convolve(d, in, out, y, x, n);
}

void spindle_dw3x3_s8_dot(const spindle_dw3x3_s8_neon_params* p, const void* in, void* out,
                          std::int32_t y, std::int32_t x, std::int32_t n) {
  expect(p->block == 16, __func__, "no such block");
  expect_window(*p, y, p->block, __func__);
  Depthwise d = window_of(*p);
  take_columns(d, p->weights, __func__);
  convolve(d, in, out, y, x, n);
}

void spindle_dw3x3_s8w_neon(const spindle_conv_s8_params* p, const void* in, void* out,
                            std::int32_t y, std::int32_t x, std::int32_t n) {
  constexpr std::int32_t kBlock = 8;
  expect(p->in_channels >= kBlock, __func__, "too few channels");
  expect(p->stride_h == p->stride_w && p->stride_w >= 1 && p->stride_w <= 2, __func__,
         "no such stride");
  Depthwise d;
  d.in = p->in;
  d.in_width = p->in_width;
  d.channels = p->in_channels;
  d.stride_h = p->stride_h;
  d.stride_w = p->stride_w;
  d.pad_top = p->pad_top;
  d.pad_left = p->pad_left;
  d.in_zero = p->in_zero;
  d.range = {p->out_zero, p->lo, p->hi};
  resize_data(d);
  d.bias.assign(p->bias, p->bias + d.channels);
  d.multiplier.assign(p->multiplier, p->multiplier + d.channels);
  take_blocks<std::int16_t>(d, p->weights, kBlock, [](const std::int8_t*) {});
  convolve(d, in, out, y, x, n);
}

void spindle_dw_s8_neon(const spindle_conv_s8_params* p, const void* in, void* out, std::int32_t y,
                        std::int32_t x, std::int32_t n) {
  expect(p->in_channels >= 8 && p->in_channels == p->out_channels, __func__, "no such channels");
  expect(p->kernel_h <= 8, __func__, "the window is too high");
  ::spindle_dw_s8(p, in, out, y, x, n);
}
