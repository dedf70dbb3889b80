// Tests of 8-bit sums and means over any dimensions, with tensors in every order of dimensions.
#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "compiler/ir/sum_order.h"
#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

void fill(std::int32_t* to, const std::vector<std::int64_t>& from) {
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = static_cast<std::int32_t>(from[i]);
}

spindle_sum_order order_of(const Reduce& op, const SumPlan& plan) {
  if (op.kind == ReduceKind::kMean && !op.float_sum) return SPINDLE_SUM_INTEGERS;
  if (plan.order == SumOrder::kInTurn) return SPINDLE_SUM_IN_TURN;
  return plan.order == SumOrder::kFours ? SPINDLE_SUM_FOURS : SPINDLE_SUM_LANES;
}

// The fields that all reductions of codes have: which extents are summed and which are kept.
template <typename Params>
void fill_extents(Params& p, const SumPlan& plan) {
  p.reduced_rank = static_cast<std::int32_t>(plan.reduced_extent.size());
  p.kept_rank = static_cast<std::int32_t>(plan.kept_extent.size());
  fill(p.reduced_extent, plan.reduced_extent);
  fill(p.reduced_stride, plan.reduced_stride);
  fill(p.kept_extent, plan.kept_extent);
  fill(p.kept_stride, plan.kept_stride);
}

spindle_reduce_s8_params params_of(const Reduce& op, const SumPlan& plan, DType type,
                                   const Quant& x, const Quant& y) {
  spindle_reduce_s8_params p{};
  p.order = order_of(op, plan);
  fill_extents(p, plan);
  fill(p.kept_position, plan.kept_file_stride);
  for (std::int32_t& stride : p.kept_position) stride %= 4;
  p.count = static_cast<std::int32_t>(plan.count);
  p.run = static_cast<std::int32_t>(plan.run);
  p.run_position = static_cast<std::int32_t>(plan.run_file_stride);
  const auto count = static_cast<float>(plan.count);
  p.in_scale = x.scale[0];
  p.out_scale = y.scale[0];
  p.divisor = op.kind == ReduceKind::kMean ? count : 1;
  const float denominator = y.scale[0] * count;
  p.multiplier = x.scale[0] / denominator;
  p.in_zero = to_kernel_s8(type, x.zero_point[0]);
  p.out_zero = to_kernel_s8(type, y.zero_point[0]);
  const QuantLimits limits = quantized_limits(op.act, type, y);
  p.lo = to_kernel_s8(type, limits.lo);
  p.hi = to_kernel_s8(type, limits.hi);
  return p;
}

Reduce random_reduce(Random& random, std::size_t rank) {
  Reduce op;
  op.kind = random.flip() ? ReduceKind::kMean : ReduceKind::kSum;
  op.float_sum = random.flip();
  for (int axis = 0; axis < static_cast<int>(rank); ++axis) {
    if (random.flip()) op.axes.push_back(axis);
  }
  op.keep_dims = random.flip();
  if (random.flip()) op.act = {-1, 2};
  if (random.flip()) {
    op.file_dims.resize(rank);
    std::iota(op.file_dims.begin(), op.file_dims.end(), 0);
    for (std::size_t i = rank; i > 1; --i) {
      const auto j = static_cast<std::size_t>(random.integer(0, static_cast<int>(i) - 1));
      std::swap(op.file_dims[i - 1], op.file_dims[j]);
    }
  }
  return op;
}

}  // namespace

TEST_CASE("reduce_s8: random dimensions, orders of the file, types and limits") {
  Random random(1);
  int orders[4] = {0, 0, 0, 0};
  for (int i = 0; i < 2000; ++i) {
    const auto rank = static_cast<std::size_t>(random.integer(1, 5));
    Shape shape;
    for (std::size_t d = 0; d < rank; ++d) shape.push_back(random.integer(1, 7));
    const Reduce op = random_reduce(random, rank);
    const DType type = random.flip() ? DType::kU8 : DType::kI8;
    const auto zero = [&] {
      return static_cast<std::int32_t>(random.integer(min_of(type), max_of(type)));
    };
    const Quant x_quant{{0.0371F}, {zero()}, -1};
    const Quant y_quant{{random.flip() ? 0.0371F : 0.021F}, {zero()}, -1};
    const ConstantPtr x = random_values(random, type, shape);
    const ConstantPtr expected = evaluate_op(op, {{x, x_quant}}, Output{type, y_quant});
    const SumPlan plan = plan_sum(op, shape);
    const spindle_reduce_s8_params p = params_of(op, plan, type, x_quant, y_quant);
    ++orders[p.order];
    KernelBuffer in(*to_kernel_s8(*x)), out(expected->bytes().size(), 1);
    spindle_reduce_s8(&p, in.data(), out.data());
    INFO("case " << i);
    REQUIRE(compare_8bit(*expected, out) == "");
  }
  for (int count : orders) CHECK(count > 50);
}

TEST_CASE("reduce_s8_f32: random dimensions, types and limits, to the bit") {
  Random random(2);
  for (int i = 0; i < 1000; ++i) {
    const auto rank = static_cast<std::size_t>(random.integer(1, 5));
    Shape shape;
    for (std::size_t d = 0; d < rank; ++d) shape.push_back(random.integer(1, 7));
    Reduce op = random_reduce(random, rank);
    op.float_sum = false;
    op.to_float = true;
    const DType type = random.flip() ? DType::kU8 : DType::kI8;
    const Quant x_quant{
        {0.0371F}, {static_cast<std::int32_t>(random.integer(min_of(type), max_of(type)))}, -1};
    const ConstantPtr x = random_values(random, type, shape);
    const ConstantPtr expected = evaluate_op(op, {{x, x_quant}});
    const SumPlan plan = plan_sum(op, shape);
    spindle_reduce_s8_f32_params p{};
    fill_extents(p, plan);
    p.in_zero = to_kernel_s8(type, x_quant.zero_point[0]);
    p.scale = x_quant.scale[0];
    p.divisor = op.kind == ReduceKind::kMean ? static_cast<float>(plan.count) : 1.0F;
    p.lo = op.act.lo;
    p.hi = op.act.hi;
    KernelBuffer in(*to_kernel_s8(*x)), out(expected->bytes().size(), 4);
    spindle_reduce_s8_f32(&p, in.data(), out.data());
    INFO("case " << i);
    REQUIRE(out.guards_intact());
    REQUIRE(std::ranges::equal(expected->bytes(), std::span(out.at(0), expected->bytes().size())));
  }
}
