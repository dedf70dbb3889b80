// Compares the runtime's functions of one or two floats with those of the math library, in double.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "runtime/common/spindle_erf.h"
#include "runtime/common/spindle_expm1.h"
#include "runtime/common/spindle_integral.h"
#include "runtime/common/spindle_log.h"
#include "runtime/common/spindle_pow.h"
#include "runtime/common/spindle_sqrt.h"
#include "tests/catch.h"

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

float from_bits(std::uint32_t bits) {
  float x = 0;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// The error in units in the last place (ULP) of the exact result as a float. For subnormal results
// the unit is the smallest subnormal.
double units_off(float got, double exact) {
  const auto rounded = static_cast<float>(std::fabs(exact));
  if (std::isinf(rounded)) return std::isinf(got) && (got > 0) == (exact > 0) ? 0 : 1e9;
  const double unit = std::nextafter(rounded, kInfinity) - rounded;
  return std::fabs(got - exact) / unit;
}

// The largest error in ULP over a sample of all floats from `first` to `last`.
template <typename Got, typename Exact>
double worst_of(float first, float last, const Got& got, const Exact& exact) {
  double worst = 0;
  for (std::uint64_t bits = 0; bits <= 0xFFFFFFFFU; bits += 4999) {
    const float x = from_bits(static_cast<std::uint32_t>(bits));
    if (!(x >= first && x <= last)) continue;
    worst = std::max(worst, units_off(got(x), exact(static_cast<double>(x))));
  }
  return worst;
}

double log_of(double x) {
  return std::log(x);
}
double log1p_of(double x) {
  return std::log1p(x);
}
double expm1_of(double x) {
  return std::expm1(x);
}
double tanh_of(double x) {
  return std::tanh(x);
}
double erf_of(double x) {
  return std::erf(x);
}

}  // namespace

TEST_CASE("functions of one float are as near as their headers say") {
  CHECK(worst_of(1e-45F, 3.4e38F, spindle_log, log_of) < 1);
  CHECK(worst_of(0, 3.4e38F, spindle_log1p, log1p_of) < 2.5);
  CHECK(worst_of(-200, 0, spindle_expm1, expm1_of) < 2);
  CHECK(worst_of(-200, 200, spindle_tanh, tanh_of) < 3);
  CHECK(worst_of(-200, 200, spindle_erf, erf_of) < 2);
}

TEST_CASE("functions of one float where there is no number") {
  CHECK(spindle_log(0.0F) == -kInfinity);
  CHECK(spindle_log(kInfinity) == kInfinity);
  CHECK(std::isnan(spindle_log(-1.0F)));
  CHECK(std::isnan(spindle_log(kNaN)));
  CHECK(spindle_log(1.0F) == 0.0F);
  CHECK(spindle_log1p(kInfinity) == kInfinity);
  CHECK(std::isnan(spindle_log1p(kNaN)));
  CHECK(spindle_expm1(-kInfinity) == -1.0F);
  CHECK(std::isnan(spindle_expm1(kNaN)));
  CHECK(spindle_tanh(-kInfinity) == -1.0F);
  CHECK(spindle_tanh(kInfinity) == 1.0F);
  CHECK(std::isnan(spindle_tanh(kNaN)));
  CHECK(spindle_erf(-kInfinity) == -1.0F);
  CHECK(spindle_erf(kInfinity) == 1.0F);
  CHECK(std::isnan(spindle_erf(kNaN)));
}

TEST_CASE("powers are as near as their header says") {
  double worst_small = 0;
  double worst = 0;
  const auto compare = [&](float x, float y) {
    const double exact = std::pow(static_cast<double>(x), static_cast<double>(y));
    const double units = units_off(spindle_pow(x, y), exact);
    double& largest = std::fabs(y) <= 8 ? worst_small : worst;
    largest = std::max(largest, units);
  };
  for (std::uint64_t bits = 1; bits < 0x7F800000U; bits += 199999) {
    const float x = from_bits(static_cast<std::uint32_t>(bits));
    for (float y : {-40.5F, -3.0F, -1.0F, -0.5F, 1e-3F, 0.5F, 1.0F, 2.0F, 2.2F, 7.0F, 33.3F}) {
      compare(x, y);
    }
  }
  // Bases near 1, for which the exponent may be large.
  for (int i = 1; i < 2000; ++i) {
    const float x = 0.5F + static_cast<float>(i) / 1999;
    for (float y = -120; y < 120; y += 0.37F) {
      compare(x, y);
    }
  }
  CHECK(worst_small < 2);
  CHECK(worst < 8);
}

TEST_CASE("powers of and to zeros, infinities and NaNs are those of C") {
  const float values[] = {-kInfinity, -3.0F, -2.5F, -1.0F, -0.5F, -0.0F,  0.0F,      0.5F,
                          1.0F,       2.0F,  2.5F,  3.0F,  1e10F, -1e10F, kInfinity, kNaN};
  for (float x : values) {
    for (float y : values) {
      INFO(x << " to the power of " << y);
      const float got = spindle_pow(x, y);
      const auto expected = static_cast<float>(std::pow(x, y));
      CHECK(std::isnan(got) == std::isnan(expected));
      if (std::isnan(expected)) continue;
      CHECK(std::signbit(got) == std::signbit(expected));
      if (expected == 0 || std::isinf(expected)) {
        CHECK(got == expected);
      } else {
        CHECK(units_off(got, expected) < 3);
      }
    }
  }
}

TEST_CASE("whole numbers, and square roots digit by digit, are exact") {
  int different = 0;
  for (std::uint64_t bits = 0; bits <= 0xFFFFFFFFU; bits += 4999) {
    const float x = from_bits(static_cast<std::uint32_t>(bits));
    if (std::isnan(x)) continue;
    different += spindle_floor(x) == std::floor(x) && spindle_ceil(x) == std::ceil(x) &&
                         spindle_nearest(x) == std::nearbyint(x)
                     ? 0
                     : 1;
    if (x > 0 && x < kInfinity) different += spindle_sqrt_by_digits(x) == std::sqrt(x) ? 0 : 1;
  }
  for (float x : {0.5F, 1.5F, 2.5F, -0.5F, -1.5F, 8388607.5F, -8388607.5F}) {
    different += spindle_nearest(x) == std::nearbyint(x) ? 0 : 1;
  }
  CHECK(different == 0);
  CHECK(std::isnan(spindle_floor(kNaN)));
  CHECK(std::isnan(spindle_nearest(kNaN)));
}
