#include "tests/catch.h"
#include "tests/support/kernel_conv.h"
#include "tests/support/kernel_windows.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

void check(ConvKernelF32 kernel, const ConvCase& c, Random& random) {
  INFO(c.describe());
  REQUIRE(check_conv(kernel, c, random) == "");
}

ConvCase pointwise(int pixels, int in_channels, int out_channels) {
  ConvCase c;
  c.height = 1;
  c.width = pixels;
  c.in_channels = in_channels;
  c.out_channels = out_channels;
  c.kernel_h = c.kernel_w = 1;
  return c;
}

}  // namespace

TEST_CASE("pw_f32: channel counts around the panel, pixel counts around the tile") {
  Random random(1);
  for (int in : {1, 2, 3, 7, 16, 33}) {
    for (int out = 1; out <= 40; ++out) {
      ConvCase c = pointwise(1 + (in + out) % 17, in, out);
      if (out % 2 == 0) c.op.act = {0, 6};
      check(ConvKernelF32::kPointwise, c, random);
    }
  }
  check(ConvKernelF32::kPointwise, pointwise(10, 144, 24), random);
  check(ConvKernelF32::kPointwise, pointwise(1, 1280, 1001), random);
}

TEST_CASE("dw_f32: random windows, rings and channel multipliers") {
  Random random(2);
  for (int i = 0; i < 600; ++i) {
    ConvCase c = random_window(random);
    c.in_channels = c.op.groups = static_cast<int>(random.integer(1, 40));
    c.out_channels = c.in_channels * (i % 4 == 0 ? static_cast<int>(random.integer(2, 5)) : 1);
    if (i % 2 == 0) c.op.act = {0, 6};
    check(ConvKernelF32::kDepthwise, c, random);
  }
}

TEST_CASE("conv_f32: random windows, rings and groups") {
  Random random(3);
  for (int i = 0; i < 600; ++i) {
    ConvCase c = random_window(random);
    c.op.groups = i % 3 == 0 ? static_cast<int>(random.integer(2, 5)) : 1;
    c.in_channels = c.op.groups * static_cast<int>(random.integer(1, 6));
    c.out_channels = c.op.groups * static_cast<int>(random.integer(1, 20));
    if (i % 2 == 0) c.op.act = {-1, 1};
    check(ConvKernelF32::kConv, c, random);
  }
}
