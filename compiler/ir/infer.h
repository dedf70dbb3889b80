// Shape and type inference, and with it the validation of operators: the one place that knows what
// inputs an operator accepts.
#pragma once

#include <span>
#include <string>

#include "compiler/ir/ops.h"
#include "compiler/ir/tensor.h"

namespace spindle {

struct Inferred {
  std::string error;  // a sentence for the user; empty when the operator is valid
  DType type = DType::kF32;
  Shape shape;

  [[nodiscard]] bool ok() const { return error.empty(); }
};

// The output that `op` makes of `inputs` (null for an absent optional input). On 8-bit inputs the
// type is the input's; Quantize, Requantize and RequantizeSum give kI8 (the caller sets type and
// Quant of the output, which inference cannot know). Extents stay below 2^31 and element counts
// below 2^40.
[[nodiscard]] Inferred infer(const Op& op, std::span<const Tensor* const> inputs);

// Output extent of a window: floor or ceil((in + pads - dilated kernel) / stride) + 1; negative or
// zero when the window does not fit. In ceil mode no window starts in the padding behind.
[[nodiscard]] std::int64_t window_extent(std::int64_t in, int kernel, int stride, int dilation,
                                         int pad_before, int pad_after, bool ceil_mode);

// numpy broadcasting; false when the shapes do not agree.
[[nodiscard]] bool broadcast(const Shape& a, const Shape& b, Shape& out);

}  // namespace spindle
