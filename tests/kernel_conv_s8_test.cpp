// Tests of the general int8 convolution kernel, and of the one for few input channels.
#include "tests/catch.h"
#include "tests/support/kernel_conv.h"
#include "tests/support/kernel_windows.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

void check(ConvKernelS8 kernel, const ConvCase& c, Random& random) {
  INFO(c.describe());
  REQUIRE(check_conv(kernel, c, random) == "");
}

void randomize_arithmetic(ConvCase& c, Random& random) {
  c.in_zero = static_cast<int>(random.integer(-128, 127));
  c.out_zero = static_cast<int>(random.integer(-128, 127));
  c.multiplier = random.real(0.001F, 0.02F);
  c.weight_zeros = random.flip();
  c.per_channel = random.flip();
  c.extreme_values = random.integer(0, 4) == 0;
  if (random.flip()) c.op.act = {-30, 70};
}

ConvCase stem(int channels, int size) {
  ConvCase c;
  c.height = c.width = size;
  c.in_channels = 3;
  c.out_channels = channels;
  c.op.stride = {2, 2};
  c.op.pad = {0, 0, 1, 1};
  c.in_zero = -1;
  c.out_zero = -128;
  c.ring = 3;
  return c;
}

}  // namespace

TEST_CASE("conv_s8 and stem_s8: random windows, rings, channels and zero points") {
  Random random(1);
  for (int i = 0; i < 800; ++i) {
    ConvCase c = random_window(random);
    c.in_channels = static_cast<int>(random.integer(1, 20));
    c.out_channels = static_cast<int>(random.integer(1, 40));
    randomize_arithmetic(c, random);
    check(ConvKernelS8::kConv, c, random);
    check(ConvKernelS8::kStem, c, random);
  }
}

TEST_CASE("conv_s8: groups, from two to depthwise with a multiplier") {
  Random random(2);
  for (int i = 0; i < 400; ++i) {
    ConvCase c = random_window(random);
    c.op.groups = static_cast<int>(random.integer(2, 6));
    c.in_channels = c.op.groups * static_cast<int>(random.integer(1, 5));
    c.out_channels = c.op.groups * static_cast<int>(random.integer(1, 7));
    randomize_arithmetic(c, random);
    check(ConvKernelS8::kConv, c, random);
  }
}

TEST_CASE("conv_s8 and stem_s8: the first convolution of the family") {
  Random random(3);
  for (int channels : {16, 24, 32, 48}) {
    for (int size : {8, 17, 32}) {
      check(ConvKernelS8::kConv, stem(channels, size), random);
      check(ConvKernelS8::kStem, stem(channels, size), random);
    }
  }
}

TEST_CASE("conv_s8 and stem_s8: uint8 tensors, saturation") {
  Random random(4);
  for (int zero : {0, 128, 255}) {
    ConvCase c = stem(11, 9);
    c.type = DType::kU8;
    c.in_zero = zero;
    c.out_zero = 255 - zero;
    c.multiplier = 1;
    c.extreme_values = true;
    check(ConvKernelS8::kConv, c, random);
    check(ConvKernelS8::kStem, c, random);
  }
}
