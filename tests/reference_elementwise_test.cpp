// Tests the reference interpreter's element-wise operators, reductions, softmax and conversions
// between quantizations, with results computed by hand.
#include <cmath>
#include <limits>
#include <numbers>

#include "tests/catch.h"
#include "tests/support/evaluate_op.h"

using namespace spindle;
using namespace spindle::testing;
using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Binary binary(BinaryKind kind) {
  return {kind, {}};
}

float apply(const Unary& op, float x) {
  return floats_of(evaluate_op(op, {f32({1}, {x})}))[0];
}

}  // namespace

TEST_CASE("quantize: half to even, zero point after rounding, saturation") {
  // x / 0.5 is rounded half to even: 0.5 -> 0, 1.5 -> 2, 2.5 -> 2, -0.5 -> 0. Then 3 is added.
  const auto quantize = [](const Floats& x, const Output& out) {
    return evaluate_op(Quantize{}, {f32({static_cast<std::int64_t>(x.size())}, x)}, out)->to_ints();
  };
  CHECK(quantize({0.25F, 0.75F, 1.25F, -0.25F}, as_s8(0.5F, 3)) == Ints{3, 5, 5, 3});
  CHECK(quantize({1000, -1000, kInfinity, -kInfinity}, as_s8(0.5F, 3)) ==
        Ints{127, -128, 127, -128});
  CHECK(quantize({-1, 64, 63.5F}, as_u8(0.5F, 128)) == Ints{126, 255, 255});
}

TEST_CASE("quantize divides, it does not multiply by the reciprocal") {
  // Both ways are computed here, to be sure that the values can tell them apart.
  const float scale = 0.1F;
  int differences = 0;
  for (int i = 0; i < 2000; ++i) {
    const float x = static_cast<float>(i) * 0.005F;
    const auto q = evaluate_op(Quantize{}, {f32({1}, {x})}, as_u8(scale, 0))->as_int(0);
    CHECK(q == static_cast<std::int64_t>(std::nearbyint(x / scale)));
    const float reciprocal = 1.0F / scale;
    if (q != static_cast<std::int64_t>(std::nearbyint(x * reciprocal))) ++differences;
  }
  CHECK(differences > 0);
}

TEST_CASE("dequantize subtracts the zero point exactly") {
  CHECK(floats_of(evaluate_op(Dequantize{}, {u8({3}, {0, 128, 255}, 0.5F, 128)})) ==
        Floats{-64, 0, 63.5F});
  // Per channel along the last dimension.
  const Value x{Constant::ints(DType::kI8, {2, 2}, {1, 1, -4, -4}), Quant{{1, 0.5F}, {0, 2}, 1}};
  CHECK(floats_of(evaluate_op(Dequantize{}, {x})) == Floats{1, -0.5F, -4, -3});
}

TEST_CASE("requantize changes scale, zero point and type") {
  // The numbers (q - 2) * 0.5 are -0.5, 0, 0.5, 1.5 and 62.5. In steps of 0.2: -2.5 -> -2, 0,
  // 2.5 -> 2, 7.5 -> 8, 312 (saturates).
  CHECK(evaluate_op(Requantize{}, {s8({5}, {1, 2, 3, 5, 127}, 0.5F, 2)}, as_u8(0.2F, 100))
            ->to_ints() == Ints{98, 100, 102, 108, 255});
}

TEST_CASE("quantized add of inputs with different scales") {
  // ra = 0.5, rb = 0.25, f = 1 - (0.5*2 + 0.25*-4) = 1: y = half_even(a/2 + 1 + b/4).
  //   (4, 4): 4 | (5, 0): 3.5 -> 4 | (3, 0): 2.5 -> 2 | (-128, -128): -95 | (127, 127): 96.25
  const ConstantPtr y = evaluate_op(
      binary(BinaryKind::kAdd),
      {s8({5}, {4, 5, 3, -128, 127}, 0.5F, 2), s8({5}, {4, 0, 0, -128, 127}, 0.25F, -4)},
      as_s8(1, 1));
  CHECK(y->to_ints() == Ints{4, 4, 2, -95, 96});
}

