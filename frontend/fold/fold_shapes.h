// Evaluates constant computations during import. All shapes are static, so the subgraphs that
// exporters write for shapes (Shape, Gather, Unsqueeze, Concat, Reshape) become constants here, and
// so does arithmetic on integers that quantizers leave before weights (Clip of int8 constants).
// Large float constants are folded by a pass later.
#pragma once

#include <span>

#include "compiler/ir/ops.h"
#include "compiler/ir/tensor.h"

namespace spindle::frontend {

// Computes `op` on constant inputs without a Quant, with the reference interpreter. It knows
// Reshape, Transpose, Slice, Concat, Cast and Identity on any element type, Binary on any type
// (integers have no power), Unary and Clip on floats. On integers it knows negation, magnitude, and
// sums, maxima and minima.
//
// Returns nullptr for anything else, if the inputs do not fit the operator (infer() then says why),
// if an integer is divided by zero, if Cast meets a float that int64 cannot hold, or if an input or
// the result has too many elements (fold_elements.h).
[[nodiscard]] ConstantPtr fold(const Op& op, std::span<const ConstantPtr> inputs);

}  // namespace spindle::frontend
