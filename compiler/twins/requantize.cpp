// Must come first: the settings of spindle_round.h then hold for the whole file.
#include "runtime/common/spindle_requantize.h"

#include <bit>

#include "compiler/twins/requantize.h"

namespace spindle::twins {
namespace {

// Adding 1.5 * 2^23 plus the zero point rounds, because the last bit of such a float has the value
// 1.
std::int8_t low_bits(std::int32_t sum, float multiplier, float rounder) {
  const float product = static_cast<float>(sum) * multiplier;
  const auto value = static_cast<std::int16_t>(std::bit_cast<std::uint32_t>(product + rounder));
  return static_cast<std::int8_t>(value < -128 ? -128 : value > 127 ? 127 : value);
}

}  // namespace

Range neon_range(std::int32_t zero, std::int32_t lo, std::int32_t hi, std::int32_t narrow) {
  return {zero, lo, hi, narrow != 0 && zero % 2 == 0 && lo <= -128 && hi >= 127};
}

void requantize(const std::int32_t* sums, const float* multiplier, std::int8_t* out,
                std::int32_t count, const Range& range) {
  if (range.simple) {
    const float rounder = 12582912.0F + static_cast<float>(range.zero);
    for (std::int32_t i = 0; i < count; ++i) out[i] = low_bits(sums[i], multiplier[i], rounder);
    return;
  }
  const spindle_range limits = spindle_output_range(range.zero, range.lo, range.hi);
  for (std::int32_t i = 0; i < count; ++i) {
    out[i] = spindle_requantize(sums[i], multiplier[i], limits);
  }
}

}  // namespace spindle::twins
