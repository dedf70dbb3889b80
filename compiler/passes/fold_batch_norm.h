#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Folds every BatchNorm with constant parameters, computed in double with its own epsilon: into
// the weights and bias of the float Conv or Dense before it (no activation between, nobody else
// reads it, channels last), else into a multiplication and an addition by constants.
//
// Needs: eliminate_transposes before it, or few BatchNorms are found behind their Conv. The Conv
// writes the BatchNorm's output tensor; the tensor between them, with its origins, is gone.
//
//   %a = conv %x, %w, %b
//   %y = batch_norm %a, ... {epsilon 0.001, axis 3}   =>   %y = conv %x, %w_1, %b_1
void fold_batch_norm(Graph& graph);

}  // namespace spindle
