// Tests operators that move, select or interpolate elements. The expected results of Resize and
// Pool come from ONNX Runtime.
#include "tests/catch.h"
#include "tests/support/evaluate_op.h"

using namespace spindle;
using namespace spindle::testing;
using Ints = std::vector<std::int64_t>;
using Floats = std::vector<float>;

namespace {

Floats resize(ResizeKind kind, ResizeCoordinates coordinates, ResizeNearest nearest,
              std::int64_t height, std::int64_t width) {
  Resize op;
  op.kind = kind;
  op.coordinates = coordinates;
  op.nearest = nearest;
  op.size = {height, width};
  return floats_of(evaluate_op(op, {f32({1, 2, 3, 1}, {1, 4, 2, 8, 5, 7})}));
}

void check_close(const Floats& actual, const Floats& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) CHECK(actual[i] == Approx(expected[i]));
}

// Average pooling of the 5x5 image with the values 1 to 25.
Floats average(int kernel, int stride, const Padding& pad, bool ceil_mode, bool count_pad) {
  Floats image;
  for (int i = 1; i <= 25; ++i) image.push_back(static_cast<float>(i));
  Pool op;
  op.kind = PoolKind::kAverage;
  op.kernel = {kernel, kernel};
  op.stride = {stride, stride};
  op.pad = pad;
  op.ceil_mode = ceil_mode;
  op.count_include_pad = count_pad;
  return floats_of(evaluate_op(op, {f32({1, 5, 5, 1}, image)}));
}

}  // namespace

TEST_CASE("8-bit average pooling at ties: values of ONNX Runtime") {
  Pool op;
  op.kind = PoolKind::kAverage;
  op.kernel = {2, 2};
  op.stride = {2, 2};
  const auto pooled = [&](const Ints& window) {
    return evaluate_op(op, {s8({1, 2, 2, 1}, window, 0.02985315F, -79)}, as_s8(0.02985315F, -79))
        ->to_ints();
  };
  CHECK(pooled({-30, 84, -84, 120}) == Ints{22});
  CHECK(pooled({-33, -4, -77, -104}) == Ints{-54});
  CHECK(pooled({-102, 83, -96, 121}) == Ints{2});
  CHECK(pooled({-126, -74, 67, -5}) == Ints{-34});
  const Value x = u8({1, 2, 2, 1}, {98, 212, 44, 248}, 0.02985315F, 49);
  CHECK(evaluate_op(op, {x}, as_u8(0.02985315F, 49))->to_ints() == Ints{150});
}

TEST_CASE("8-bit average pooling that counts padding divides by all of the window") {
  Pool op;
  op.kind = PoolKind::kAverage;
  op.kernel = {2, 2};
  op.stride = {2, 2};
  op.ceil_mode = true;
  op.count_include_pad = true;
  // The window of the last output row goes beyond the image, and there is no padding.
  const Value x = s8({1, 3, 2, 1}, {4, 8, 12, 16, 20, 24}, 1, 0);
  CHECK(evaluate_op(op, {x}, as_s8(1, 0))->to_ints() == Ints{10, 11});
}

TEST_CASE("transpose and reshape keep 8-bit values as they are") {
  const Value x = s8({1, 2, 3}, {1, 2, 3, 4, 5, 6}, 0.1F, 3);
  const ConstantPtr y = evaluate_op(Transpose{{2, 0, 1}}, {x}, as_s8(0.1F, 3));
  CHECK(y->shape() == Shape{3, 1, 2});
  CHECK(y->to_ints() == Ints{1, 4, 2, 5, 3, 6});
  CHECK(evaluate_op(Reshape{{6}}, {x}, as_s8(0.1F, 3))->to_ints() == Ints{1, 2, 3, 4, 5, 6});
}

TEST_CASE("moving to another encoding requantizes") {
  const Value x = s8({2}, {10, -10}, 0.5F, 0);
  CHECK(evaluate_op(Reshape{{1, 2}}, {x}, as_u8(1, 128))->to_ints() == Ints{133, 123});
}

