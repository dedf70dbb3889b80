// Compares the runtime's exponential function with the one of the math library, in double.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "runtime/common/spindle_exp.h"
#include "tests/catch.h"

TEST_CASE("spindle_exp is less than one unit of the last place off") {
  double worst = 0;
  for (std::uint64_t bits = 0; bits <= 0xFFFFFFFFu; bits += 4999) {
    const auto word = static_cast<std::uint32_t>(bits);
    float x;
    std::memcpy(&x, &word, sizeof x);
    if (std::isnan(x) || std::abs(x) > 88.0f) continue;
    const double exact = std::exp(static_cast<double>(x));
    const auto rounded = static_cast<float>(exact);
    const double unit = std::nextafter(rounded, std::numeric_limits<float>::infinity()) - rounded;
    worst = std::max(worst, std::abs(spindle_exp(x) - exact) / unit);
  }
  CHECK(worst < 1);
}

TEST_CASE("spindle_exp at the ends") {
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(spindle_exp(0.0f) == 1.0f);
  CHECK(spindle_exp(infinity) == infinity);
  CHECK(spindle_exp(100.0f) == infinity);
  CHECK(spindle_exp(-infinity) == 0.0f);
  CHECK(spindle_exp(-110.0f) == 0.0f);
  // Subnormal results are not flushed to zero.
  CHECK(spindle_exp(-100.0f) == Approx(std::exp(-100.0)).epsilon(0.02));
  CHECK(spindle_exp(-100.0f) > 0.0f);
  CHECK(std::isnan(spindle_exp(std::numeric_limits<float>::quiet_NaN())));
}