TEST_CASE("quantized add folds the zero points into a constant before rounding") {
  // The zero point is added before rounding: a/2 + 1 with a = 1 is 1.5, which rounds to 2. Rounding
  // 0.5 first would give 0 + 1 = 1.
  const ConstantPtr y = evaluate_op(binary(BinaryKind::kAdd),
                                    {s8({1}, {1}, 0.5F, 0), s8({1}, {0}, 0.5F, 0)}, as_s8(1, 1));
  CHECK(y->to_ints() == Ints{2});
}

TEST_CASE("quantized add: saturation, activation and broadcasting") {
  Binary relu6 = binary(BinaryKind::kAdd);
  relu6.act = {0, 6};
  // All scales are 0.1 and all zero points 0, so the limits are 0 and 60. b is broadcast to both
  // rows.
  const ConstantPtr y = evaluate_op(
      relu6, {s8({2, 2}, {-50, 20, 50, 100}, 0.1F, 0), s8({2}, {10, 20}, 0.1F, 0)}, as_s8(0.1F, 0));
  CHECK(y->to_ints() == Ints{0, 40, 60, 60});
  const ConstantPtr z = evaluate_op(binary(BinaryKind::kAdd),
                                    {u8({1}, {250}, 1, 0), u8({1}, {250}, 1, 0)}, as_u8(1, 0));
  CHECK(z->to_ints() == Ints{255});
}

TEST_CASE("quantized add near ties is ONNX Runtime's") {
  // Both results are those of ONNX Runtime 1.32. The constant part is -16.954... + 23.903... + 44.
  // Any other order of rounding gives 76, and so does the order that is used for a single value.
  const auto add = [](std::int64_t count) {
    const Ints a(static_cast<std::size_t>(count), 80);
    const Ints b(static_cast<std::size_t>(count), 126);
    return evaluate_op(binary(BinaryKind::kAdd),
                       {s8({count}, a, 0.023F, -115), s8({count}, b, 0.033F, 113)},
                       as_s8(0.156F, 44))
        ->to_ints();
  };
  CHECK(add(2) == Ints{75, 75});
  CHECK(add(1) == Ints{76});
}

TEST_CASE("quantized mul: the zero point takes part in a tie, and nothing is fused") {
  // (0 - 90) * (92 - 17) = -6750. Times m = 0.02111111 it is -142.5, plus 27 it is -115.5, which
  // rounds to -116. A fused multiply-add would give -115.499994, and rounding first -142 + 27 =
  // -115.
  const Value a = s8({1}, {0}, 0.02F, 90);
  const Value b = s8({1}, {92}, 0.19F, 17);
  CHECK(evaluate_op(binary(BinaryKind::kMul), {a, b}, as_s8(0.18F, 27))->to_ints() == Ints{-116});
  // With m = 1: saturation, an activation, a broadcast operand.
  Binary relu6 = binary(BinaryKind::kMul);
  relu6.act = {0, 6};
  CHECK(evaluate_op(relu6, {s8({2, 2}, {3, 4, -5, 1}, 1, 0), s8({2}, {1, 2}, 1, 0)}, as_s8(1, 0))
            ->to_ints() == Ints{3, 6, 0, 2});
  CHECK(evaluate_op(binary(BinaryKind::kMul), {u8({1}, {250}, 1, 0), u8({1}, {250}, 1, 0)},
                    as_u8(1, 0))
            ->to_ints() == Ints{255});
}

TEST_CASE("an operator without an integer rule dequantizes, computes and quantizes") {
  // ((3-1)*0.5) / (4*0.25) = 1. As int8 that is 1/0.5 + 2 = 4, as float it is 1.
  const std::vector<Value> inputs{s8({1}, {3}, 0.5F, 1), s8({1}, {4}, 0.25F, 0)};
  CHECK(evaluate_op(binary(BinaryKind::kDiv), inputs, as_s8(0.5F, 2))->to_ints() == Ints{4});
  CHECK(floats_of(evaluate_op(binary(BinaryKind::kDiv), inputs, Output{})) == Floats{1});
}

