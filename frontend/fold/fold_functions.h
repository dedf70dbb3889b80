// Functions of constants that occur in shape subgraphs (fold_shapes.h) but are no operators of the
// graph. They return nullptr if the inputs do not fit, or if an input or the result has too many
// elements.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle::frontend {

enum class Comparison : std::uint8_t { kEqual, kLess, kGreater, kLessOrEqual, kGreaterOrEqual };
[[nodiscard]] ConstantPtr fold_compare(Comparison comparison, const Constant& a, const Constant& b);
[[nodiscard]] ConstantPtr fold_where(const Constant& condition, const ConstantPtr& a,
                                     const ConstantPtr& b);
// numpy broadcasting of `data` to the broadcast of its shape with `wanted`.
[[nodiscard]] ConstantPtr fold_expand(const Constant& data, const Shape& wanted);
// `data` repeats[i] times along each dimension i.
[[nodiscard]] ConstantPtr fold_tile(const Constant& data, const std::vector<std::int64_t>& repeats);
// Elements of `data` along `axis` (not negative); negative indices count from the end.
[[nodiscard]] ConstantPtr fold_gather(const Constant& data, const Constant& indices, int axis);
// `shape` filled with the single element of `value`.
[[nodiscard]] ConstantPtr fold_fill(const Shape& shape, const Constant& value);
// The values start, start + delta, ... before limit. All three are scalars of one type.
[[nodiscard]] ConstantPtr fold_range(const Constant& start, const Constant& limit,
                                     const Constant& delta);
// The product of all elements. Its shape is [], or all ones with `keep_dims`.
[[nodiscard]] ConstantPtr fold_product(const Constant& data, bool keep_dims);

}  // namespace spindle::frontend
