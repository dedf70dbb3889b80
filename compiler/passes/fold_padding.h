#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Merges a Pad of rows and columns into the operators that read it:
// - Conv, if the padded value is real zero (on 8-bit tensors: is quantized to the zero point);
// - average Pool, likewise, if it counts its padding or has none, and does not use ceil_mode. It
//   then counts the padding. A max Pool never, because its own padding has no value.
//
// A Pad that crops, or that pads the batch or the channels, stays. Unless something else reads the
// padded tensor, it is removed together with its origins.
//
// Works on float graphs and, after lower_qdq, on 8-bit ones, where input and output of the Pad must
// have the same quantization. Needs images in NHWC (eliminate_transposes).
//
//   %p = pad %x {before 0,0,0,0, after 0,1,1,0}
//   %y = conv %p, %w, %b {stride 2x2}
//      =>   %y = conv %x, %w, %b {stride 2x2, pad 0,0,1,1}
void fold_padding(Graph& graph);

}  // namespace spindle
