#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Folds additions, subtractions, multiplications and divisions by float constants (scalars, or one
// value per channel of the last dimension) into the weights and bias of a float Conv or Dense:
// - into the one before, if nothing else reads its result and it has no activation; it then gets
//   the activation of the folded operator;
// - into the one after, if nothing else reads the folded operator's result and folding is exact.
//   Padded elements are zero, so before a padded Conv only a multiplication can be folded.
//
// Chains are folded one operator after the other. A Sub of a constant that remains becomes an Add.
// A Div by a constant that remains becomes a Mul; but if a Quantize follows, only where the Mul
// gives exactly the same results, so that the quantized values are those of the file. Tensors that
// are no longer computed lose their origins.
//
// Needs: eliminate_transposes and fold_batch_norm before it, so that the operators are neighbours.
//
//   %a = dense %x, %w
//   %y = add %a, %b       =>   %y = dense %x, %w, %b
void fold_affine(Graph& graph);

}  // namespace spindle