TEST_CASE("float and integer binaries broadcast as numpy does") {
  const ConstantPtr y =
      evaluate_op(binary(BinaryKind::kSub), {f32({2, 1}, {10, 20}), f32({1, 3}, {1, 2, 3})});
  CHECK(y->shape() == Shape{2, 3});
  CHECK(floats_of(y) == Floats{9, 8, 7, 19, 18, 17});
  CHECK(evaluate_op(binary(BinaryKind::kDiv), {s64({3}, {-7, 7, 5}), s64({3}, {2, -1, 0})})
            ->to_ints() == Ints{-3, -7, 0});
  // A double cannot hold 2^53 + 1, so integers must not be computed in double.
  CHECK(evaluate_op(binary(BinaryKind::kAdd), {s64({1}, {9007199254740992}), s64({1}, {1})})
            ->to_ints() == Ints{9007199254740993});
}

TEST_CASE("clip on 8-bit tensors clamps to quantized bounds") {
  const Clip relu6{{0, 6}};
  // With scale 0.25 and zero point -100, the limit 0 is -100 and the limit 6 is 24 - 100 = -76.
  CHECK(evaluate_op(relu6, {s8({4}, {-128, -100, -80, 50}, 0.25F, -100)}, as_s8(0.25F, -100))
            ->to_ints() == Ints{-100, -100, -80, -76});
  CHECK(floats_of(evaluate_op(relu6, {f32({3}, {-1, 3, 7})})) == Floats{0, 3, 6});
}

TEST_CASE("PRelu: slopes per channel below 0, in float and on codes") {
  const Value slopes = f32({2}, {0.5F, -2});
  const Floats y =
      floats_of(evaluate_op(binary(BinaryKind::kPrelu), {f32({2, 2}, {-3, -4, 5, 0}), slopes}));
  CHECK(y == Floats{-1.5F, 8, 5, 0});
  CHECK(evaluate_op(binary(BinaryKind::kPrelu),
                    {s8({2, 2}, {-3, -4, 5, 0}, 1, 0), s8({2}, {1, -4}, 0.5F, 0)}, as_s8(0.5F, 1))
            ->to_ints() == Ints{-2, 17, 11, 1});
}

TEST_CASE("unary functions") {
  CHECK(apply({UnaryKind::kSigmoid}, 0) == 0.5F);
  CHECK(apply({UnaryKind::kSigmoid}, -200) == 0.0F);
  CHECK(apply({UnaryKind::kHardSigmoid, 0.2F, 0.5F}, 1) == Approx(0.7F));
  CHECK(apply({UnaryKind::kHardSwish}, 1) == Approx(2.0F / 3.0F));
  CHECK(apply({UnaryKind::kHardSwish}, -4) == 0.0F);
  CHECK(apply({UnaryKind::kRound}, 2.5F) == 2.0F);
  CHECK(apply({UnaryKind::kRound}, -1.5F) == -2.0F);
  CHECK(apply({UnaryKind::kLeakyRelu, 0.5F}, -3) == -1.5F);
  CHECK(apply({UnaryKind::kElu, 2}, -1) == Approx(2 * (std::exp(-1.0) - 1)));
  CHECK(apply({UnaryKind::kSoftplus}, 100) == 100.0F);
  CHECK(apply({UnaryKind::kGelu}, 1) == Approx(0.8413447F));
  CHECK(apply({UnaryKind::kGelu}, -1) == Approx(-0.1586553F));
  CHECK(apply({UnaryKind::kGeluTanh}, -1) == Approx(-0.1588080F));
  CHECK(apply({UnaryKind::kSelu, 1.5F, 2}, 3) == 6.0F);
  CHECK(apply({UnaryKind::kSelu, 1.5F, 2}, -1) == Approx(3 * (std::exp(-1.0) - 1)));
  CHECK(apply({UnaryKind::kMish}, 1) == Approx(0.8650984F));
  CHECK(apply({UnaryKind::kErf}, 0.5F) == Approx(0.5204999F));
  CHECK(apply({UnaryKind::kReciprocal}, 8) == 0.125F);
  CHECK(apply({UnaryKind::kNeg}, 8) == -8.0F);
}