TEST_CASE("pad: real zero is the zero point; negative pads crop") {
  const Pad pad{{0, 1}, {1, -1}, 0};
  CHECK(evaluate_op(pad, {s8({1, 2}, {5, 6}, 0.5F, -7)}, as_s8(0.5F, -7))->to_ints() ==
        Ints{-7, 5, -7, -7});
  const Pad two{{1}, {1}, 2};  // in 8 bits below: 2 / 0.5 - 7 = -3
  CHECK(evaluate_op(two, {s8({1}, {5}, 0.5F, -7)}, as_s8(0.5F, -7))->to_ints() == Ints{-3, 5, -3});
  CHECK(floats_of(evaluate_op(two, {f32({1}, {5})})) == Floats{2, 5, 2});
  CHECK(evaluate_op(two, {s64({1}, {5})})->to_ints() == Ints{2, 5, 2});
}

TEST_CASE("concat requantizes each input to the output") {
  // Input 1 has half the scale: (q - 4) * 0.25 is -1 and 1, which becomes -1/0.5 - 2 = -4 and 0.
  const ConstantPtr y = evaluate_op(Concat{1},
                                    {s8({2, 1}, {1, 2}, 0.5F, -2), s8({2, 1}, {0, 8}, 0.25F, 4),
                                     s8({2, 2}, {7, 8, 9, 10}, 0.5F, -2)},
                                    as_s8(0.5F, -2));
  CHECK(y->shape() == Shape{2, 4});
  CHECK(y->to_ints() == Ints{1, -4, 7, 8, 2, 0, 9, 10});
}

