// Elementwise operators of two inputs, with broadcasting.
#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/ir/index.h"
#include "compiler/reference/arithmetic.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

// Computes f(a, b) for every output element; inputs are broadcast.
template <typename T, typename F>
std::vector<T> combine(const Call& call, const std::vector<T>& a, const std::vector<T>& b, F&& f) {
  const std::vector<std::int64_t> a_at = broadcast_indices(call.in(0).shape(), call.out().shape);
  const std::vector<std::int64_t> b_at = broadcast_indices(call.in(1).shape(), call.out().shape);
  std::vector<T> result(a_at.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = f(a[a_at[i]], b[b_at[i]]);
  }
  return result;
}

// docs/numeric-contract.md, Add: every operation is rounded to float32 once, in this order.
ConstantPtr quantized_add(const Binary& op, const Call& given) {
  Call call = given;
  if (element_count(given.in(0).shape()) == 1) std::swap(call.inputs[0], call.inputs[1]);
  const Quant& qa = *call.in(0).tensor->quant;
  const Quant& qb = *call.in(1).tensor->quant;
  const Quant& qy = *call.out().quant;
  const float ra = qa.scale.front() / qy.scale.front();
  const float rb = qb.scale.front() / qy.scale.front();
  const float bz = rb * static_cast<float>(qb.zero_point.front());
  const float zeros = std::fma(ra, static_cast<float>(qa.zero_point.front()), bz);
  const float f = static_cast<float>(qy.zero_point.front()) - zeros;
  const QuantLimits limits = quantized_limits(op.act, call.out().type, qy);

  const auto add = [&](std::int64_t a, std::int64_t b) {
    const float partial = std::fma(static_cast<float>(b), rb, f);
    const float sum = std::fma(static_cast<float>(a), ra, partial);
    return saturate(static_cast<double>(round_half_even(sum)), limits.lo, limits.hi);
  };
  return store_integers(
      call.out(), combine(call, call.in(0).value->to_ints(), call.in(1).value->to_ints(), add));
}

// docs/numeric-contract.md, Mul: the product of the integers is exact, and every other step is
// rounded to float32.
ConstantPtr quantized_mul(const Binary& op, const Call& call) {
  const Quant& qa = *call.in(0).tensor->quant;
  const Quant& qb = *call.in(1).tensor->quant;
  const Quant& qy = *call.out().quant;
  const float scales = qa.scale.front() * qb.scale.front();
  const float m = scales / qy.scale.front();
  const auto zero = static_cast<float>(qy.zero_point.front());
  const QuantLimits limits = quantized_limits(op.act, call.out().type, qy);

  const auto multiply = [&](std::int64_t a, std::int64_t b) {
    const std::int64_t product = (a - qa.zero_point.front()) * (b - qb.zero_point.front());
    const float scaled = static_cast<float>(product) * m;
    const float shifted = scaled + zero;
    return saturate(static_cast<double>(round_half_even(shifted)), limits.lo, limits.hi);
  };
  return store_integers(call.out(), combine(call, call.in(0).value->to_ints(),
                                            call.in(1).value->to_ints(), multiply));
}

float apply(BinaryKind kind, float a, float b) {
  switch (kind) {
    case BinaryKind::kAdd:
      return a + b;
    case BinaryKind::kSub:
      return a - b;
    case BinaryKind::kMul:
      return a * b;
    case BinaryKind::kDiv:
      return a / b;
    case BinaryKind::kMin:
      return std::min(a, b);
    case BinaryKind::kMax:
      return std::max(a, b);
    case BinaryKind::kPrelu:
      return a < 0 ? b * a : a;
    case BinaryKind::kPow:
      break;
  }
  return static_cast<float>(std::pow(static_cast<double>(a), static_cast<double>(b)));
}

// Results wrap modulo 2^64. Division truncates towards zero, and division by zero gives 0. Powers
// truncate towards zero and saturate.
std::int64_t apply(BinaryKind kind, std::int64_t a, std::int64_t b) {
  const auto ua = static_cast<std::uint64_t>(a);
  const auto ub = static_cast<std::uint64_t>(b);
  switch (kind) {
    case BinaryKind::kAdd:
      return static_cast<std::int64_t>(ua + ub);
    case BinaryKind::kSub:
      return static_cast<std::int64_t>(ua - ub);
    case BinaryKind::kMul:
      return static_cast<std::int64_t>(ua * ub);
    case BinaryKind::kDiv:
      if (b == 0) return 0;
      return b == -1 ? static_cast<std::int64_t>(0 - ua) : a / b;
    case BinaryKind::kMin:
      return std::min(a, b);
    case BinaryKind::kMax:
      return std::max(a, b);
    case BinaryKind::kPrelu:
      return a < 0 ? static_cast<std::int64_t>(ua * ub) : a;
    case BinaryKind::kPow:
      break;
  }
  return saturate(std::trunc(std::pow(static_cast<double>(a), static_cast<double>(b))),
                  lowest_of(DType::kI64), highest_of(DType::kI64));
}

}  // namespace

ConstantPtr compute(const Binary& op, const Call& call) {
  const Tensor& a = *call.in(0).tensor;
  const Tensor& b = *call.in(1).tensor;
  if (is_quantized(a) && is_quantized(b) && is_quantized(call.out())) {
    if (op.kind == BinaryKind::kAdd) return quantized_add(op, call);
    if (op.kind == BinaryKind::kMul) return quantized_mul(op, call);
  }
  if (!is_real(a) && !is_real(b) && !is_real(call.out())) {
    const auto f = [&](std::int64_t x, std::int64_t y) { return apply(op.kind, x, y); };
    return store_integers(
        call.out(), combine(call, call.in(0).value->to_ints(), call.in(1).value->to_ints(), f));
  }
  const auto f = [&](float x, float y) { return clamp(apply(op.kind, x, y), op.act); };
  return store_reals(call.out(), combine(call, real_values(a, *call.in(0).value),
                                         real_values(b, *call.in(1).value), f));
}

}  // namespace spindle::reference
