// Quantizers that quantize each operator's inputs and outputs on their own (Brevitas) leave two
// quantizations of one tensor behind each other:
//
//   QuantizeLinear(1) -> DequantizeLinear(1) -> QuantizeLinear(2) -> DequantizeLinear(2)
//
// ONNX Runtime makes one quantization of them, with the part of the range that both have. Networks
// are tuned and tested with it, so its result is the right one here.
#pragma once

#include "frontend/import_context.h"

namespace spindle::frontend {

// Merges such nodes where ONNX Runtime does: nothing but these nodes reads the tensors between
// them, all have zero points, both quantizations have one scale and the same type, and their ranges
// overlap. Called after the last node, when all tensors have their Quant.
void merge_double_quantization(ImportContext& context);

}  // namespace spindle::frontend
