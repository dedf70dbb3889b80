// Weights and biases of quantized Conv and Dense nodes: a step of lower_qdq.
#pragma once

#include <string>

#include "compiler/ir/graph.h"

namespace spindle {

// Either the constant an integer operator wants, or why there is none.
struct LoweredParameter {
  TensorId id = kNoTensor;
  std::string reason;  // a clause for the user; empty on success
};

// `weights` as the float operator reads them: lowered to the 8-bit constant behind its Dequantize,
// which must be per tensor or per output channel (dimension 0).
[[nodiscard]] LoweredParameter lower_weights(const Graph& graph, const Uses& uses,
                                             TensorId weights);

// `bias` as the float operator reads it (kNoTensor stays that), lowered to an s32 constant of scale
// sx * sw[o]. An s32 constant whose scale agrees to within 1e-5 keeps its integers; any other
// constant is quantized half to even, and refused if it does not fit into int32.
[[nodiscard]] LoweredParameter lower_bias(Graph& graph, const Uses& uses, TensorId bias,
                                          const Quant& input, const Quant& weights);

// An addition of constants, one in all or one per output channel, to the result of a Conv or Dense
// with quantized weights and without bias or activation, becomes its bias; the addition's
// activation becomes its own.
void absorb_biases(Graph& graph);

}  // namespace spindle
