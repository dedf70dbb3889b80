#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Merges a Pad of rows and columns into the operators that read it:
//  - Conv, if the value is real zero (on 8-bit tensors: quantizes to the zero point);
//  - average Pool, likewise, if it counts its padding or has none and does not round up: it counts
//    the padding then. A max Pool never, because its own padding is no value.
// Pads that crop, or that pad the batch or the channels, stay. The padded tensor is no longer
// computed unless somebody else reads it, and its origins go with it.
//
// Works on float graphs and, after lower_qdq, on 8-bit ones, where input and output of the Pad must
// have the same quantization. Needs images in NHWC (eliminate_transposes).
//
//   %p = pad %x {before 0,0,0,0, after 0,1,1,0}
//   %y = conv %p, %w, %b {stride 2x2}            =>   %y = conv %x, %w, %b {stride 2x2, pad
//   0,0,1,1}
void fold_padding(Graph& graph);

}  // namespace spindle
