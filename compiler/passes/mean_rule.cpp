#include "compiler/passes/mean_rule.h"

#include <cmath>

namespace spindle {

bool order_decides_mean(const Quant& x, const Quant& y, std::int64_t count) {
  constexpr std::int64_t kLong = 1024;
  constexpr int kTies = 16;
  constexpr double kNear = 0x1p-20;
  if (count > kLong) return true;
  // One quantization step of the sum, in steps of the result.
  const double step = static_cast<double>(x.scale[0]) / static_cast<double>(y.scale[0]) /
                      static_cast<double>(count);
  for (int k = 0; k < kTies; ++k) {
    const double tie = k + 0.5;
    const double sum = std::nearbyint(tie / step);
    if (std::fabs(sum * step - tie) <= kNear) return true;
  }
  return false;
}

}  // namespace spindle
