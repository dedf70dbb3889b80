// Which real values the codes of an activation stand for.
#pragma once

#include <cstdint>

#include "compiler/ir/ops.h"
#include "compiler/ir/tensor.h"
#include "compiler/quantize/histogram.h"

namespace spindle {

enum class RangeRule : std::uint8_t {
  kLeastError,  // the least sum of squared errors over all values seen
  kMinMax,      // from the smallest to the largest value seen
  kPercentile,  // leaves out `tail` of the values at either end
};

struct RangeOptions {
  RangeRule rule = RangeRule::kLeastError;
  double tail = 1e-4;  // of kPercentile: a part of all values
  DType type = DType::kI8;
};

// A scale and zero point for values from low (<= 0) to high (>= 0). Zero has a code of its own. If
// both are 0, the scale is 1/128. If low is 0, the zero point is the smallest code, and the largest
// code stands for no more than high.
[[nodiscard]] Quant quant_for(double low, double high, DType type);

// The scale and zero point for the values of the histogram, which lie within `bounds`: the limits
// of the activation that made them.
[[nodiscard]] Quant choose_quant(const Histogram& values, const Activation& bounds,
                                 const RangeOptions& options);

// The sum of squared errors that the codes make of the values.
[[nodiscard]] double squared_error(const Histogram& values, const Quant& quant, DType type);

}  // namespace spindle
