// Converts values of tensors to plain vectors and back. Operators without an integer rule
// dequantize, compute and quantize with these functions.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle::reference {

// Whether the tensor is 8-bit with one scale and zero point, as the integer rules require.
[[nodiscard]] bool is_quantized(const Tensor& tensor);
// Whether the elements are real numbers: float32, or integers with a Quant.
[[nodiscard]] bool is_real(const Tensor& tensor);

// Every element as float32: floats as they are, integers dequantized if `tensor` has a Quant, and
// else converted.
[[nodiscard]] std::vector<float> real_values(const Tensor& tensor, const Constant& value);
// q - zero point for every element of an 8-bit tensor, which may be quantized per channel. The
// results lie within -255..255.
[[nodiscard]] std::vector<std::int16_t> centered_values(const Tensor& tensor,
                                                        const Constant& value);

// Real values as data of `out`'s type and shape: floats as they are, else quantized if `out` has a
// Quant, else truncated towards zero and saturated (bool: whether the value is not zero). NaN
// becomes 0 where it is truncated.
[[nodiscard]] ConstantPtr store_reals(const Tensor& out, const std::vector<float>& values);
// Integers as data of `out`'s type and shape, modulo the width of the type (bool: whether the value
// is not zero).
[[nodiscard]] ConstantPtr store_integers(const Tensor& out, std::vector<std::int64_t> values);

// Whether equal bytes mean equal values in both tensors.
[[nodiscard]] bool same_encoding(const Tensor& a, const Tensor& b);

}  // namespace spindle::reference
