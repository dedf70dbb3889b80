// Shape and type inference. It also validates operators: this is the only place that knows which
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

// Type and shape of the output of `op` for `inputs` (null for an absent optional input). Most
// operators return their input's type, also for 8-bit inputs. Quantize, Requantize and
// RequantizeSum return kI8; whoever adds the node sets the output's actual type and Quant, which
// inference cannot know. Fails if an extent is above 2^31 - 1 or a tensor has more than 2^40
// elements.
[[nodiscard]] Inferred infer(const Op& op, std::span<const Tensor* const> inputs);

// Sets `out` to the shape that `a` and `b` broadcast to by numpy's rules. Returns false if they do
// not broadcast; `out` is then not valid.
[[nodiscard]] bool broadcast(const Shape& a, const Shape& b, Shape& out);

}  // namespace spindle
