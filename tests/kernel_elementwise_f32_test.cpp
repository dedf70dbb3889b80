// Tests of the element-wise float kernels and of softmax.
#include <cmath>
#include <limits>
#include <vector>

#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// The enumerators of the runtime must be equal to those of the compiler.
static_assert(static_cast<int>(UnaryKind::kSigmoid) == SPINDLE_SIGMOID);
static_assert(static_cast<int>(UnaryKind::kRound) == SPINDLE_ROUND);
static_assert(static_cast<int>(UnaryKind::kSoftplus) == SPINDLE_SOFTPLUS);
static_assert(static_cast<int>(UnaryKind::kMish) == SPINDLE_MISH);
static_assert(static_cast<int>(UnaryKind::kAffine) == SPINDLE_AFFINE);
static_assert(static_cast<int>(BinaryKind::kAdd) == SPINDLE_ADD);
static_assert(static_cast<int>(BinaryKind::kPow) == SPINDLE_POW);

// The strides, in elements, with which a tensor of `shape` is broadcast to `extent`.
std::vector<std::int32_t> broadcast_strides(const Shape& shape, const Shape& extent) {
  std::vector<std::int32_t> strides(extent.size(), 0);
  std::int32_t stride = 1;
  for (std::size_t i = 1; i <= shape.size(); ++i) {
    const std::int64_t own = shape[shape.size() - i];
    if (own != 1) strides[extent.size() - i] = stride;
    stride *= static_cast<std::int32_t>(own);
  }
  return strides;
}

void check_binary(Random& random, BinaryKind kind, const Shape& a_shape, const Shape& b_shape,
                  Activation act) {
  const ConstantPtr a = random_floats(random, a_shape, 0.5F, 3);
  const ConstantPtr b = random_floats(random, b_shape, 0.5F, 3);
  const ConstantPtr expected = evaluate_op(Binary{kind, act}, {{a, {}}, {b, {}}});
  spindle_binary_f32_params p{};
  p.kind = static_cast<std::int32_t>(kind);
  p.rank = static_cast<std::int32_t>(expected->shape().size());
  const auto a_strides = broadcast_strides(a_shape, expected->shape());
  const auto b_strides = broadcast_strides(b_shape, expected->shape());
  for (std::size_t d = 0; d < expected->shape().size(); ++d) {
    p.extent[d] = static_cast<std::int32_t>(expected->shape()[d]);
    p.a_stride[d] = a_strides[d];
    p.b_stride[d] = b_strides[d];
  }
  p.lo = act.lo;
  p.hi = act.hi;
  KernelBuffer left(*a), right(*b), out(expected->bytes().size(), 4);
  spindle_binary_f32(&p, left.data(), right.data(), out.data());
  REQUIRE(compare_floats(*expected, out) == "");
}

}  // namespace

TEST_CASE("add_f32 and clip_f32: limits, in place") {
  Random random(1);
  for (Activation act : {Activation{}, Activation{0, 6}, Activation{0, kInfinity}}) {
    const ConstantPtr a = random_floats(random, {333}, -5, 5);
    const ConstantPtr b = random_floats(random, {333}, -5, 5);
    const spindle_clip_f32_params p{act.lo, act.hi};
    KernelBuffer left(*a), right(*b), out(333 * 4, 4);
    const ConstantPtr sum = evaluate_op(Binary{BinaryKind::kAdd, act}, {{a, {}}, {b, {}}});
    spindle_add_f32(&p, left.data(), right.data(), out.data(), 333);
    REQUIRE(compare_bytes(*sum, out) == "");
    spindle_add_f32(&p, left.data(), right.data(), right.data(), 333);
    REQUIRE(compare_bytes(*sum, right) == "");
    const ConstantPtr clipped = evaluate_op(Clip{act}, {{a, {}}});
    spindle_clip_f32(&p, left.data(), left.data(), 333);
    REQUIRE(compare_bytes(*clipped, left) == "");
  }
}

TEST_CASE("clip_f32: NaN stays, infinities are limited") {
  const Value x = f32({4}, {NAN, kInfinity, -kInfinity, -0.0F});
  const ConstantPtr expected = evaluate_op(Clip{{0, 6}}, {x});
  const spindle_clip_f32_params p{0, 6};
  KernelBuffer in(*x.data), out(16, 4);
  spindle_clip_f32(&p, in.data(), out.data(), 4);
  REQUIRE(compare_floats(*expected, out) == "");
}

TEST_CASE("binary_f32: every kind and way of broadcasting") {
  Random random(2);
  for (int kind = SPINDLE_ADD; kind <= SPINDLE_POW; ++kind) {
    const auto k = static_cast<BinaryKind>(kind);
    check_binary(random, k, {1, 3, 4, 5}, {1, 3, 4, 5}, {});
    check_binary(random, k, {1, 3, 4, 5}, {5}, {});
    check_binary(random, k, {1}, {2, 3, 1, 4}, {1, 2});
    check_binary(random, k, {2, 1, 3, 1, 2, 1}, {1, 4, 1, 5, 2, 3}, {});
    check_binary(random, k, {}, {}, {});
    check_binary(random, k, {1, 1, 1, 6}, {1, 7, 5, 1}, {});
  }
}

TEST_CASE("unary_f32: every kind, small, large and special values") {
  std::vector<float> x{0.0F, -0.0F, 0.5F,   -0.5F,   1.5F,  2.5F,   -1.5F,     -2.5F,     1e-30F,
                       3.0F, -3.0F, 100.0F, -100.0F, 1e10F, -1e10F, kInfinity, -kInfinity};
  Random random(3);
  for (int i = 0; i < 400; ++i) x.push_back(random.real(-8, 8));
  for (int kind = SPINDLE_SIGMOID; kind <= SPINDLE_AFFINE; ++kind) {
    const auto k = static_cast<UnaryKind>(kind);
    std::vector<float> values = x;
    if (k == UnaryKind::kLog || k == UnaryKind::kSqrt) {
      for (float& value : values) value = std::fabs(value);
    }
    const Value input = f32({static_cast<std::int64_t>(values.size())}, values);
    const ConstantPtr expected = evaluate_op(Unary{k, 0.2F, 0.5F}, {input});
    const spindle_unary_f32_params p{kind, 0.2F, 0.5F};
    KernelBuffer in(*input.data), out(values.size() * 4, 4);
    const bool composed = kind >= SPINDLE_GELU && kind <= SPINDLE_MISH;
    (composed ? spindle_composed_f32 : spindle_unary_f32)(&p, in.data(), out.data(),
                                                          static_cast<std::int32_t>(values.size()));
    INFO("kind " << kind);
    REQUIRE(compare_floats(*expected, out) == "");
  }
}

TEST_CASE("softmax_f32: any axis, large values") {
  Random random(4);
  const Shape shapes[] = {{1, 1, 1001}, {5, 21, 1}, {2, 7, 6}, {1, 1, 1}, {4, 2, 33}};
  for (const Shape& shape : shapes) {
    for (float range : {1.0F, 90.0F}) {
      const ConstantPtr x = random_floats(random, shape, -range, range);
      const ConstantPtr expected = evaluate_op(Softmax{1}, {{x, {}}});
      const spindle_softmax_f32_params p{static_cast<std::int32_t>(shape[0]),
                                         static_cast<std::int32_t>(shape[1]),
                                         static_cast<std::int32_t>(shape[2])};
      KernelBuffer in(*x), out(x->bytes().size(), 4);
      spindle_softmax_f32(&p, in.data(), out.data());
      REQUIRE(compare_floats(*expected, out) == "");
    }
  }
}
