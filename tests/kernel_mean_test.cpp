// Tests of the kernels that compute the mean of an image row by row, int8 and float.
#include <algorithm>
#include <span>

#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

const Reduce kMean{ReduceKind::kMean, {1, 2}, true, {}};

void check_s8(Random& random, DType type, Shape shape, int in_zero, int out_zero, Activation act) {
  const ConstantPtr x = random_values(random, type, shape);
  const float in_scale = 0.05F, out_scale = 0.03F;
  Reduce op = kMean;
  op.act = act;
  const Quant y{{out_scale}, {out_zero}, -1};
  const ConstantPtr expected =
      evaluate_op(op, {{x, Quant{{in_scale}, {in_zero}, -1}}}, Output{type, y});
  const QuantLimits limits = quantized_limits(act, type, y);
  spindle_mean_s8_params p{};
  p.rows = static_cast<std::int32_t>(shape[1]);
  p.width = static_cast<std::int32_t>(shape[2]);
  p.channels = static_cast<std::int32_t>(shape[3]);
  const float denominator = out_scale * static_cast<float>(p.rows * p.width);
  p.multiplier = in_scale / denominator;
  p.in_zero = to_kernel_s8(type, in_zero);
  p.out_zero = to_kernel_s8(type, out_zero);
  p.lo = to_kernel_s8(type, limits.lo);
  p.hi = to_kernel_s8(type, limits.hi);
  KernelBuffer in(*to_kernel_s8(*x));
  KernelBuffer acc(static_cast<std::size_t>(p.channels) * 4, 4);
  KernelBuffer out(static_cast<std::size_t>(p.channels), 1);
  for (std::int32_t row = 0; row < p.rows; ++row) {
    spindle_mean_add_s8(&p, in.at(std::int64_t{row} * p.width * p.channels), acc.data(), row, 0,
                        p.width);
  }
  spindle_mean_end_s8(&p, acc.data(), out.data());
  REQUIRE(compare_8bit(*expected, out) == "");
  REQUIRE(acc.guards_intact());
}

// Codes in, floats out.
void check_s8_f32(Random& random, DType type, Shape shape, int in_zero, const Reduce& reduce) {
  const ConstantPtr x = random_values(random, type, shape);
  const float in_scale = 0.0371F;
  Reduce op = reduce;
  op.to_float = true;
  const ConstantPtr expected = evaluate_op(op, {{x, Quant{{in_scale}, {in_zero}, -1}}});
  spindle_mean_s8_params sums{};
  sums.channels = static_cast<std::int32_t>(shape[3]);
  sums.in_zero = to_kernel_s8(type, in_zero);
  const std::int64_t pixels = shape[1] * shape[2];
  const spindle_mean_s8_f32_params p{
      .channels = sums.channels,
      .scale = in_scale,
      .divisor = op.kind == ReduceKind::kMean ? static_cast<float>(pixels) : 1.0F,
      .lo = op.act.lo,
      .hi = op.act.hi};
  KernelBuffer in(*to_kernel_s8(*x));
  KernelBuffer acc(static_cast<std::size_t>(p.channels) * 4, 4);
  KernelBuffer out(static_cast<std::size_t>(p.channels) * 4, 4);
  for (std::int32_t row = 0; row < shape[1]; ++row) {
    spindle_mean_add_s8(&sums, in.at(row * shape[2] * shape[3]), acc.data(), row, 0,
                        static_cast<std::int32_t>(shape[2]));
  }
  spindle_mean_end_s8_f32(&p, acc.data(), out.data());
  REQUIRE(out.guards_intact());
  // to the bit: the sums are exact, and each step after them is rounded
  REQUIRE(std::ranges::equal(expected->bytes(), std::span(out.at(0), expected->bytes().size())));
}

void check_f32(Random& random, Shape shape, Activation act) {
  const ConstantPtr x = random_floats(random, shape);
  Reduce op = kMean;
  op.act = act;
  const ConstantPtr expected = evaluate_op(op, {{x, {}}});
  spindle_mean_f32_params p{};
  p.rows = static_cast<std::int32_t>(shape[1]);
  p.width = static_cast<std::int32_t>(shape[2]);
  p.channels = static_cast<std::int32_t>(shape[3]);
  p.lo = act.lo;
  p.hi = act.hi;
  KernelBuffer in(*x);
  KernelBuffer acc(static_cast<std::size_t>(p.channels) * 4, 4);
  KernelBuffer out(static_cast<std::size_t>(p.channels) * 4, 4);
  for (std::int32_t row = 0; row < p.rows; ++row) {
    spindle_mean_add_f32(&p, in.at(std::int64_t{4} * row * p.width * p.channels), acc.data(), row,
                         0, p.width);
  }
  spindle_mean_end_f32(&p, acc.data(), out.data());
  REQUIRE(compare_floats(*expected, out) == "");
}

}  // namespace

TEST_CASE("mean_s8: shapes, zero points, types and limits") {
  Random random(1);
  for (int channels : {1, 3, 16, 37, 1280}) {
    for (int rows : {1, 2, 7}) {
      for (DType type : {DType::kI8, DType::kU8}) {
        for (int zero : {min_of(type), 0, max_of(type)}) {
          check_s8(random, type, {1, rows, rows + 1, channels}, zero, 5, {});
          check_s8(random, type, {1, rows, 3, channels}, 7, zero, {-1, 2});
        }
      }
    }
  }
}

TEST_CASE("mean_s8_f32: shapes, zero points, types and limits, to the bit") {
  Random random(3);
  for (int channels : {1, 3, 16, 37}) {
    for (DType type : {DType::kI8, DType::kU8}) {
      for (int zero : {min_of(type), 0, max_of(type)}) {
        check_s8_f32(random, type, {1, 7, 9, channels}, zero, kMean);
        check_s8_f32(random, type, {1, 3, 1, channels}, zero,
                     {.kind = ReduceKind::kSum, .axes = {1, 2}, .act = {-1, 2}});
      }
    }
  }
}

TEST_CASE("mean_f32: shapes and limits") {
  Random random(2);
  for (int channels : {1, 3, 16, 37, 1280}) {
    check_f32(random, {1, 7, 7, channels}, {});
    check_f32(random, {1, 3, 1, channels}, {0, 0.1F});
  }
}
