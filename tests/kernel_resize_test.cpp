// Compares the resize kernels with the reference interpreter: all modes, enlarging and shrinking,
// with the input in a ring buffer.
#include <algorithm>

#include "compiler/reference/resize_axis.h"
#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;
using reference::ResizeAxis;

namespace {

struct ResizeCase {
  Resize op;
  Shape image;
};

ResizeCase random_resize(Random& random, ResizeKind kind) {
  ResizeCase c;
  c.op.kind = kind;
  c.op.coordinates = static_cast<ResizeCoordinates>(random.integer(0, 3));
  c.op.nearest = static_cast<ResizeNearest>(random.integer(0, 3));
  c.image = {1, random.integer(1, 9), random.integer(1, 9), random.integer(1, 6)};
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t extent = c.image[i + 1];
    c.op.size[i] = random.integer(1, 20);
    if (!random.flip()) continue;
    // A scale that is not exactly the quotient of the sizes, as ONNX files may have.
    c.op.scale[i] = random.real(0.3F, 3.0F);
    c.op.size[i] = std::max<std::int64_t>(
        1, static_cast<std::int64_t>(static_cast<float>(extent) * c.op.scale[i]));
  }
  return c;
}

template <typename T, typename F>
std::vector<T> table(const ResizeAxis& axis, F&& f) {
  std::vector<T> result;
  for (std::int64_t i = 0; i < axis.out(); ++i) result.push_back(static_cast<T>(f(i)));
  return result;
}

// Computes each output row in two ranges of columns. The input is in a ring buffer of two rows, fed
// up to the last row that is needed.
template <typename Kernel, typename Params>
void run(Kernel kernel, Params& p, const ResizeCase& c, const Constant& image,
         const Constant& expected, KernelBuffer& out) {
  const ResizeAxis rows(c.op, 0, c.image[1]);
  const auto ring_rows = static_cast<int>(std::min<std::int64_t>(2, c.image[1]));
  RingFeeder ring(image, ring_rows);
  p.in = ring.rows();
  const std::int64_t width = c.op.size[1];
  const auto pixel = static_cast<std::int64_t>(expected.bytes().size()) / c.op.size[0] / width;
  for (std::int64_t y = 0; y < c.op.size[0]; ++y) {
    ring.feed(c.op.kind == ResizeKind::kNearest
                  ? rows.nearest(y)
                  : static_cast<std::int64_t>(rows.coordinate(y)) + 1);
    const std::int64_t half = width / 2;
    const auto row = static_cast<std::int32_t>(y);
    kernel(&p, ring.base(), out.at(y * width * pixel), row, 0, static_cast<std::int32_t>(half));
    kernel(&p, ring.base(), out.at((y * width + half) * pixel), row,
           static_cast<std::int32_t>(half), static_cast<std::int32_t>(width - half));
  }
}

}  // namespace

TEST_CASE("resize_nearest: every mode and element size") {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    const ResizeCase c = random_resize(random, ResizeKind::kNearest);
    const DType type = random.flip() ? DType::kI8 : DType::kF32;
    const ConstantPtr image = random_values(random, type, c.image);
    const ConstantPtr expected = evaluate_op(c.op, {{image, {}}});
    const ResizeAxis rows(c.op, 0, c.image[1]);
    const ResizeAxis columns(c.op, 1, c.image[2]);
    const auto y = table<std::int32_t>(rows, [&](auto k) { return rows.nearest(k); });
    const auto x = table<std::int32_t>(columns, [&](auto k) { return columns.nearest(k); });
    spindle_resize_nearest_params p{
        y.data(), x.data(), {}, static_cast<std::int32_t>(c.image[3] * size_of(type))};
    KernelBuffer out(expected->bytes().size(), size_of(type));
    run(spindle_resize_nearest, p, c, *image, *expected, out);
    INFO("case " << i);
    REQUIRE(compare_bytes(*expected, out) == "");
  }
}

TEST_CASE("resize_linear_f32: every mode") {
  Random random(2);
  for (int i = 0; i < 500; ++i) {
    const ResizeCase c = random_resize(random, ResizeKind::kLinear);
    const ConstantPtr image = random_floats(random, c.image);
    const ConstantPtr expected = evaluate_op(c.op, {{image, {}}});
    const ResizeAxis rows(c.op, 0, c.image[1]);
    const ResizeAxis columns(c.op, 1, c.image[2]);
    const auto y = table<float>(rows, [&](auto k) { return rows.coordinate(k); });
    const auto x = table<float>(columns, [&](auto k) { return columns.coordinate(k); });
    spindle_resize_linear_params p{y.data(),
                                   x.data(),
                                   {},
                                   static_cast<std::int32_t>(c.image[2]),
                                   static_cast<std::int32_t>(c.image[3]),
                                   1,
                                   1,
                                   0,
                                   0};
    KernelBuffer out(expected->bytes().size(), 4);
    run(spindle_resize_linear_f32, p, c, *image, *expected, out);
    INFO("case " << i);
    REQUIRE(compare_floats(*expected, out) == "");
  }
}

