// --io=native: 8-bit inputs and outputs without the QuantizeLinear and DequantizeLinear at the
// model's border.
#pragma once

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

// Makes the model take and give codes where the file has floats that are only quantized or only
// dequantized:
//
// - a float input of which nothing is read but its Quantize (several, if type, scale and zero point
//   are the same), perhaps behind operators that move values, becomes the tensor of codes;
// - a float output that is the Dequantize of an 8-bit tensor with one scale, perhaps moved, becomes
//   that tensor.
//
// The ports of such inputs and outputs keep name and shape and get `codes`. Each other float input
// and output stays as it is, and W0405 says why. Reports E0408 and returns false if all stay. The
// graph is as imported, before any pass.
//
//   %q = quantize %image                   (input %q)
//   %r = conv %q, %w               =>      %r = conv %q, %w
//   %y = dequantize %r                     (output %r)
[[nodiscard]] bool take_native_io(Graph& graph, Diagnostics& diagnostics);

}  // namespace spindle
