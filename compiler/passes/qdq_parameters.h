// Weights and biases of quantized Conv and Dense nodes: a step of lower_qdq.
#pragma once

#include <string>

#include "compiler/ir/graph.h"

namespace spindle {

// The constant that an integer operator reads, or the reason why there is none.
struct LoweredParameter {
  TensorId id = kNoTensor;
  std::string reason;  // a clause for the user; empty on success
};

// Finds the 8-bit constant behind `weights`, the tensor that the float operator reads. Its Quant
// must have one scale or one per output channel (dimension 0).
[[nodiscard]] LoweredParameter lower_weights(const Graph& graph, const Uses& uses,
                                             TensorId weights);

// Makes an s32 constant of scale sx * sw[o] from `bias`, the tensor that the float operator reads;
// kNoTensor stays kNoTensor. An s32 constant whose scale agrees to within a factor of 1 +- 1e-5
// keeps its integers. Any other constant is quantized, half to even; it is refused if it does not
// fit into int32.
[[nodiscard]] LoweredParameter lower_bias(Graph& graph, const Uses& uses, TensorId bias,
                                          const Quant& input, const Quant& weights);

// Where constants (one for all, or one per output channel) are added to the result of a Conv or
// Dense that has quantized weights but no bias and no activation, they become its bias. It also
// gets the addition's activation.
void absorb_biases(Graph& graph);

}  // namespace spindle
