#include <cmath>
#include <vector>

#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

struct AddCase {
  DType type = DType::kI8;
  float a_scale = 0.1F, b_scale = 0.1F, y_scale = 0.1F;
  int a_zero = 0, b_zero = 0, y_zero = 0;
  Activation act;
};

// Compares the sums of all 65536 pairs of 8-bit values with the reference.
void check_all_pairs(const AddCase& c, bool in_place) {
  std::vector<std::int64_t> a, b;
  for (int i = min_of(c.type); i <= max_of(c.type); ++i) {
    for (int j = min_of(c.type); j <= max_of(c.type); ++j) {
      a.push_back(i);
      b.push_back(j);
    }
  }
  const auto count = static_cast<std::int64_t>(a.size());
  const ConstantPtr ca = Constant::ints(c.type, {count}, a);
  const ConstantPtr cb = Constant::ints(c.type, {count}, b);
  const Quant y{{c.y_scale}, {c.y_zero}, -1};
  const ConstantPtr expected = evaluate_op(
      Binary{BinaryKind::kAdd, c.act},
      {{ca, Quant{{c.a_scale}, {c.a_zero}, -1}}, {cb, Quant{{c.b_scale}, {c.b_zero}, -1}}},
      Output{c.type, y});
  const QuantLimits limits = quantized_limits(c.act, c.type, y);
  const int offset = c.type == DType::kU8 ? 128 : 0;
  spindle_add_s8_params p{};
  p.a_scale = c.a_scale / c.y_scale;
  p.b_scale = c.b_scale / c.y_scale;
  const float b_part = p.b_scale * static_cast<float>(c.b_zero);
  const float zeros = std::fma(p.a_scale, static_cast<float>(c.a_zero), b_part);
  p.bias = static_cast<float>(c.y_zero) - zeros;
  p.a_offset = p.b_offset = p.out_offset = offset;
  p.lo = limits.lo - offset;
  p.hi = limits.hi - offset;
  KernelBuffer left(*to_kernel_s8(*ca)), right(*to_kernel_s8(*cb));
  KernelBuffer separate(static_cast<std::size_t>(count), 1);
  KernelBuffer& out = in_place ? right : separate;
  spindle_add_s8(&p, left.data(), right.data(), out.data(), static_cast<std::int32_t>(count));
  REQUIRE(compare_8bit(*expected, out) == "");
}

}  // namespace

TEST_CASE("add_s8: all pairs of values, random scales and zero points") {
  Random random(1);
  for (int i = 0; i < 60; ++i) {
    AddCase c;
    c.type = random.flip() ? DType::kI8 : DType::kU8;
    c.a_scale = random.real(0.001F, 0.3F);
    c.b_scale = random.real(0.001F, 0.3F);
    c.y_scale = random.real(0.001F, 0.3F);
    c.a_zero = static_cast<int>(random.integer(min_of(c.type), max_of(c.type)));
    c.b_zero = static_cast<int>(random.integer(min_of(c.type), max_of(c.type)));
    c.y_zero = static_cast<int>(random.integer(min_of(c.type), max_of(c.type)));
    if (random.flip()) c.act = {0, 6};
    INFO("case " << i);
    check_all_pairs(c, i % 2 == 0);
  }
}

TEST_CASE("add_s8: ties and zero points at their extremes") {
  for (DType type : {DType::kI8, DType::kU8}) {
    for (int zero : {min_of(type), max_of(type)}) {
      AddCase c;
      c.type = type;
      c.a_scale = 0.25F;
      c.b_scale = 0.5F;
      c.y_scale = 1.0F;
      c.a_zero = c.b_zero = zero;
      c.y_zero = max_of(type) + min_of(type) - zero;
      check_all_pairs(c, false);
    }
  }
}

TEST_CASE("add_s8: products are not rounded before they are added") {
  // Searches for scales at which rounding the products would change the result of some pair.
  Random random(7);
  int fused_differs = 0;
  for (int i = 0; i < 200 && fused_differs < 3; ++i) {
    AddCase c;
    c.a_scale = random.real(0.001F, 0.3F);
    c.b_scale = c.a_scale * 0.5F;
    c.y_scale = c.a_scale * 3.0F;
    c.a_zero = 3;
    c.y_zero = -7;
    const float ra = c.a_scale / c.y_scale;
    const float rb = c.b_scale / c.y_scale;
    const float a_part = ra * 3.0F;
    const float bias = -7.0F - a_part;
    bool differs = false;
    for (int a = -128; a < 128; ++a) {
      for (int b = -128; b < 128; ++b) {
        const float left = static_cast<float>(a) * ra;
        const float partial = left + bias;
        const float right = static_cast<float>(b) * rb;
        const float sum = partial + right;
        const float fused =
            std::fma(static_cast<float>(a), ra, std::fma(static_cast<float>(b), rb, bias));
        differs = differs || std::nearbyint(sum) != std::nearbyint(fused);
      }
    }
    if (!differs) continue;
    ++fused_differs;
    check_all_pairs(c, false);
  }
  REQUIRE(fused_differs > 0);
}