namespace {

void check_linear_s8(Random& random, const ResizeCase& c, DType type, const Quant& in_quant,
                     const Quant& out_quant) {
  const ConstantPtr image = random_values(random, type, c.image);
  const ConstantPtr expected = evaluate_op(c.op, {{image, in_quant}}, Output{type, out_quant});
  const ResizeAxis rows(c.op, 0, c.image[1]);
  const ResizeAxis columns(c.op, 1, c.image[2]);
  const auto y = table<float>(rows, [&](auto k) { return rows.coordinate(k); });
  const auto x = table<float>(columns, [&](auto k) { return columns.coordinate(k); });
  spindle_resize_linear_params p{y.data(),
                                 x.data(),
                                 {},
                                 static_cast<std::int32_t>(c.image[2]),
                                 static_cast<std::int32_t>(c.image[3]),
                                 in_quant.scale[0],
                                 out_quant.scale[0],
                                 to_kernel_s8(type, in_quant.zero_point[0]),
                                 to_kernel_s8(type, out_quant.zero_point[0])};
  KernelBuffer out(expected->bytes().size(), 1);
  run(spindle_resize_linear_s8, p, c, *to_kernel_s8(*image), *expected, out);
  REQUIRE(compare_8bit(*expected, out) == "");
}

Quant random_quant(Random& random, DType type) {
  return {{random.real(0.01F, 0.1F)},
          {static_cast<int>(random.integer(min_of(type), max_of(type)))},
          -1};
}

}  // namespace

TEST_CASE("resize_linear_s8: every mode, scales and zero points of both types") {
  Random random(3);
  for (int i = 0; i < 500; ++i) {
    ResizeCase c = random_resize(random, ResizeKind::kLinear);
    if (random.flip()) c.image[3] = random.integer(7, 70);
    const DType type = random.flip() ? DType::kI8 : DType::kU8;
    const Quant in_quant = random_quant(random, type);
    const Quant out_quant = random_quant(random, type);
    INFO("case " << i);
    check_linear_s8(random, c, type, in_quant, random.flip() ? out_quant : in_quant);
  }
}

TEST_CASE("resize_codes_s8: every mode, both types") {
  Random random(6);
  for (int i = 0; i < 500; ++i) {
    const ResizeCase c = random_resize(random, ResizeKind::kLinearOnCodes);
    const DType type = random.flip() ? DType::kI8 : DType::kU8;
    const Quant quant = random_quant(random, type);
    const ConstantPtr image = random_values(random, type, c.image);
    const ConstantPtr expected = evaluate_op(c.op, {{image, quant}}, Output{type, quant});
    const ResizeAxis rows(c.op, 0, c.image[1]);
    const ResizeAxis columns(c.op, 1, c.image[2]);
    const auto y = table<float>(rows, [&](auto k) { return rows.coordinate(k); });
    const auto x = table<float>(columns, [&](auto k) { return columns.coordinate(k); });
    spindle_resize_linear_params p{};
    p.row_at = y.data();
    p.column_at = x.data();
    p.in_width = static_cast<std::int32_t>(c.image[2]);
    p.channels = static_cast<std::int32_t>(c.image[3]);
    p.in_zero = type == DType::kU8 ? -128 : 0;
    KernelBuffer out(expected->bytes().size(), 1);
    run(spindle_resize_codes_s8, p, c, *to_kernel_s8(*image), *expected, out);
    INFO("case " << i);
    REQUIRE(compare_8bit(*expected, out) == "");
  }
}

// ONNX Runtime 1.32 on a uint8 image of 2 x 2, enlarged to 4 x 4 with half_pixel.
TEST_CASE("Resize of codes truncates") {
  Resize op;
  op.kind = ResizeKind::kLinearOnCodes;
  op.size = {4, 4};
  op.scale = {2, 2};
  const ConstantPtr image = Constant::ints(DType::kU8, {1, 2, 2, 1}, {10, 21, 32, 255});
  const Quant quant{{0.05F}, {3}, -1};
  const ConstantPtr y = evaluate_op(op, {{image, quant}}, Output{DType::kU8, quant});
  CHECK(y->to_ints() == std::vector<std::int64_t>{10, 12, 18, 21, 15, 31, 63, 79,  //
                                                  26, 69, 154, 196, 32, 87, 199, 255});
}

// With aligned corners and scales that are powers of two, many results are ties. The rounding
// errors of float32 decide to which side they go.
TEST_CASE("resize_linear_s8: ties") {
  Random random(5);
  for (const std::int64_t times : {2, 4, 8, 16}) {
    for (int i = 0; i < 10; ++i) {
      ResizeCase c;
      c.op.kind = ResizeKind::kLinear;
      c.op.coordinates = ResizeCoordinates::kAlignCorners;
      c.image = {1, 4, 5, random.integer(1, 40)};
      c.op.size = {3 * times + 1, 4 * times + 1};
      const Quant in_quant = random_quant(random, DType::kI8);
      Quant out_quant = in_quant;
      if (i % 2 == 0) out_quant.scale[0] *= 2;
      INFO(times << " times, case " << i);
      check_linear_s8(random, c, DType::kI8, in_quant, out_quant);
    }
  }
}

TEST_CASE("one pixel interpolated with itself stays what it is") {
  Random random(4);
  Resize op;
  op.kind = ResizeKind::kLinear;
  op.size = {2, 3};
  const ConstantPtr pixel = random_floats(random, {1, 1, 1, 4096}, -100, 100);
  const ConstantPtr linear = evaluate_op(op, {{pixel, {}}});
  op.kind = ResizeKind::kNearest;
  CHECK(floats_of(linear) == floats_of(evaluate_op(op, {{pixel, {}}})));
}
