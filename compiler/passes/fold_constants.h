#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Computes at compile time what depends on constants only, with the reference interpreter.
//
// Quantized constants stay quantized, because lowering of Q/DQ pairs needs to see them:
//  - Dequantize of a constant is kept (unless it only feeds graph outputs);
//  - Quantize of float weights becomes an integer constant with its Quant, rounded half to even;
//  - Transpose and Reshape above Dequantize(constant) move below it, into the constant.
// A per-channel Quant axis follows Transpose and Reshape. Results beyond 2^26 elements are not
// stored and stay computed at run time.
//
// Needs: topological order. Leaves graph outputs that turn out constant as constant tensors.
//
//   %w  = constant f32[8x3x3x4]                     %w_q: s8[8x3x3x4]{per axis 0} = constant
//   %q: s8[..]{per axis 0} = quantize %w            %d = dequantize %w_q
//   %d = dequantize %q                         =>   %y = conv %x, %d
//   %y = conv %x, %d
void fold_constants(Graph& graph);

}  // namespace spindle
