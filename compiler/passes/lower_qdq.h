// Lowers Dequantize - operator - Quantize to the operator on 8-bit tensors.
//
// Before: any valid graph; activations fused (an act is carried over), constants folded.
// After: wherever every run-time input of a float operator is the Dequantize of an 8-bit tensor
// with one scale, and its only use is a Quantize, the operator reads and writes 8-bit tensors; its
// output is the Quantize's, with that one's name and origins. Dequantize - Quantize is Requantize,
// or an Identity where nothing changes. Weights are the 8-bit constants behind their Dequantize, a
// bias is s32 at scale sx * sw[o]; constants added to a Conv or Dense without bias are one.
// Operators that only move data are moved out of the float gaps first. What cannot be lowered stays
// in float, on constants that are dequantized here, and is reported as W0201, once per connected
// set of float operators. Float models are left alone.
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
