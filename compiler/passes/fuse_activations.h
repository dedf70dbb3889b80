// Fuses clamps into the operators before them.
//
// Before: any valid graph. After: no Clip follows a Conv, Dense, Binary or Reduce whose result has
// no other use; chains of Clips are one Clip; Min and Max with a constant scalar are Clips;
// products of x and HardSigmoid(x) are HardSwish. On 8-bit tensors a Clip is fused only if its
// input and output have the same type and Quant. This is exact because the limits are then on the
// same scale. A clamp on an 8-bit tensor is dropped only if its quantized limits are the whole
// range of the type, so that it changes nothing. A dropped Clip becomes an Identity (for
// remove_identities), or a Requantize if its input and output are quantized differently.
//
//   %1 = conv %x, %w, %b                  %y = conv %x, %w, %b {act 0..6}
//   %2 = max %1, 0                  =>
//   %y = min %2, 6
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

void fuse_activations(Graph& graph);

}  // namespace spindle
