// Compares spindle_depth_to_space with the reference interpreter: blocks, runs, cropping, parts of
// rows, rings of input rows, int8 and float.
#include "tests/catch.h"
#include "tests/support/evaluate_op.h"
#include "tests/support/kernel_testing.h"
#include "tests/support/random_tensor.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

struct Case {
  DepthToSpace op;
  Shape image;
};

Case random_case(Random& random) {
  Case c;
  c.op.block = {static_cast<int>(random.integer(1, 3)), static_cast<int>(random.integer(1, 3))};
  c.op.run = random.integer(1, 5);
  const std::int64_t runs = random.integer(1, 3);
  c.image = {1, random.integer(1, 4), random.integer(1, 5),
             c.op.block[0] * c.op.block[1] * c.op.run * runs};
  for (std::size_t d = 0; d < 2; ++d) {
    const std::int64_t extent = c.image[1 + d] * c.op.block[d];
    c.op.crop[d] = static_cast<int>(random.integer(0, extent - 1));
    c.op.size[d] = random.integer(1, extent - c.op.crop[d]);
  }
  return c;
}

void check(Random& random, const Case& c, DType type) {
  const bool f32 = type == DType::kF32;
  const ConstantPtr image =
      f32 ? random_floats(random, c.image) : random_values(random, type, c.image);
  const Quant quant{{0.5F}, {3}, -1};
  const ConstantPtr expected = f32 ? evaluate_op(c.op, {{image, {}}})
                                   : evaluate_op(c.op, {{image, quant}}, Output{type, quant});
  const auto bytes = static_cast<std::int32_t>(size_of(type));
  const auto row_bytes = static_cast<std::int32_t>(c.image[2] * c.image[3]) * bytes;
  spindle_depth_to_space_params p{};
  // Only one row is in the ring at a time, at the address at which row % ring lies.
  p.in = {static_cast<std::int32_t>(c.image[1]), 1, row_bytes};
  p.block_rows = c.op.block[0];
  p.block_columns = c.op.block[1];
  p.crop_top = c.op.crop[0];
  p.crop_left = c.op.crop[1];
  p.runs = static_cast<std::int32_t>(expected->shape()[3] / c.op.run);
  p.run_bytes = static_cast<std::int32_t>(c.op.run) * bytes;
  KernelBuffer in(*image), out(expected->bytes().size(), static_cast<std::size_t>(bytes));
  const auto width = static_cast<std::int32_t>(c.op.size[1]);
  const auto pixel = static_cast<std::ptrdiff_t>(expected->shape()[3]) * bytes;
  for (std::int32_t y = 0; y < c.op.size[0]; ++y) {
    const char* row = static_cast<const char*>(in.data()) +
                      static_cast<std::ptrdiff_t>((y + p.crop_top) / p.block_rows) * row_bytes;
    char* to = static_cast<char*>(out.data()) + y * width * pixel;
    const auto cut = static_cast<std::int32_t>(random.integer(0, width));
    spindle_depth_to_space(&p, row, to, y, 0, cut);
    spindle_depth_to_space(&p, row, to + cut * pixel, y, cut, width - cut);
  }
  REQUIRE(compare_bytes(*expected, out) == "");
}

}  // namespace

TEST_CASE("depth_to_space: blocks, runs and cropping") {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const Case c = random_case(random);
    INFO("case " << i);
    check(random, c, DType::kF32);
    check(random, c, DType::kI8);
  }
}
