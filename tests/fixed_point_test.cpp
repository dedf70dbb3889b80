// Compares requantization in integers with the numeric contract, at all accumulators where either
// result changes and at random ones.
#include "compiler/lower/pack/fixed_point.h"

#include <algorithm>
#include <cmath>

#include "runtime/spindle.h"
#include "tests/catch.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

int contract(std::int32_t acc, float m, const OutputRange& out) {
  const float product = static_cast<float>(acc) * m;
  const double value = std::nearbyint(product) + static_cast<double>(out.zero);
  return static_cast<int>(
      std::clamp(value, static_cast<double>(out.lo), static_cast<double>(out.hi)));
}

int fixed(std::int32_t acc, std::int32_t multiplier, const OutputRange& out) {
  const std::int64_t high = std::int64_t{acc} * multiplier >> 32;
  const std::int64_t offset =
      out.zero * (1 << SPINDLE_FIXED_BITS) + (1 << (SPINDLE_FIXED_BITS - 1));
  const std::int64_t value = (high + offset) >> SPINDLE_FIXED_BITS;
  return static_cast<int>(
      std::clamp<std::int64_t>(std::clamp<std::int64_t>(value, -128, 127), out.lo, out.hi));
}

// Accumulators around the one at which the contract's result becomes `v`.
std::vector<std::int64_t> around(float m, int v, const OutputRange& out) {
  const double at = (v - out.zero - 0.5) / static_cast<double>(m);
  std::vector<std::int64_t> result;
  for (int i = -3; i <= 3; ++i) result.push_back(std::llround(at) + i);
  return result;
}

}  // namespace

TEST_CASE("a multiplier that is given is exact for every accumulator of the range") {
  Random random(1);
  int given = 0;
  int refused = 0;
  for (int i = 0; i < 4000; ++i) {
    const float m = std::exp(random.real(std::log(1e-5F), std::log(0.1F)));
    OutputRange out{static_cast<int>(random.integer(-128, 127)), -128, 127};
    if (i % 3 == 0) out.lo = static_cast<int>(random.integer(-128, 0));
    if (i % 5 == 0) out.hi = static_cast<int>(random.integer(out.lo, 127));
    const AccumulatorRange range{-random.integer(0, 3'000'000), random.integer(0, 3'000'000)};
    const auto multiplier = fixed_multiplier(m, out, range);
    CAPTURE(i, m, out.zero, out.lo, out.hi, range.lo, range.hi);
    if (!multiplier) {
      ++refused;
      continue;
    }
    ++given;
    std::vector<std::int64_t> accs{range.lo, range.hi, -1, 0, 1};
    for (int v = -128; v <= 128; ++v) {
      for (const std::int64_t acc : around(m, v, out)) accs.push_back(acc);
      accs.push_back(random.integer(range.lo, range.hi));
    }
    bool equal = true;
    for (const std::int64_t acc : accs) {
      if (acc < range.lo || acc > range.hi) continue;
      const auto a = static_cast<std::int32_t>(acc);
      equal = equal && contract(a, m, out) == fixed(a, *multiplier, out);
    }
    CHECK(equal);
  }
  CHECK(given > 2000);
  CHECK(refused > 100);
}

TEST_CASE("small ranges, exhaustively") {
  Random random(2);
  int given = 0;
  for (int i = 0; i < 60; ++i) {
    const float m = random.real(0.0005F, 0.06F);
    const OutputRange out{static_cast<int>(random.integer(-128, 127)), -128, 127};
    const AccumulatorRange range{-20000, 20000};
    const auto multiplier = fixed_multiplier(m, out, range);
    if (!multiplier) continue;
    ++given;
    bool equal = true;
    for (std::int32_t acc = -20000; acc <= 20000; ++acc) {
      equal = equal && contract(acc, m, out) == fixed(acc, *multiplier, out);
    }
    CAPTURE(m, out.zero);
    CHECK(equal);
  }
  CHECK(given > 30);
}

TEST_CASE("ties go to even values, which no multiplier does on both sides") {
  // Accumulators 1 and 3 are ties. Float arithmetic rounds them to the even values 0 and 2, integer
  // arithmetic rounds up to 1 and 2.
  const OutputRange out;
  CHECK(!fixed_multiplier(1.0F / 32, out, {-4000, 4000}));
  // From -15 to 15 no accumulator is a tie.
  CHECK(fixed_multiplier(1.0F / 32, out, {-15, 15}) == 1 << 30);
}

TEST_CASE("what does not fit is refused") {
  const OutputRange out;
  CHECK(!fixed_multiplier(0.07F, out, {-100, 100}));  // the multiplier would be 2^31 or more
  CHECK(!fixed_multiplier(0.0F, out, {-100, 100}));
  CHECK(!fixed_multiplier(NAN, out, {-100, 100}));
  CHECK(!fixed_multiplier(0.01F, out, {-3'000'000'000, 100}));
}

TEST_CASE("ranges of accumulators") {
  const IntWeights weights{{1, -2, 3, 4}, {0, 1}};
  const auto ranges = accumulator_ranges(weights, std::vector<std::int32_t>{10, -5});
  REQUIRE(ranges.size() == 2);
  CHECK(ranges[0].lo == 10 - 128 - 2 * 127);
  CHECK(ranges[0].hi == 10 + 127 + 2 * 128);
  CHECK(ranges[1].lo == -5 - 128 * 5);  // less their zero point, the weights are 2 and 3
  CHECK(ranges[1].hi == -5 + 127 * 5);
}
