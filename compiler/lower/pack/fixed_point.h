// Requantization in integers, where it is proven to equal the numeric contract's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "compiler/lower/pack/weights.h"

namespace spindle {

// All values that an accumulator can have, whatever the inputs are.
struct AccumulatorRange {
  std::int64_t lo = 0, hi = 0;
};

// Of each output channel: bias + sum x (w - zw) over int8 inputs x. `weights` are
// [outputs][inputs], `bias` is one value per output, into which the input's zero point has gone.
[[nodiscard]] std::vector<AccumulatorRange> accumulator_ranges(const IntWeights& weights,
                                                               std::span<const std::int32_t> bias);

// The limits and the zero point of an int8 output, -128 <= lo <= hi <= 127.
struct OutputRange {
  int zero = 0, lo = -128, hi = 127;
};

// The contract (docs/numeric-contract.md) says
//
//   y(acc) = clamp(round_half_even(float(acc) * m) + zero, lo, hi)
//
// in float32. Cores whose multiplication gives the upper half of a product need two instructions
// for
//
//   z(acc) = saturate((floor(acc * M / 2^32) + zero * 2^F + 2^(F-1)) >> F),   F =
//   SPINDLE_FIXED_BITS
//
// which is y, once it is clamped too, for all of `range` if M is right: both grow with acc, so they
// are equal if, for every v in (lo, hi], the least acc with y(acc) >= v is that with z(acc) >= v.
// Each v bounds M from both sides; the result is the M nearest to m * 2^(32 + F) within all bounds,
// 0 < M < 2^31. Nothing if there is none: m is too large, or a product that float32 rounds to a tie
// lies on the other side of it (one channel in fifteen of MobileNetV2's).
[[nodiscard]] std::optional<std::int32_t> fixed_multiplier(float m, const OutputRange& output,
                                                           const AccumulatorRange& range);

// Multipliers of groups of channels that begin at `first` and have `size` each, as the kernels with
// runtime/dsp/spindle_fixed.h take them: integers if fixed_multiplier has one for all of the group,
// else the bits of floats, the first of them negated. Channels that do not exist get 0.
[[nodiscard]] std::vector<std::int32_t> requantizers(std::span<const float> multipliers,
                                                     const OutputRange& output,
                                                     std::span<const AccumulatorRange> ranges,
                                                     std::span<const std::size_t> first,
                                                     std::size_t size);

// For cores without an FPU (runtime/common/spindle_requantize.h): of each channel the multiplier, or the
// negative float whose bits are, without the sign, what fixed_multiplier has for it.
[[nodiscard]] std::vector<float> integer_multipliers(std::span<const float> multipliers,
                                                     const OutputRange& output,
                                                     std::span<const AccumulatorRange> ranges);

}  // namespace spindle