TEST_CASE("batch normalization over any axis") {
  // (x - mean) / sqrt(var + eps) * gamma + beta, where var + eps is 4 for channel 0 and 16 for 1.
  const ConstantPtr y =
      evaluate_op(BatchNorm{1, 1}, {f32({1, 2, 2}, {1, 3, 8, 12}), f32({2}, {2, 4}),
                                    f32({2}, {0, 1}), f32({2}, {1, 0}), f32({2}, {3, 15})});
  CHECK(floats_of(y) == Floats{0, 2, 9, 13});
}

TEST_CASE("quantized mean: integer sum, one requantization") {
  // The sums of x - 1 over H and W are 1+2+3+4 = 10 for channel 0 and -3-3-3-3 = -12 for channel 1.
  // Times m = 0.5 / (0.5 * 4) = 0.25 they are 2.5, which rounds to 2, and -3. Then 7 is added.
  const Reduce mean{ReduceKind::kMean, {1, 2}, true, {}};
  const ConstantPtr y =
      evaluate_op(mean, {s8({1, 2, 2, 2}, {2, -2, 3, -2, 4, -2, 5, -2}, 0.5F, 1)}, as_s8(0.5F, 7));
  CHECK(y->shape() == Shape{1, 1, 1, 2});
  CHECK(y->to_ints() == Ints{9, 4});
}

TEST_CASE("means of floats at ties: values of ONNX Runtime, by the order of its sums") {
  // Input and output have the same quantization, so for means of four values every sum of the form
  // 4n + 2 is a tie in real numbers.
  const auto mean = [](Reduce op, const Shape& shape, const Ints& x) {
    op.float_sum = true;
    return evaluate_op(op, {s8(shape, x, 0.0371F, -17)}, as_s8(0.0371F, -17))->to_ints();
  };
  Reduce planes{ReduceKind::kMean, {2, 3}, false, {}};
  CHECK(mean(planes, {1, 2, 2, 2}, {110, -71, -25, 88, 5, -116, 91, 94}) == Ints{26, 18});
  // Two planes of 14 values. ONNX Runtime sums in vector lanes, which begin at the first value of
  // the first plane and at the third value of the second.
  CHECK(mean(planes, {1, 2, 2, 7},
             {-79, -112, 62,  -67, -1, -113, 118, 12, 110, -87, -76, 28, 26,  74,
              -48, 24,   -84, 36,  48, 53,   17,  52, 14,  81,  -83, -5, -22, 8}) == Ints{-7, 7});
  // The planes of the first case, stored as pixels. The order of the sums is still that of the
  // file.
  planes.axes = {1, 2};
  planes.file_dims = {0, 3, 1, 2};
  CHECK(mean(planes, {1, 2, 2, 2}, {110, 5, -71, -116, -25, 91, 88, 94}) == Ints{26, 18});
  const Reduce pixels{ReduceKind::kMean, {1, 2}, false, {}};
  CHECK(mean(pixels, {1, 2, 2, 2}, {-83, 76, -7, -115, 92, 4, 100, -51}) == Ints{26, -22});
  const Reduce middle{ReduceKind::kMean, {1}, false, {}};
  CHECK(mean(middle, {2, 6, 1}, {96, -48, 98, 35, 96, -52, -111, -23, -7, 34, 13, -5}) ==
        Ints{38, -16});
}

