// Fuses clamps into the operators before them.
//
// Before: any valid graph. After: no Clip follows a Conv, Dense, Binary or Reduce whose result has
// no other use; chains of Clips are one Clip; Min and Max with a constant scalar are Clips;
// x * HardSigmoid(x) is HardSwish. On 8-bit tensors a Clip is fused only where its input and output
// have the same type and Quant, which is exact because the limits lie on the same scale. A clamp is
// dropped only where its quantized limits are the type's whole range, which proves it idle. What
// becomes idle is left as an Identity for remove_identities.
//
//   %1 = conv %x, %w, %b                  %y = conv %x, %w, %b {act 0..6}
//   %2 = max %1, 0                  =>
//   %y = min %2, 6
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

void fuse_activations(Graph& graph);

}  // namespace spindle
