// Clip, batch normalization and functions of one value.
#include <cmath>
#include <numbers>

#include "compiler/ir/index.h"
#include "compiler/reference/arithmetic.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

double rational(UnaryKind kind, double x, double alpha, double beta) {
  switch (kind) {
    case UnaryKind::kHardSigmoid:
      return std::fmax(0.0, std::fmin(1.0, alpha * x + beta));
    case UnaryKind::kAffine:
      return alpha * x + beta;
    case UnaryKind::kHardSwish:
      return x * std::fmax(0.0, std::fmin(1.0, x / 6.0 + 0.5));
    case UnaryKind::kReciprocal:
      return 1.0 / x;
    case UnaryKind::kNeg:
      return -x;
    case UnaryKind::kAbs:
      return std::fabs(x);
    case UnaryKind::kFloor:
      return std::floor(x);
    case UnaryKind::kCeil:
      return std::ceil(x);
    case UnaryKind::kRound:
      return std::nearbyint(x);
    default:
      return x < 0 ? alpha * x : x;  // LeakyRelu
  }
}

// Computes in double; the caller rounds to float32.
double apply(const Unary& op, double x) {
  const auto alpha = static_cast<double>(op.alpha);
  switch (op.kind) {
    case UnaryKind::kSigmoid:
      return 1.0 / (1.0 + std::exp(-x));
    case UnaryKind::kTanh:
      return std::tanh(x);
    case UnaryKind::kExp:
      return std::exp(x);
    case UnaryKind::kLog:
      return std::log(x);
    case UnaryKind::kSqrt:
      return std::sqrt(x);
    case UnaryKind::kErf:
      return std::erf(x);
    case UnaryKind::kElu:
      return x < 0 ? alpha * std::expm1(x) : x;
    case UnaryKind::kSoftplus:
      return std::fmax(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
    case UnaryKind::kGelu:
      return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
    case UnaryKind::kGeluTanh:
      return 0.5 * x *
             (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
    case UnaryKind::kSelu:
      return static_cast<double>(op.beta) * (x > 0 ? x : alpha * std::expm1(x));
    case UnaryKind::kMish:
      return x * std::tanh(std::fmax(x, 0.0) + std::log1p(std::exp(-std::fabs(x))));
    default:
      return rational(op.kind, x, alpha, static_cast<double>(op.beta));
  }
}

}  // namespace

ConstantPtr compute(const Unary& op, const Call& call) {
  const Input& x = call.in(0);
  std::vector<float> values = real_values(*x.tensor, *x.value);
  for (float& value : values) {
    value = static_cast<float>(apply(op, static_cast<double>(value)));
  }
  return store_reals(call.out(), values);
}

ConstantPtr compute(const Clip& op, const Call& call) {
  const Input& x = call.in(0);
  std::vector<float> values = real_values(*x.tensor, *x.value);
  for (float& value : values) value = clamp(value, op.act);
  return store_reals(call.out(), values);
}

ConstantPtr compute(const BatchNorm& op, const Call& call) {
  const auto reals = [&](std::size_t i) {
    return real_values(*call.in(i).tensor, *call.in(i).value);
  };
  std::vector<float> values = reals(0);
  const std::vector<float> gamma = reals(1), beta = reals(2), mean = reals(3), variance = reals(4);
  const Shape& shape = call.in(0).shape();
  const std::size_t axis = op.axis;
  const std::int64_t stride = strides_of(shape)[axis];
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t c = static_cast<std::int64_t>(i) / stride % shape[axis];
    const double deviation =
        std::sqrt(static_cast<double>(variance[c]) + static_cast<double>(op.epsilon));
    const double centered = static_cast<double>(values[i]) - static_cast<double>(mean[c]);
    values[i] = static_cast<float>(centered / deviation * static_cast<double>(gamma[c]) +
                                   static_cast<double>(beta[c]));
  }
  return store_reals(call.out(), values);
}

}  // namespace spindle::reference
