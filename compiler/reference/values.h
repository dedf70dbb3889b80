// Values of tensors as plain vectors, and back: the dequantize - compute - quantize frame of every
// operator without an integer rule.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle::reference {

// 8-bit with one scale and zero point: what the integer rules work on.
[[nodiscard]] bool is_quantized(const Tensor& tensor);
// Float, or an integer type that stands for reals (it has a Quant).
[[nodiscard]] bool is_real(const Tensor& tensor);

// Every element as float32: as it is, dequantized if `tensor` has a Quant, else converted.
[[nodiscard]] std::vector<float> real_values(const Tensor& tensor, const Constant& value);
// q - zero point of a per-tensor or per-channel 8-bit tensor; within -255..255.
[[nodiscard]] std::vector<std::int16_t> centered_values(const Tensor& tensor,
                                                        const Constant& value);

// Data of `out`'s type and shape: as it is, quantized if `out` has a Quant, else truncated towards
// zero and saturated (bool: whether it is not zero; NaN becomes 0).
[[nodiscard]] ConstantPtr store_reals(const Tensor& out, const std::vector<float>& values);
// Data of `out`'s type and shape, modulo its width (bool: whether it is not zero).
[[nodiscard]] ConstantPtr store_integers(const Tensor& out, std::vector<std::int64_t> values);

// True if equal bytes mean equal values in both.
[[nodiscard]] bool same_encoding(const Tensor& a, const Tensor& b);

}  // namespace spindle::reference
