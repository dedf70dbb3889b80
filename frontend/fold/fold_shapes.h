// Evaluates constant computations during import. All shapes are static, so the subgraphs that
// exporters write for shapes (Shape, Gather, Unsqueeze, Concat, Reshape) become constants here, and
// so does arithmetic on integers that quantizers leave before weights (Clip of int8 constants).
// Large float constants are folded by a pass later.
#pragma once

#include <span>

#include "compiler/ir/ops.h"
#include "compiler/ir/tensor.h"

namespace spindle::frontend {

// Computes `op` on constant inputs. It knows Reshape, Transpose, Slice, Concat, Cast and Identity
// on any element type, Binary on any type (integer division truncates; integers have no power),
// Clip on floats, Reduce on integers (sum, maximum, minimum), and of Unary the functions neg, abs,
// floor, ceil, round, sqrt and reciprocal on floats, neg and abs on integers.
//
// Returns nullptr for anything else, if the inputs do not fit the operator (infer() then says why),
// if an integer is divided by zero, if Cast meets a float that int64 cannot hold, or if an input or
// the result has too many elements (fold_elements.h).
[[nodiscard]] ConstantPtr fold(const Op& op, std::span<const ConstantPtr> inputs);

}  // namespace spindle::frontend
