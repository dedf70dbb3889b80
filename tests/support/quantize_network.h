// Quantized models of a float network, in the two forms that ONNX Runtime's quantizers write.
#pragma once

#include <cstddef>
#include <vector>

#include "tests/support/float_network.h"

namespace spindle::testing {

// QuantizeLinear and DequantizeLinear around float operators: int8 activations, int8 weights with a
// scale per output channel.
[[nodiscard]] std::vector<std::byte> qdq_model(const FloatNetwork& network);

// Operators on integers (QLinearConv, QGemm, com.microsoft's QLinearAdd and so on); float operators
// between DequantizeLinear and QuantizeLinear where there is none. uint8 activations, int8 weights
// with a scale per output channel from -64 to 64, because on x86-64 without VNNI ONNX Runtime's own
// kernels saturate on larger ones.
[[nodiscard]] std::vector<std::byte> qoperator_model(const FloatNetwork& network);

}  // namespace spindle::testing
