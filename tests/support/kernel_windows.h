// Random window shapes for tests of convolution and pooling kernels.
#pragma once

#include "tests/support/kernel_conv.h"

namespace spindle::testing {

// Chooses kernel size (1, 3, 5 or 7 in each direction), stride, dilation, asymmetric padding and
// ring at random. The image has room for at least one window.
inline ConvCase random_window(Random& random) {
  constexpr int kKernels[] = {1, 3, 5, 7};
  constexpr int kDilations[] = {1, 1, 2, 4};
  const auto pick = [&](const int(&from)[4]) { return from[random.integer(0, 3)]; };
  const auto up_to = [&](int limit) { return static_cast<int>(random.integer(0, limit)); };
  ConvCase c;
  c.kernel_h = pick(kKernels);
  c.kernel_w = pick(kKernels);
  c.op.stride = {1 + up_to(2), 1 + up_to(2)};
  c.op.dilation = {pick(kDilations), pick(kDilations)};
  const int reach_h = c.op.dilation[0] * (c.kernel_h - 1) + 1;
  const int reach_w = c.op.dilation[1] * (c.kernel_w - 1) + 1;
  c.op.pad = {up_to(reach_h), up_to(reach_w), up_to(reach_h), up_to(reach_w)};
  const auto extent = [&](int reach, int pads) {
    const int least = reach > pads ? reach - pads : 1;
    return least + up_to(least < 17 ? 17 - least : 3);
  };
  c.height = extent(reach_h, c.op.pad.top + c.op.pad.bottom);
  c.width = extent(reach_w, c.op.pad.left + c.op.pad.right);
  const int rings[] = {0, -1, reach_h + 1, reach_h + 3};
  c.ring = pick(rings);
  if (c.ring > c.height) c.ring = 0;
  return c;
}

}  // namespace spindle::testing
