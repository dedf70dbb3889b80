#include "tests/catch.h"
#include "tests/support/kernel_conv.h"
#include "tests/support/kernel_windows.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

void set_channels(ConvCase& c, int channels, int multiplier) {
  c.in_channels = c.op.groups = channels;
  c.out_channels = channels * multiplier;
}

void check(const ConvCase& c, Random& random) {
  INFO(c.describe());
  REQUIRE(check_conv(ConvKernelS8::kDepthwise, c, random) == "");
}

}  // namespace

TEST_CASE("dw_s8: every small channel count, one padded window") {
  Random random(1);
  for (int channels = 1; channels <= 40; ++channels) {
    ConvCase c;
    c.height = c.width = 4;
    c.op.pad = {1, 1, 1, 1};
    c.in_zero = static_cast<int>(random.integer(-128, 127));
    set_channels(c, channels, 1);
    check(c, random);
  }
}

TEST_CASE("dw_s8: random windows, rings and zero points") {
  Random random(2);
  for (int i = 0; i < 1500; ++i) {
    ConvCase c = random_window(random);
    set_channels(c, static_cast<int>(random.integer(1, 40)), 1);
    c.in_zero = static_cast<int>(random.integer(-128, 127));
    c.out_zero = static_cast<int>(random.integer(-128, 127));
    c.weight_zeros = random.flip();
    c.per_channel = random.flip();
    c.extreme_values = i % 5 == 0;
    if (i % 3 == 0) c.op.act = {-10, 50};
    check(c, random);
  }
}

TEST_CASE("dw_s8: channel multipliers") {
  Random random(3);
  for (int multiplier : {2, 3, 5, 17}) {
    for (int channels : {1, 3, 8, 11}) {
      ConvCase c = random_window(random);
      set_channels(c, channels, multiplier);
      c.in_zero = 9;
      c.weight_zeros = true;
      check(c, random);
    }
  }
}

TEST_CASE("dw_s8: the family's widths, strides 1 and 2, in a ring of three rows") {
  Random random(4);
  for (int channels : {32, 48, 96, 144, 192, 384, 576, 960}) {
    for (int stride : {1, 2}) {
      ConvCase c;
      c.height = c.width = 14;
      c.op.stride = {stride, stride};
      c.op.pad = stride == 1 ? Padding{1, 1, 1, 1} : Padding{0, 0, 1, 1};
      c.ring = 3;
      c.in_zero = -128;
      c.out_zero = -128;
      set_channels(c, channels, 1);
      check(c, random);
    }
  }
}

TEST_CASE("dw_s8: saturation, and uint8 tensors") {
  Random random(5);
  for (DType type : {DType::kI8, DType::kU8}) {
    for (int in_zero : {min_of(type), max_of(type)}) {
      for (int out_zero : {min_of(type), max_of(type)}) {
        ConvCase c;
        c.type = type;
        c.op.pad = {1, 1, 1, 1};
        c.in_zero = in_zero;
        c.out_zero = out_zero;
        c.multiplier = 2;
        c.extreme_values = true;
        set_channels(c, 19, 1);
        check(c, random);
      }
    }
  }
}
