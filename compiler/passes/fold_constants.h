#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Evaluates every node that depends on constants only, with the reference interpreter.
//
// Quantized constants stay quantized, because lowering of Q/DQ pairs needs to see them:
// - Dequantize of a constant is kept (unless it only feeds graph outputs);
// - Quantize of float weights becomes an integer constant with its Quant, rounded half to even;
// - Transpose and Reshape behind Dequantize(constant) move before it, into the constant.
//
// A per-channel Quant axis follows Transpose and Reshape. Results of more than 2^26 elements are
// not stored; they are still computed at run time.
//
// Needs: topological order. A graph output that turns out to be constant becomes a constant tensor.
//
//   %w  = constant f32[8x3x3x4]                     %w_q: s8[8x3x3x4]{per axis 0} = constant
//   %q: s8[..]{per axis 0} = quantize %w            %d = dequantize %w_q
//   %d = dequantize %q                         =>   %y = conv %x, %d
//   %y = conv %x, %d
void fold_constants(Graph& graph);

}  // namespace spindle
