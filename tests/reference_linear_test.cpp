// Compares Conv, Dense and MatMul of the reference interpreter with results computed by hand. In
// the comments, sx, sy and sw are scales, zx, zy and zw zero points, and m is the multiplier sx *
// sw / sy.
#include <limits>

#include "tests/catch.h"
#include "tests/support/evaluate_op.h"

using namespace spindle;
using namespace spindle::testing;
using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;

namespace {

Value per_channel_s8(Shape shape, const Ints& values, std::vector<float> scales,
                     std::vector<std::int32_t> zero_points) {
  return {Constant::ints(DType::kI8, std::move(shape), values),
          Quant{std::move(scales), std::move(zero_points), 0}};
}

// Requantizes the accumulators `acc`, by a 1x1 convolution with weight 1.
Ints requantize(const Ints& acc, float sx, float sy, std::int32_t zy, Activation act = {}) {
  const auto count = static_cast<std::int64_t>(acc.size());
  Conv conv;
  conv.act = act;
  return evaluate_op(conv, {s8({1, 1, count, 1}, acc, sx, 0), s8({1, 1, 1, 1}, {1}, 1, 0)},
                     as_s8(sy, zy))
      ->to_ints();
}

}  // namespace

TEST_CASE("requantization rounds ties to even before the zero point is added") {
  // With m = 0.5: 0.5 -> 0, 1.5 -> 2, -0.5 -> 0, -1.5 -> -2, 2.5 -> 2. If the odd zero point 11
  // were added before rounding, both 11.5 and 12.5 would round to 12.
  CHECK(requantize({1, 3, -1, -3, 5}, 0.5F, 1, 0) == Ints{0, 2, 0, -2, 2});
  CHECK(requantize({1, 3, -1, -3, 5}, 0.5F, 1, 11) == Ints{11, 13, 11, 9, 13});
}

TEST_CASE("requantization rounds the product to float32 first") {
  // m is 1/6 in float32, 0.1666666716. The product 3m = 0.5000000149 is exactly 0.5 in float32 and
  // rounds to 0; 15m = 2.5000000745 is 2.5 and rounds to 2. In double they would round to 1 and 3.
  CHECK(requantize({3, 15}, 1, 6, 0) == Ints{0, 2});
}

TEST_CASE("requantization saturates, and activation limits apply after the zero point") {
  CHECK(requantize({127, -128, 100}, 2, 1, 0) == Ints{127, -128, 127});
  // With scale 0.1 and zero point -20, the limits of Relu6 are -20 and 60 - 20 = 40.
  CHECK(requantize({-5, 7, 59, 61, 127}, 0.1F, 0.1F, -20, {0, 6}) == Ints{-20, -13, 39, 40, 40});
}

TEST_CASE("quantized convolution: zero points, asymmetric padding, bias, channel scales") {
  // x - zx = {1 2; 3 4} with zx = -3. With padding 1 above and on the left, the window of output
  // (oy, ox) covers rows oy-1 to oy and columns ox-1 to ox. w - zw is {1 2; 3 4} for channel 0
  // (zw = 1) and {-1 0; 0 1} for channel 1 (zw = 0). The sums at the four outputs:
  //   ch 0: 4*1 = 4 | 3*1 + 4*2 = 11 | 2*1 + 4*3 = 14 | 1*1 + 2*2 + 3*3 + 4*4 = 30
  //   ch 1: 1 | 2 | 3 | -1 + 4 = 3
  // With bias {6, -2}: ch 0: 10 17 20 36; ch 1: -1 0 1 1. m = {0.5*1/1, 0.5*4/1} = {0.5, 2}:
  //   ch 0: 5, 8.5 -> 8, 10, 18; ch 1: -2 0 2 2. Then zy = -1 is added.
  Conv conv;
  conv.pad = {1, 1, 0, 0};
  const ConstantPtr y = evaluate_op(
      conv,
      {s8({1, 2, 2, 1}, {-2, -1, 0, 1}, 0.5F, -3),
       per_channel_s8({2, 2, 2, 1}, {2, 3, 4, 5, -1, 0, 0, 1}, {1, 4}, {1, 0}), s32({2}, {6, -2})},
      as_s8(1, -1));
  CHECK(y->shape() == Shape{1, 2, 2, 2});
  CHECK(y->to_ints() == Ints{4, -3, 7, -1, 9, 1, 17, 1});
}

TEST_CASE("uint8 convolution with uint8 weights around their zero point") {
  // (200-128)*(0-120) + (100-128)*(255-120) = -8640 - 3780 = -12420. Times m = 0.01*0.5/0.5 = 0.01
  // it is -124.2, which rounds to -124, plus 128 is 4.
  const ConstantPtr y = evaluate_op(
      Conv{}, {u8({1, 1, 1, 2}, {200, 100}, 0.01F, 128), u8({1, 1, 1, 2}, {0, 255}, 0.5F, 120)},
      as_u8(0.5F, 128));
  CHECK(y->to_ints() == Ints{4});
}

TEST_CASE("the accumulator is a 32-bit one") {
  // 2^31 - 1 + 1 wraps to -2^31, so the result saturates below, not above.
  const Value bias = s32({1}, {std::numeric_limits<std::int32_t>::max()});
  const ConstantPtr y =
      evaluate_op(Dense{}, {s8({1, 1}, {1}, 1, 0), s8({1, 1}, {1}, 1, 0), bias}, as_s8(1, 0));
  CHECK(y->to_ints() == Ints{-128});
}

