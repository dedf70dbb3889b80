// Compares the two implementations of requantization with each other and with the definition.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "compiler/lower/pack/fixed_point.h"
#include "runtime/common/spindle_compiler.h"
#include "tests/catch.h"
#include "tests/support/random_tensor.h"

// The header is included twice: with the float form for cores with an FPU, and with the integer
// form.
namespace with_fpu {
#define SPINDLE_REQUANTIZE_INTEGER 0
#include "runtime/common/spindle_requantize.h"
}  // namespace with_fpu
#undef SPINDLE_REQUANTIZE_H
#undef SPINDLE_ROUND_H
#undef SPINDLE_REQUANTIZE_INTEGER
namespace without_fpu {
#define SPINDLE_REQUANTIZE_INTEGER 1
#include "runtime/common/spindle_requantize.h"
}  // namespace without_fpu

using spindle::testing::Random;

namespace {

constexpr std::int32_t kLowest = INT32_MIN;

int defined(std::int32_t acc, float multiplier, int zero, int lo, int hi) {
  const volatile float product = static_cast<float>(acc) * multiplier;
  const double value = std::nearbyint(static_cast<double>(product)) + zero;
  return static_cast<int>(std::fmin(std::fmax(value, lo), hi));
}

// Describes a difference between the two forms and the definition. Empty if they are equal.
std::string difference(std::int32_t acc, float multiplier, int zero, int lo, int hi) {
  const int fpu =
      with_fpu::spindle_requantize(acc, multiplier, with_fpu::spindle_output_range(zero, lo, hi));
  const int integer = without_fpu::spindle_requantize(
      acc, multiplier, without_fpu::spindle_output_range(zero, lo, hi));
  const int expected = defined(acc, multiplier, zero, lo, hi);
  if (fpu == expected && integer == expected) return {};
  char text[160];
  std::snprintf(text, sizeof text,
                "acc %d multiplier %a zero %d: %d expected, %d float, %d integer", acc,
                static_cast<double>(multiplier), zero, expected, fpu, integer);
  return text;
}

// Whether the two forms agree. Fast, for tests of many values.
bool equal(std::int32_t acc, float multiplier, int zero) {
  return with_fpu::spindle_requantize(acc, multiplier,
                                      with_fpu::spindle_output_range(zero, -128, 127)) ==
         without_fpu::spindle_requantize(acc, multiplier,
                                         without_fpu::spindle_output_range(zero, -128, 127));
}

float power_of_two(int exponent) {
  return std::ldexp(1.0F, exponent);
}

// A random accumulator of random magnitude.
std::int32_t random_acc(Random& random) {
  const auto bits = static_cast<std::uint32_t>(random.next());
  return static_cast<std::int32_t>(bits) >> (random.next() % 32);
}

// A multiplier that maps `acc` to about the range of 8-bit values, often very close to a tie.
float matching_multiplier(Random& random, std::int32_t acc) {
  const auto target = static_cast<float>(random.integer(-300, 300)) + (random.flip() ? 0.5F : 0.0F);
  const float exact = std::fabs(target / static_cast<float>(acc == 0 ? 1 : acc));
  std::uint32_t bits;
  std::memcpy(&bits, &exact, sizeof bits);
  bits += static_cast<std::uint32_t>(random.integer(-3, 3));
  float result;
  std::memcpy(&result, &bits, sizeof bits);
  return bits > 0x7F7FFFFFU ? exact : result;
}

// Tries `count` random pairs of accumulator and multiplier, many of them near ties. True if the two
// forms agree on all.
bool agree_on_random(std::uint64_t seed, std::int64_t count) {
  Random random(seed);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int32_t acc = random_acc(random);
    const float multiplier =
        i % 4 == 0 ? std::ldexp(random.real(1, 2), -static_cast<int>(random.integer(0, 40)))
                   : matching_multiplier(random, acc);
    const int zero = static_cast<int>(random.integer(-128, 127));
    if (!equal(acc, multiplier, zero)) {
      FAIL(difference(acc, multiplier, zero, -128, 127));
      return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("requantize: both forms equal the definition on edge cases") {
  const std::int32_t accs[] = {
      0,          1,          -1,        2,         3,           5,          127,       128,
      255,        256,        0xFFFFFF,  0x1000000, 0x1000001,   0x1000002,  0x1000003, 0x7FFFFF,
      0x7FFFFFBF, 0x7FFFFFC0, INT32_MAX, kLowest,   kLowest + 1, -0x1000001, -0x1000003};
  for (std::int32_t acc : accs) {
    for (int exponent = -149; exponent <= 127; ++exponent) {
      for (float significand : {1.0F, 1.5F, 1.25F, 0x1.fffffep0F, 0x1.000002p0F, 0x1.555556p0F}) {
        const float multiplier = significand * power_of_two(exponent);
        if (!std::isfinite(multiplier)) continue;
        for (int zero : {-128, -1, 0, 127}) {
          const std::string wrong = difference(acc, multiplier, zero, -128, 127);
          if (!wrong.empty()) FAIL(wrong);
          const std::string limited = difference(acc, multiplier, zero, -7, 100);
          if (!limited.empty()) FAIL(limited);
        }
      }
    }
    REQUIRE(difference(acc, 0.0F, 5, -128, 127) == "");
  }
}

TEST_CASE("requantize: every tie of every 8-bit value") {
  for (int shift = 1; shift <= 20; ++shift) {
    for (std::int32_t half = -600; half <= 600; ++half) {
      const std::int32_t acc = half * (1 << (shift - 1));
      const std::string wrong = difference(acc, power_of_two(-shift), 0, -128, 127);
      if (!wrong.empty()) FAIL(wrong);
    }
  }
  // Exact ties: 0.5, 1.5 and 2.5.
  REQUIRE(with_fpu::spindle_requantize(1, 0.5F, with_fpu::spindle_output_range(0, -128, 127)) == 0);
  REQUIRE(with_fpu::spindle_requantize(3, 0.5F, with_fpu::spindle_output_range(0, -128, 127)) == 2);
  REQUIRE(with_fpu::spindle_requantize(5, 0.5F, with_fpu::spindle_output_range(0, -128, 127)) == 2);
}

TEST_CASE("requantize: the integer form equals the float form, millions at random") {
  REQUIRE(agree_on_random(1, 20'000'000));
}

TEST_CASE("requantize: every accumulator", "[.][exhaustive]") {
  for (float multiplier : {0x1.8p-16F, 0x1.fffffep-20F, 0x1.234568p-24F}) {
    for (std::int64_t acc = kLowest; acc <= INT32_MAX; ++acc) {
      const auto value = static_cast<std::int32_t>(acc);
      if (!equal(value, multiplier, 3)) FAIL(difference(value, multiplier, 3, -128, 127));
    }
  }
  REQUIRE(agree_on_random(2, 400'000'000));
}

TEST_CASE("multipliers in fixed point give what those they stand for do") {
  Random random(17);
  int fixed = 0;
  for (int i = 0; i < 500; ++i) {
    const float multiplier =
        std::ldexp(random.real(1, 2), -static_cast<int>(random.integer(4, 16)));
    const int zero = static_cast<int>(random.integer(-128, 127));
    const spindle::AccumulatorRange range{-random.integer(0, 1'000'000),
                                          random.integer(0, 1'000'000)};
    const std::vector<float> given = spindle::integer_multipliers(
        std::vector<float>{multiplier}, {zero, -128, 127}, std::vector{range});
    CAPTURE(multiplier, zero, range.lo, range.hi);
    if (given[0] >= 0) {
      CHECK(given[0] == multiplier);
      continue;
    }
    ++fixed;
    bool same = true;
    for (int k = 0; k < 400; ++k) {
      // Half of the accumulators are near one at which the result changes.
      const auto near = static_cast<std::int64_t>(
          (static_cast<double>(random.integer(-256, 256)) + 0.5) / static_cast<double>(multiplier));
      const std::int64_t any = random.integer(range.lo, range.hi);
      const auto acc = static_cast<std::int32_t>(
          std::clamp(k % 2 == 0 ? any : near + random.integer(-2, 2), range.lo, range.hi));
      const int result = without_fpu::spindle_requantize(
          acc, given[0], without_fpu::spindle_output_range(zero, -128, 127));
      same = same && result == defined(acc, multiplier, zero, -128, 127);
    }
    CHECK(same);
  }
  CHECK(fixed > 250);
}
