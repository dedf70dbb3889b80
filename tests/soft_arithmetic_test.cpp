// Checks that the firmware's arithmetic for cores without an FPU gives exactly the results of this
// machine's FPU.
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "tests/catch.h"

namespace firmware {
extern "C" {
#include "compiler/emulate/firmware/arithmetic.c"
}
}  // namespace firmware

namespace {

// The names are those of the ABI.
using firmware::__aeabi_d2f;  // NOLINT(bugprone-reserved-identifier)
using firmware::__aeabi_f2d;  // NOLINT(bugprone-reserved-identifier)

// Sample values: random fractions and extreme ones with several exponents, infinities, NaNs, and
// random bits.
template <typename Bits, int kFraction>
std::vector<Bits> samples() {
  std::mt19937_64 random(3);
  constexpr int kWidth = 8 * sizeof(Bits);
  constexpr Bits kMostExponent = (Bits{1} << (kWidth - 1 - kFraction)) - 1;
  std::vector<Bits> list;
  for (Bits sign : {Bits{0}, Bits{1}}) {
    for (Bits exponent : {Bits{0}, Bits{1}, Bits{2}, kMostExponent / 2, kMostExponent / 2 + 1,
                          kMostExponent / 2 + kFraction, kMostExponent - 1}) {
      for (int i = 0; i < 12; ++i) {
        Bits fraction = static_cast<Bits>(random()) & ((Bits{1} << kFraction) - 1);
        if (i == 0) fraction = 0;
        if (i == 1) fraction = 1;
        if (i == 2) fraction = (Bits{1} << kFraction) - 1;
        list.push_back(sign << (kWidth - 1) | exponent << kFraction | fraction);
      }
    }
    list.push_back(sign << (kWidth - 1) | kMostExponent << kFraction);       // infinity
    list.push_back(sign << (kWidth - 1) | kMostExponent << kFraction | 5u);  // NaN
  }
  for (int i = 0; i < 150; ++i) list.push_back(static_cast<Bits>(random()));
  return list;
}

template <typename Float, typename Bits>
bool same(Bits bits, Float value) {
  const auto got = std::bit_cast<Float>(bits);
  return std::isnan(value) ? std::isnan(got) : bits == std::bit_cast<Bits>(value);
}

}  // namespace

#define CHECK_ALL(letter, Float, Bits)                                                       \
  int wrong = 0;                                                                             \
  for (const Bits a : list) {                                                                \
    const auto x = std::bit_cast<Float>(a);                                                  \
    for (const Bits b : list) {                                                              \
      const auto y = std::bit_cast<Float>(b);                                                \
      wrong += !same<Float>(firmware::__aeabi_##letter##add(a, b), x + y);                   \
      wrong += !same<Float>(firmware::__aeabi_##letter##sub(a, b), x - y);                   \
      wrong += !same<Float>(firmware::__aeabi_##letter##mul(a, b), x * y);                   \
      wrong += !same<Float>(firmware::__aeabi_##letter##div(a, b), x / y);                   \
      wrong += (firmware::__aeabi_##letter##cmpeq(a, b) != 0) != (x == y);                   \
      wrong += (firmware::__aeabi_##letter##cmplt(a, b) != 0) != (x < y);                    \
      wrong += (firmware::__aeabi_##letter##cmple(a, b) != 0) != (x <= y);                   \
      wrong += (firmware::__aeabi_##letter##cmpgt(a, b) != 0) != (x > y);                    \
      wrong += (firmware::__aeabi_##letter##cmpge(a, b) != 0) != (x >= y);                   \
      wrong += (firmware::__aeabi_##letter##cmpun(a, b) != 0) != std::isunordered(x, y);     \
    }                                                                                        \
    if (std::abs(x) < 2147483648.0) {                                                        \
      wrong += firmware::__aeabi_##letter##2iz(a) != static_cast<std::int32_t>(x);           \
    }                                                                                        \
    if (x >= 0 && x < 4294967296.0) {                                                        \
      wrong += firmware::__aeabi_##letter##2uiz(a) != static_cast<std::uint32_t>(x);         \
    }                                                                                        \
    const auto word = static_cast<std::uint32_t>(a);                                         \
    const auto number = static_cast<std::int32_t>(word);                                     \
    wrong += !same<Float>(firmware::__aeabi_i2##letter(number), static_cast<Float>(number)); \
    wrong += !same<Float>(firmware::__aeabi_ui2##letter(word), static_cast<Float>(word));    \
  }                                                                                          \
  CHECK(wrong == 0)

TEST_CASE("float arithmetic in integers") {
  const auto list = samples<std::uint32_t, 23>();
  CHECK_ALL(f, float, std::uint32_t);
}

TEST_CASE("double arithmetic in integers, and conversions") {
  const auto list = samples<std::uint64_t, 52>();
  CHECK_ALL(d, double, std::uint64_t);
  for (const std::uint64_t a : list) {
    CHECK(same<float>(__aeabi_d2f(a), static_cast<float>(std::bit_cast<double>(a))));
  }
  for (const std::uint32_t a : samples<std::uint32_t, 23>()) {
    CHECK(same<double>(__aeabi_f2d(a), static_cast<double>(std::bit_cast<float>(a))));
  }
}

TEST_CASE("double words, division") {
  std::mt19937_64 random(4);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t a = random() >> (random() % 64);
    const std::uint64_t b = random() >> (random() % 64);
    const int by = static_cast<int>(random() % 64);
    CHECK(firmware::__aeabi_llsl(a, by) == a << by);
    CHECK(firmware::__aeabi_llsr(a, by) == a >> by);
    CHECK(firmware::__aeabi_lasr(static_cast<std::int64_t>(a), by) ==
          static_cast<std::int64_t>(a) >> by);
    CHECK(firmware::__aeabi_lmul(a, b) == a * b);
    const auto n = static_cast<std::uint32_t>(a);
    const std::uint32_t d = std::max<std::uint32_t>(static_cast<std::uint32_t>(b), 1);
    CHECK(firmware::__aeabi_uidivmod(n, d) == (static_cast<std::uint64_t>(n % d) << 32 | n / d));
    const auto sn = static_cast<std::int32_t>(n);
    const auto sd = static_cast<std::int32_t>(d);
    if (sn == std::numeric_limits<std::int32_t>::min() && sd == -1) continue;
    CHECK(firmware::__aeabi_idiv(sn, sd) == sn / sd);
    CHECK(static_cast<std::int32_t>(firmware::__aeabi_idivmod(sn, sd) >> 32) == sn % sd);
    CHECK(firmware::__clzsi2(n) == std::countl_zero(n));
  }
}
