#include "tests/catch.h"
#include "tests/support/kernel_conv.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

ConvCase pointwise(int pixels, int in_channels, int out_channels) {
  ConvCase c;
  c.height = 1;
  c.width = pixels;
  c.in_channels = in_channels;
  c.out_channels = out_channels;
  c.kernel_h = c.kernel_w = 1;
  return c;
}

void check(const ConvCase& c, Random& random) {
  INFO(c.describe());
  REQUIRE(check_conv(ConvKernelS8::kPointwise, c, random) == "");
  if (c.weight_zeros) return;
  ConvCase lanes = c;
  lanes.least_weight = -127;
  REQUIRE(check_conv(ConvKernelS8::kPointwiseLanes, lanes, random) == "");
}

}  // namespace

TEST_CASE("pw_s8: every small channel count and pixel count") {
  Random random(1);
  for (int in = 1; in <= 40; ++in) {
    for (int out = 1; out <= 40; out += 1 + out / 12) {
      ConvCase c = pointwise(1 + (in * 7 + out) % 17, in, out);
      c.in_zero = static_cast<int>(random.integer(-128, 127));
      c.out_zero = static_cast<int>(random.integer(-128, 127));
      c.per_channel = random.flip();
      c.weight_zeros = random.flip();
      check(c, random);
    }
  }
}

TEST_CASE("pw_s8: the channel counts of the family") {
  Random random(2);
  for (int narrow : {8, 16, 24, 32, 64, 96, 160, 320}) {
    for (int wide : {48, 96, 144, 192, 576, 960}) {
      ConvCase expand = pointwise(9, narrow, wide);
      ConvCase project = pointwise(9, wide, narrow);
      expand.in_zero = project.in_zero = -5;
      expand.multiplier = project.multiplier = 0.003F;
      check(expand, random);
      check(project, random);
    }
  }
  check(pointwise(1, 1280, 1001), random);
}

TEST_CASE("pw_s8: zero points, saturation and limits at their extremes") {
  Random random(3);
  for (int in_zero : {-128, 0, 127}) {
    for (int out_zero : {-128, 0, 127}) {
      for (float multiplier : {1e-6F, 1e-3F, 0.5F, 1.0F, 300.0F}) {
        ConvCase c = pointwise(5, 33, 9);
        c.in_zero = in_zero;
        c.out_zero = out_zero;
        c.multiplier = multiplier;
        c.extreme_values = true;
        c.weight_zeros = multiplier == 0.5F;
        check(c, random);
        c.op.act = {0, 37};
        check(c, random);
        c.op.act = {-300, 300};
        check(c, random);
      }
    }
  }
}

TEST_CASE("pw_s8: ties of the requantization") {
  // The multipliers are powers of two (1/2, 1/4, ...), so that many products are ties.
  Random random(4);
  for (float multiplier : {0.5F, 0.25F, 0.125F, 0.0078125F}) {
    ConvCase c = pointwise(64, 3, 16);
    c.multiplier = multiplier;
    c.per_channel = false;
    check(c, random);
  }
}

TEST_CASE("pw_s8: uint8 tensors shifted by 128") {
  Random random(5);
  for (int zero : {0, 3, 128, 255}) {
    ConvCase c = pointwise(7, 21, 13);
    c.type = DType::kU8;
    c.in_zero = zero;
    c.out_zero = 255 - zero;
    c.op.act = {-20, 60};
    check(c, random);
  }
}
