// Shorthands for the fields of kernels' parameters and for their arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/lower/kernel/kernel.h"

namespace spindle {

[[nodiscard]] Field int_field(std::string name, std::int64_t value);
[[nodiscard]] Field float_field(std::string name, float value);
[[nodiscard]] Field columns_field(std::string name);
[[nodiscard]] Field pointer_field(std::string name, ConstantId constant);
// One value for each dimension, followed by `fill` up to kMaxRank. More than kMaxRank values are an
// internal error.
[[nodiscard]] Field dims_field(std::string name, std::vector<std::int64_t> values,
                               std::int64_t fill);
[[nodiscard]] KernelArg params_arg();
[[nodiscard]] KernelArg input_arg(std::size_t input);
[[nodiscard]] KernelArg out_row_arg();
[[nodiscard]] KernelArg out_base_arg();
[[nodiscard]] KernelArg y_arg();
[[nodiscard]] KernelArg x_arg();
[[nodiscard]] KernelArg columns_arg(std::int64_t times);
[[nodiscard]] KernelArg int_arg(std::int64_t value);

}  // namespace spindle