TEST_CASE("depthwise convolution with a channel multiplier, stride and dilation") {
  // A 1x5 image of 2 channels. The kernel is 1x2, dilated by 2, with stride 2 in x: output ox reads
  // columns 2*ox and 2*ox+2. With channel multiplier 2, outputs 0 and 1 read channel 0 (a and b are
  // its two taps), outputs 2 and 3 read channel 1.
  //   channel 0: 1 2 3 4 5, channel 1: 10 20 30 40 50.
  //   o0 = a: 1, 3 | o1 = b: 3, 5 | o2 = a+b: 40, 80 | o3 = a-b: -20, -20
  Conv conv;
  conv.groups = 2;
  conv.stride = {1, 2};
  conv.dilation = {1, 2};
  const ConstantPtr y = evaluate_op(conv, {f32({1, 1, 5, 2}, {1, 10, 2, 20, 3, 30, 4, 40, 5, 50}),
                                           f32({4, 1, 2, 1}, {1, 0, 0, 1, 1, 1, 1, -1})});
  CHECK(y->shape() == Shape{1, 1, 2, 4});
  CHECK(floats_of(y) == Floats{1, 3, 40, -20, 3, 5, 80, -20});
}

TEST_CASE("grouped convolution reads its own group only") {
  // 4 channels in 2 groups with 1 output each: 1*1 + 2*2 = 5 and 3*3 + 4*4 = 25, then bias and
  // Relu6.
  Conv conv;
  conv.groups = 2;
  conv.act = {0, 6};
  const ConstantPtr y = evaluate_op(conv, {f32({1, 1, 1, 4}, {1, 2, 3, 4}),
                                           f32({2, 1, 1, 2}, {1, 2, 3, 4}), f32({2}, {-10, -20})});
  CHECK(floats_of(y) == Floats{0, 5});
}

TEST_CASE("convolution window past the bottom right padding") {
  // A 2x2 kernel of ones over a 3x3 image, with stride 2 and padding 1 below and on the right. The
  // windows cover rows {0,1} and {2,3}.
  Conv conv;
  conv.stride = {2, 2};
  conv.pad = {0, 0, 1, 1};
  const ConstantPtr y = evaluate_op(
      conv, {f32({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9}), f32({1, 2, 2, 1}, {1, 1, 1, 1})});
  CHECK(floats_of(y) == Floats{12, 9, 15, 9});
}

TEST_CASE("convolution dilated in rows, over two images") {
  // Two 3x1 images {1 2 3} and {10 20 30}. The kernel is 2x1, dilated by 2, with one padded row
  // below: it reads rows (0, 2) and (1, 3). Row 3 is padding, and not the first row of the second
  // image.
  Conv conv;
  conv.dilation = {2, 1};
  conv.pad = {0, 0, 1, 0};
  const ConstantPtr y =
      evaluate_op(conv, {f32({2, 3, 1, 1}, {1, 2, 3, 10, 20, 30}), f32({1, 2, 1, 1}, {1, 1})});
  CHECK(y->shape() == Shape{2, 2, 1, 1});
  CHECK(floats_of(y) == Floats{4, 2, 40, 20});
}

TEST_CASE("an 8-bit convolution with a float output is computed on dequantized values") {
  const ConstantPtr y = evaluate_op(
      Conv{}, {s8({1, 1, 1, 1}, {3}, 0.5F, 1), s8({1, 1, 1, 1}, {5}, 0.25F, 0)}, Output{});
  CHECK(floats_of(y) == Floats{1.25F});
}

TEST_CASE("dense works on every row of the leading dimensions") {
  const ConstantPtr y = evaluate_op(Dense{}, {f32({2, 1, 3}, {1, 2, 3, 4, 5, 6}),
                                              f32({2, 3}, {1, 0, 0, 1, 1, 1}), f32({2}, {0, 100})});
  CHECK(y->shape() == Shape{2, 1, 2});
  CHECK(floats_of(y) == Floats{1, 106, 4, 115});
}

TEST_CASE("dense, quantized per channel") {
  // The accumulators are {1*2 + 2*3, 1*4 - 2*5} = {8, -6}. Times m = {0.25, 0.5} they are 2 and -3.
  // Then zy = 5 is added.
  const ConstantPtr y = evaluate_op(
      Dense{},
      {s8({1, 2}, {1, 2}, 1, 0), per_channel_s8({2, 2}, {2, 3, 4, -5}, {0.25F, 0.5F}, {0, 0})},
      as_s8(1, 5));
  CHECK(y->to_ints() == Ints{7, 2});
}

TEST_CASE("matrix product with broadcast batches") {
  // Two 1x2 matrices times one 2x2 matrix, {1 2; 3 4}.
  const ConstantPtr y =
      evaluate_op(MatMul{}, {f32({2, 1, 2}, {1, 0, 1, 1}), f32({2, 2}, {1, 2, 3, 4})});
  CHECK(y->shape() == Shape{2, 1, 2});
  CHECK(floats_of(y) == Floats{1, 2, 4, 6});
}

TEST_CASE("a matrix product of 8-bit values is computed on dequantized ones") {
  // {1, -0.5} times {3 0; 6 3} is {0, -1.5}. With scale 1, -1.5 rounds half to even, to -2.
  const ConstantPtr y = evaluate_op(
      MatMul{}, {s8({1, 2}, {3, 0}, 0.5F, 1), s8({2, 2}, {2, -1, 5, 2}, 1, -1)}, as_s8(1, 0));
  CHECK(y->to_ints() == Ints{0, -2});
}
