#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Folds every BatchNorm whose parameters are constants, or dequantized constants. If a float Conv or Dense comes before it, without
// an activation and with no other reader, and the channels are the last dimension, its weights and
// bias change, by factors that are computed in double. Otherwise the BatchNorm becomes a
// multiplication and an addition of constants, which are computed in float32 like ONNX Runtime's,
// because the result may be quantized.
//
// Needs: eliminate_transposes before it; otherwise Transposes separate most BatchNorms from their
// Conv. The Conv then writes the BatchNorm's output tensor. The tensor between them is removed
// together with its origins.
//
//   %a = conv %x, %w, %b
//   %y = batch_norm %a, ... {epsilon 0.001, axis 3}   =>   %y = conv %x, %w_1, %b_1
void fold_batch_norm(Graph& graph);

}  // namespace spindle
