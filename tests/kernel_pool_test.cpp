#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/kernel_windows.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

struct PoolCase {
  Pool op;
  Shape image;
  int ring = 0;
};

PoolCase random_pool(Random& random, PoolKind kind) {
  const ConvCase window = random_window(random);
  PoolCase c;
  c.op.kind = kind;
  c.op.kernel = {window.kernel_h, window.kernel_w};
  c.op.stride = window.op.stride;
  c.op.dilation = window.op.dilation;
  c.op.pad = window.op.pad;
  c.op.ceil_mode = random.flip();
  c.op.count_include_pad = random.flip();
  c.image = {1, window.height, window.width, random.integer(1, 19)};
  c.ring = window.ring;
  return c;
}

const spindle_pool_params& with(const spindle_pool_params& window, const spindle_pool_params*) {
  return window;
}
// The type and quantizations in the tests of 8-bit average pooling.
struct Average {
  DType type = DType::kI8;
  Quant in{{0.05F}, {17}, -1};
  Quant out{{0.031F}, {-9}, -1};
} average;
spindle_average_pool_s8_params with(const spindle_pool_params& window,
                                    const spindle_average_pool_s8_params*) {
  return {window,
          average.in.scale[0],
          average.out.scale[0],
          to_kernel_s8(average.type, average.in.zero_point[0]),
          to_kernel_s8(average.type, average.out.zero_point[0]),
          average.type == DType::kU8 ? 128 : 0};
}

template <typename Params>
void run(void (*kernel)(const Params*, const void*, void*, std::int32_t), const PoolCase& c,
         const Constant& image, const Constant& expected, KernelBuffer& out) {
  const int reach = c.op.dilation[0] * (c.op.kernel[0] - 1) + 1;
  RingFeeder ring(image, c.ring < 0 ? reach : c.ring);
  const spindle_pool_params window{ring.rows(),
                                   static_cast<std::int32_t>(c.image[2]),
                                   static_cast<std::int32_t>(c.image[3]),
                                   static_cast<std::int32_t>(expected.shape()[2]),
                                   c.op.kernel[0],
                                   c.op.kernel[1],
                                   c.op.stride[0],
                                   c.op.stride[1],
                                   c.op.dilation[0],
                                   c.op.dilation[1],
                                   c.op.pad.top,
                                   c.op.pad.left,
                                   c.op.pad.bottom,
                                   c.op.pad.right,
                                   c.op.count_include_pad ? 1 : 0};
  const Params p = with(window, static_cast<const Params*>(nullptr));
  const std::int64_t rows = expected.shape()[1];
  const auto row_bytes = static_cast<std::int64_t>(expected.bytes().size()) / rows;
  for (std::int64_t y = 0; y < rows; ++y) {
    ring.feed(y * c.op.stride[0] - c.op.pad.top + reach - 1);
    kernel(&p, ring.base(), out.at(y * row_bytes), static_cast<std::int32_t>(y));
  }
}

}  // namespace

TEST_CASE("average_pool_f32: random windows, ceil mode, padding counted or not") {
  Random random(1);
  for (int i = 0; i < 600; ++i) {
    const PoolCase c = random_pool(random, PoolKind::kAverage);
    const ConstantPtr image = random_floats(random, c.image);
    const ConstantPtr expected = evaluate_op(c.op, {{image, {}}});
    KernelBuffer out(expected->bytes().size(), 4);
    run(spindle_average_pool_f32, c, *image, *expected, out);
    INFO("case " << i);
    REQUIRE(compare_floats(*expected, out) == "");
  }
}

TEST_CASE("max_pool_f32: random windows, windows that lie in the padding") {
  Random random(2);
  for (int i = 0; i < 600; ++i) {
    const PoolCase c = random_pool(random, PoolKind::kMax);
    const ConstantPtr image = random_floats(random, c.image);
    const ConstantPtr expected = evaluate_op(c.op, {{image, {}}});
    KernelBuffer out(expected->bytes().size(), 4);
    run(spindle_max_pool_f32, c, *image, *expected, out);
    INFO("case " << i);
    REQUIRE(compare_bytes(*expected, out) == "");
  }
}

TEST_CASE("max_pool_s8: random windows") {
  Random random(3);
  const Quant quant{{0.1F}, {3}, -1};
  for (int i = 0; i < 600; ++i) {
    const PoolCase c = random_pool(random, PoolKind::kMax);
    const ConstantPtr image = random_values(random, DType::kI8, c.image);
    const ConstantPtr expected = evaluate_op(c.op, {{image, quant}}, Output{DType::kI8, quant});
    KernelBuffer out(expected->bytes().size(), 1);
    run(spindle_max_pool_s8, c, *image, *expected, out);
    INFO("case " << i);
    REQUIRE(compare_8bit(*expected, out) == "");
  }
}

TEST_CASE("average_pool_s8: random windows, ceil mode, padding counted or not, both types, ties") {
  Random random(4);
  for (int i = 0; i < 600; ++i) {
    const PoolCase c = random_pool(random, PoolKind::kAverage);
    average.type = random.flip() ? DType::kU8 : DType::kI8;
    const auto zero = [&] {
      return static_cast<std::int32_t>(random.integer(min_of(average.type), max_of(average.type)));
    };
    average.in = {{0.0371F}, {zero()}, -1};
    average.out = {{random.flip() ? 0.0371F : 0.021F}, {zero()}, -1};
    const ConstantPtr image = random_values(random, average.type, c.image);
    const ConstantPtr expected =
        evaluate_op(c.op, {{image, average.in}}, Output{average.type, average.out});
    KernelBuffer out(expected->bytes().size(), 1);
    run(spindle_average_pool_s8, c, *to_kernel_s8(*image), *expected, out);
    INFO("case " << i);
    REQUIRE(compare_8bit(*expected, out) == "");
  }
  average = {};
}

TEST_CASE("average_pool_s8: extremes of an image saturate") {
  Pool op;
  op.kind = PoolKind::kAverage;
  op.kernel = {3, 3};
  for (std::int64_t value : {-128, 127}) {
    const ConstantPtr image =
        Constant::ints(DType::kI8, {1, 3, 3, 17}, std::vector<std::int64_t>(153, value));
    const ConstantPtr expected =
        evaluate_op(op, {{image, average.in}}, Output{DType::kI8, average.out});
    KernelBuffer out(17, 1);
    run(spindle_average_pool_s8, {op, image->shape(), 0}, *image, *expected, out);
    CHECK(compare_8bit(*expected, out) == "");
    CHECK(expected->as_int(0) == (value < 0 ? -128 : 127));
  }
}
