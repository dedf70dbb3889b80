// Requantization with integer multipliers, where it is proven to give the results of the numeric
// contract.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "compiler/lower/pack/weights.h"

namespace spindle {

// The range of values that an accumulator can have, for any input.
struct AccumulatorRange {
  std::int64_t lo = 0, hi = 0;
};

// The range of bias + sum x (w - zw) over all int8 inputs x, for each output channel. `weights` are
// [outputs][inputs]. `bias` has one value for each output and already includes the input's zero
// point.
[[nodiscard]] std::vector<AccumulatorRange> accumulator_ranges(const IntWeights& weights,
                                                               std::span<const std::int32_t> bias);

// The zero point and the limits of an int8 output, -128 <= lo <= hi <= 127.
struct OutputRange {
  int zero = 0, lo = -128, hi = 127;
};

// The contract (docs/numeric-contract.md) demands, in float32,
//
//   y(acc) = clamp(round_half_even(float(acc) * m) + zero, lo, hi)
//
// On cores with an instruction for the upper half of a product, this takes only two instructions,
// with F = SPINDLE_FIXED_BITS:
//
//   z(acc) = saturate((floor(acc * M / 2^32) + zero * 2^F + 2^(F-1)) >> F)
//
// For the right integer M, clamp(z(acc), lo, hi) == y(acc) for all acc in `range`. How M is found:
// both functions grow with acc. So they are equal if every v in (lo, hi] has the same threshold in
// both, that is, if the least acc with y(acc) >= v is the least acc with z(acc) >= v. Each v limits
// M from below and from above.
//
// Returns, of the M that satisfy all limits and 0 < M < 2^31, the one nearest to m * 2^(32 + F).
// Returns nothing if there is none: because m is too large, or because float32 rounds a product to
// a tie and the exact product lies on the other side of that tie (in MobileNetV2, one channel in
// fifteen).
[[nodiscard]] std::optional<std::int32_t> fixed_multiplier(float m, const OutputRange& output,
                                                           const AccumulatorRange& range);

// The multipliers of groups of channels, as runtime/dsp/spindle_fixed.h takes them. Group i has the
// channels first[i] to first[i] + size - 1. It holds integers if fixed_multiplier has one for every
// channel; otherwise the bits of floats, the first of them negated. Channels that do not exist get
// 0.
[[nodiscard]] std::vector<std::int32_t> requantizers(std::span<const float> multipliers,
                                                     const OutputRange& output,
                                                     std::span<const AccumulatorRange> ranges,
                                                     std::span<const std::size_t> first,
                                                     std::size_t size);

// For cores without an FPU (runtime/common/spindle_requantize.h): for each channel the float
// multiplier or, if fixed_multiplier has an integer for it, the float with the bits of this integer
// and the sign bit set.
[[nodiscard]] std::vector<float> integer_multipliers(std::span<const float> multipliers,
                                                     const OutputRange& output,
                                                     std::span<const AccumulatorRange> ranges);

}  // namespace spindle
