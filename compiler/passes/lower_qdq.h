// Lowers Dequantize - operator - Quantize to the operator on 8-bit tensors.
//
// Before: any valid graph; constants folded, activations fused (lowering keeps them). After: a
// float operator reads and writes 8-bit tensors if every run-time input is the Dequantize of an
// 8-bit tensor with one scale, and the only use of its result is a Quantize. Its output is the
// Quantize's output, which keeps its name and origins. Dequantize - Quantize becomes a Requantize,
// or an Identity if type and Quant are equal. Weights are the 8-bit constants behind their
// Dequantize. A bias is s32 with scale sx * sw[o]. A constant that is added to the result of a Conv
// or Dense without bias becomes its bias.
//
// Operators that only move data are first moved out of the float parts. What cannot be lowered
// stays in float, with its constants dequantized here, and is reported as W0201, once for each
// connected set of float operators. Of these, means and sums read codes, so that no dequantized
// tensor is needed for them. Float models do not change.
//
//   %f = dequantize %x                         %q = conv %x, %w8, %b32 {act 0..6}
//   %w = dequantize %w8
//   %b = dequantize %b32                  =>
//   %y = conv %f, %w, %b {act 0..6}
//   %q = quantize %y
#pragma once

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

void lower_qdq(Graph& graph, Diagnostics& diagnostics);

}  // namespace spindle
