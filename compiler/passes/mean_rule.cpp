#include "compiler/passes/mean_rule.h"

#include <cmath>

#include "compiler/passes/qdq_util.h"

namespace spindle {

bool order_decides_mean(const Reduce& op, const Tensor& x, const Tensor& y) {
  constexpr std::int64_t kLongOverImage = 1024;
  constexpr std::int64_t kLongElsewhere = 128;
  constexpr int kTies = 16;
  constexpr double kNear = 0x1p-20;
  std::int64_t count = 1;
  for (int axis : op.axes) count *= x.shape[axis];
  if (count > (is_image_mean(op, x.shape) ? kLongOverImage : kLongElsewhere)) return true;
  // One quantization step of the sum, in steps of the result.
  const double step = static_cast<double>(x.quant->scale[0]) /
                      static_cast<double>(y.quant->scale[0]) / static_cast<double>(count);
  for (int k = 0; k < kTies; ++k) {
    const double tie = k + 0.5;
    const double sum = std::nearbyint(tie / step);
    if (std::fabs(sum * step - tie) <= kNear) return true;
  }
  return false;
}

}  // namespace spindle