TEST_CASE("slice with steps, backwards too") {
  const Value x = f32({2, 4}, {0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(floats_of(evaluate_op(Slice{{1, 3}, {-1, -2}, {2, 2}}, {x})) == Floats{7, 5, 3, 1});
}

TEST_CASE("linear resize") {
  using C = ResizeCoordinates;
  const auto linear = [](C c, std::int64_t h, std::int64_t w) {
    return resize(ResizeKind::kLinear, c, ResizeNearest::kFloor, h, w);
  };
  check_close(linear(C::kHalfPixel, 3, 5), {1.0F, 2.2F, 4.0F, 2.8F, 2.0F, 4.5F, 4.5F, 4.5F, 4.5F,
                                            4.5F, 8.0F, 6.8F, 5.0F, 6.2F, 7.0F});
  check_close(linear(C::kAlignCorners, 3, 5),
              {1, 2.5F, 4, 3, 2, 4.5F, 4.5F, 4.5F, 4.5F, 4.5F, 8, 6.5F, 5, 6, 7});
  check_close(linear(C::kAsymmetric, 4, 4),
              {1, 3.25F, 3, 2, 4.5F, 4.5F, 4.5F, 4.5F, 8, 5.75F, 6, 7, 8, 5.75F, 6, 7});
  check_close(linear(C::kPytorchHalfPixel, 1, 4), {1, 2.875F, 3.25F, 2});
}

TEST_CASE("nearest resize") {
  using C = ResizeCoordinates;
  using N = ResizeNearest;
  const auto nearest = [](C c, N n, std::int64_t h, std::int64_t w) {
    return resize(ResizeKind::kNearest, c, n, h, w);
  };
  CHECK(nearest(C::kHalfPixel, N::kRoundPreferFloor, 4, 4) ==
        Floats{1, 4, 4, 2, 1, 4, 4, 2, 8, 5, 5, 7, 8, 5, 5, 7});
  CHECK(nearest(C::kAsymmetric, N::kFloor, 4, 5) ==
        Floats{1, 1, 4, 4, 2, 1, 1, 4, 4, 2, 8, 8, 5, 5, 7, 8, 8, 5, 5, 7});
  CHECK(nearest(C::kAsymmetric, N::kCeil, 4, 5) ==
        Floats{1, 4, 2, 2, 2, 8, 5, 7, 7, 7, 8, 5, 7, 7, 7, 8, 5, 7, 7, 7});
  // The row coordinate is 0.5, for which the two roundings differ.
  CHECK(nearest(C::kHalfPixel, N::kRoundPreferFloor, 1, 2) == Floats{1, 2});
  CHECK(nearest(C::kHalfPixel, N::kRoundPreferCeil, 1, 2) == Floats{8, 7});
  CHECK(nearest(C::kAlignCorners, N::kRoundPreferFloor, 3, 5) ==
        Floats{1, 1, 4, 4, 2, 1, 1, 4, 4, 2, 8, 8, 5, 5, 7});
  CHECK(nearest(C::kAlignCorners, N::kRoundPreferCeil, 3, 5) ==
        Floats{1, 4, 4, 2, 2, 8, 5, 5, 7, 7, 8, 5, 5, 7, 7});
}

TEST_CASE("nearest resize of 8-bit tensors picks values") {
  Resize op;
  op.coordinates = ResizeCoordinates::kAsymmetric;
  op.nearest = ResizeNearest::kFloor;
  op.size = {2, 2};
  CHECK(evaluate_op(op, {s8({1, 1, 1, 2}, {-7, 9}, 0.3F, 5)}, as_s8(0.3F, 5))->to_ints() ==
        Ints{-7, 9, -7, 9, -7, 9, -7, 9});
}

TEST_CASE("what misses a half by the rounding of a coordinate is a half") {
  const auto picked = [](ResizeNearest nearest, std::int64_t width) {
    Resize op;
    op.coordinates = ResizeCoordinates::kAsymmetric;
    op.nearest = nearest;
    op.size = {1, width};
    return evaluate_op(op, {s8({1, 1, 7, 1}, {0, 1, 2, 3, 4, 5, 6}, 0.3F, 5)}, as_s8(0.3F, 5))
        ->to_ints();
  };
  // In float32, 1 / (2 / 7) is 3.49999976 and 19 / (38 / 7) is 3.50000024, so neither is a tie.
  CHECK(picked(ResizeNearest::kRoundPreferCeil, 2) == Ints{0, 4});
  CHECK(picked(ResizeNearest::kRoundPreferFloor, 38)[19] == 3);
}

TEST_CASE("average pooling counts padding only where asked to") {
  check_close(average(3, 2, {1, 1, 0, 0}, false, false), {4, 5.5F, 11.5F, 13});
  check_close(average(3, 2, {1, 1, 0, 0}, false, true), {16.0F / 9, 33.0F / 9, 69.0F / 9, 13});
  // In ceil mode the last windows go beyond image and padding. That part never counts.
  check_close(average(2, 2, {}, true, false), {4, 6, 7.5F, 14, 16, 17.5F, 21.5F, 23.5F, 25});
  check_close(average(2, 2, {}, true, true), {4, 6, 7.5F, 14, 16, 17.5F, 21.5F, 23.5F, 25});
  check_close(average(3, 3, {1, 1, 1, 1}, true, true), {16.0F / 9, 39.0F / 9, 11, 19});
}

TEST_CASE("padding is never the maximum") {
  Pool op;
  op.kernel = {2, 2};
  op.stride = {2, 2};
  op.pad = {1, 1, 0, 0};
  const Value x = s8({1, 3, 3, 1}, {-9, -8, -7, -6, -5, -4, -3, -2, -1}, 0.1F, -20);
  CHECK(evaluate_op(op, {x}, as_s8(0.1F, -20))->to_ints() == Ints{-9, -7, -3, -1});
}

TEST_CASE("argmax takes the first of equals unless told otherwise") {
  const Value x = s8({2, 3}, {5, 9, 9, 1, 0, 1}, 0.1F, 0);
  CHECK(evaluate_op(ArgMax{1, true, false, false}, {x})->to_ints() == Ints{1, 0});
  CHECK(evaluate_op(ArgMax{1, true, true, false}, {x})->to_ints() == Ints{2, 2});
  CHECK(evaluate_op(ArgMax{1, false, false, true}, {x})->to_ints() == Ints{0, 1});
  CHECK(evaluate_op(ArgMax{0, false, false, false}, {x})->to_ints() == Ints{0, 0, 0});
  CHECK(evaluate_op(ArgMax{1, false, false, false}, {x})->shape() == Shape{2});
}
