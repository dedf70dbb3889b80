#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Folds additions, subtractions, multiplications and divisions by float constants (scalars, or one
// value per channel of the last dimension) into the weights and bias of a float Conv or Dense:
//  - into the one before, if nobody else reads it and it has no activation; the activation of the
//    folded operator moves to it;
//  - into the one after, if that alone reads the result and it is exact: padded elements are zero,
//    so before a padded Conv only a multiplication is.
// Chains fold one operator after the other. What remains of Sub by a constant becomes Add. What
// remains of Div becomes Mul, but where a Quantize follows only if that is exact, so that what is
// quantized is what the file computes. Tensors that are no longer computed lose their origins.
//
// Needs: eliminate_transposes and fold_batch_norm before it, to find the operators side by side.
//
//   %a = dense %x, %w
//   %y = add %a, %b       =>   %y = dense %x, %w, %b
void fold_affine(Graph& graph);

}  // namespace spindle