TEST_CASE("float reductions") {
  const Value x = f32({2, 3}, {1, 5, 3, -4, 2, 8});
  const auto reduce = [&](ReduceKind kind, std::vector<int> axes, bool keep) {
    return evaluate_op(Reduce{kind, std::move(axes), keep, {}}, {x});
  };
  CHECK(floats_of(reduce(ReduceKind::kMean, {1}, false)) == Floats{3, 2});
  CHECK(floats_of(reduce(ReduceKind::kSum, {0}, false)) == Floats{-3, 7, 11});
  CHECK(floats_of(reduce(ReduceKind::kMax, {0, 1}, true)) == Floats{8});
  CHECK(floats_of(reduce(ReduceKind::kMin, {1}, true)) == Floats{1, -4});
  CHECK(reduce(ReduceKind::kMin, {1}, true)->shape() == Shape{2, 1});
}

TEST_CASE("softmax of 8-bit values: float32 table, float32 sum") {
  // With scale ln 2 the table is e[d] = 2^-d. The values 5, 4, 3 give 1, 1/2, 1/4, whose sum is
  // 7/4, so the results are 4/7, 2/7, 1/7. In steps of 1/256 these are 146.29, 73.14, 36.57.
  const float scale = std::numbers::ln2_v<float>;
  const ConstantPtr y =
      evaluate_op(Softmax{1}, {s8({1, 3}, {5, 4, 3}, scale, -100)}, as_s8(1.0F / 256, -128));
  CHECK(y->to_ints() == Ints{18, -55, -91});
  const ConstantPtr f = evaluate_op(Softmax{1}, {s8({1, 3}, {5, 4, 3}, scale, -100)}, Output{});
  CHECK(floats_of(f)[0] == Approx(4.0 / 7));
}

TEST_CASE("softmax at scale 1/255: values of ONNX Runtime, whose steps are a whole number, 254") {
  const auto softmax = [](const Ints& q, float scale) {
    return evaluate_op(Softmax{1}, {s8({1, static_cast<std::int64_t>(q.size())}, q, scale, 0)},
                       as_s8(1.0F / 255, -128))
        ->to_ints();
  };
  CHECK(softmax({11, -35, 10, 19, 6, -36}, 0.02F) == Ints{-76, -107, -77, -67, -81, -108});
  CHECK(softmax({-32, -18, -14, 13, 40, 28}, 0.02F) == Ints{-110, -104, -102, -83, -50, -67});
  CHECK(softmax({11}, 0.02F) == Ints{127});  // a single value gives 1, which is quantized
  const Value x = u8({1, 6}, {139, 93, 138, 147, 134, 92}, 0.02F, 128);
  CHECK(evaluate_op(Softmax{1}, {x}, as_u8(1.0F / 255, 0))->to_ints() ==
        Ints{52, 21, 51, 61, 47, 20});
}

TEST_CASE("softmax along an inner axis does not overflow") {
  const ConstantPtr y = evaluate_op(Softmax{0}, {f32({2, 2}, {1000, 1, 1000, 2})});
  CHECK(floats_of(y)[0] == 0.5F);
  CHECK(floats_of(y)[1] == Approx(1 / (1 + std::exp(1.0))));
  CHECK(floats_of(y)[3] == Approx(1 / (1 + std::exp(-1.0))));
}

TEST_CASE("cast truncates floats and saturates; bool is whether not zero") {
  const Value x = f32({4}, {-1.9F, 2.9F, 300, std::nanf("")});
  CHECK(evaluate_op(Cast{DType::kI32}, {x})->to_ints() == Ints{-1, 2, 300, 0});
  CHECK(evaluate_op(Cast{DType::kU8}, {x})->to_ints() == Ints{0, 2, 255, 0});
  CHECK(evaluate_op(Cast{DType::kBool}, {f32({2}, {0, 0.5F})})->to_ints() == Ints{0, 1});
  CHECK(evaluate_op(Cast{DType::kI8}, {s64({1}, {300})})->to_ints() == Ints{44});
}
