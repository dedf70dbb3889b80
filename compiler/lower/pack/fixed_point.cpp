#include "compiler/lower/pack/fixed_point.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "runtime/spindle.h"

namespace spindle {
namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return -floor_div(-a, b);
}

// Whether round_half_even(float(acc) * m) >= v, with each step in float32. A product of v - 0.5 is
// rounded up to v if v is even.
bool reaches(std::int64_t acc, float m, int v) {
  const float product = static_cast<float>(static_cast<std::int32_t>(acc)) * m;
  const float half_below = static_cast<float>(v) - 0.5F;
  return v % 2 == 0 ? product >= half_below : product > half_below;
}

// The smallest accumulator in the range that reaches v, or range.hi + 1.
std::int64_t threshold(float m, int v, const AccumulatorRange& range) {
  std::int64_t below = range.lo - 1;  // does not reach v, or is outside
  std::int64_t above = range.hi + 1;  // reaches v, or is outside
  // Searches near the expected place first, with growing steps, then by bisection.
  const double guess = std::clamp((v - 0.5) / static_cast<double>(m), static_cast<double>(range.lo),
                                  static_cast<double>(range.hi));
  auto next = static_cast<std::int64_t>(std::floor(guess));
  for (std::int64_t step = 1; below + 1 < above; step *= 2) {
    if (reaches(next, m, v)) {
      above = next;
      next = above - step;
    } else {
      below = next;
      next = below + step;
    }
    if (next <= below || next >= above) next = below + (above - below) / 2;
  }
  return above;
}

// The range of the multipliers M that are still possible.
struct Bounds {
  std::int64_t least = 1;
  std::int64_t most = std::numeric_limits<std::int32_t>::max();

  // Demands acc * M >= limit. A division is slow and there are 255 limits for each channel, so it
  // is done only if the range changes, which is rare.
  void at_least(std::int64_t acc, std::int64_t limit) {
    if (acc > 0 && acc * least < limit) least = ceil_div(limit, acc);
    if (acc < 0 && acc * most < limit) most = floor_div(limit, acc);
    if (acc == 0 && limit > 0) most = 0;
  }
  // Demands acc * M < limit.
  void below(std::int64_t acc, std::int64_t limit) {
    if (acc > 0 && acc * most >= limit) most = ceil_div(limit, acc) - 1;
    if (acc < 0 && acc * least >= limit) least = floor_div(limit, acc) + 1;
    if (acc == 0 && limit <= 0) most = 0;
  }
};

}  // namespace

std::vector<AccumulatorRange> accumulator_ranges(const IntWeights& weights,
                                                 std::span<const std::int32_t> bias) {
  const std::size_t outputs = bias.size();
  const std::size_t inputs = outputs == 0 ? 0 : weights.values.size() / outputs;
  std::vector<AccumulatorRange> ranges;
  for (std::size_t o = 0; o < outputs; ++o) {
    const int zero = weights.zero.empty() ? 0 : weights.zero[o];
    std::int64_t above = 0;  // sums of the positive weights, and (below) of the negative ones
    std::int64_t below = 0;
    for (const std::int8_t value : std::span(weights.values).subspan(o * inputs, inputs)) {
      above += std::max(value - zero, 0);
      below += std::min(value - zero, 0);
    }
    ranges.push_back({bias[o] - 128 * above + 127 * below, bias[o] + 127 * above - 128 * below});
  }
  return ranges;
}

std::optional<std::int32_t> fixed_multiplier(float m, const OutputRange& output,
                                             const AccumulatorRange& range) {
  constexpr int kBits = SPINDLE_FIXED_BITS;
  const double wanted = std::ldexp(static_cast<double>(m), 32 + kBits);
  const bool fits = range.lo >= std::numeric_limits<std::int32_t>::min() &&
                    range.hi <= std::numeric_limits<std::int32_t>::max();
  if (!fits || !(wanted >= 1) || wanted > std::numeric_limits<std::int32_t>::max()) {
    return std::nullopt;
  }
  Bounds bounds;
  for (int v = output.lo + 1; v <= output.hi; ++v) {
    const std::int64_t acc = threshold(m, v - output.zero, range);
    // (floor(acc * M / 2^32) + offset) >> F >= v means acc * M >= (v * 2^F - offset) * 2^32.
    const std::int64_t limit = (v - output.zero) * (std::int64_t{1} << kBits) - (1 << (kBits - 1));
    const std::int64_t scaled = limit * (std::int64_t{1} << 32);
    if (acc <= range.hi) bounds.at_least(acc, scaled);
    if (acc > range.lo) bounds.below(acc - 1, scaled);
    if (bounds.least > bounds.most) return std::nullopt;
  }
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(std::llround(wanted), bounds.least, bounds.most));
}

std::vector<std::int32_t> requantizers(std::span<const float> multipliers,
                                       const OutputRange& output,
                                       std::span<const AccumulatorRange> ranges,
                                       std::span<const std::size_t> first, std::size_t size) {
  std::vector<std::int32_t> result;
  for (const std::size_t begin : first) {
    const std::size_t end = std::min(begin + size, multipliers.size());
    std::vector<std::int32_t> group;
    for (std::size_t c = begin; c < end; ++c) {
      const auto fixed = fixed_multiplier(multipliers[c], output, ranges[c]);
      if (!fixed) break;
      group.push_back(*fixed);
    }
    if (group.size() < end - begin) {
      group.clear();
      for (std::size_t c = begin; c < end; ++c) {
        const float m = c == begin ? -multipliers[c] : multipliers[c];
        group.push_back(std::bit_cast<std::int32_t>(m));
      }
    }
    group.resize(size, 0);
    result.insert(result.end(), group.begin(), group.end());
  }
  return result;
}

std::vector<float> integer_multipliers(std::span<const float> multipliers,
                                       const OutputRange& output,
                                       std::span<const AccumulatorRange> ranges) {
  constexpr std::uint32_t kSign = 0x80000000U;
  std::vector<float> result;
  for (std::size_t c = 0; c < multipliers.size(); ++c) {
    result.push_back(multipliers[c]);
    const auto fixed = fixed_multiplier(multipliers[c], output, ranges[c]);
    if (!fixed) continue;
    const auto number = std::bit_cast<float>(static_cast<std::uint32_t>(*fixed) | kSign);
    if (std::isfinite(number)) result.back() = number;  // C has no constants for NaN and infinity
  }
  return result;
}

}  // namespace spindle
