// Evaluation of small constant computations during import. All shapes are static, so the
// Shape - Gather - Unsqueeze - Concat - Reshape subgraphs that exporters write come out as
// constants here; what is left over (weights) is folded by a pass.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/ir/ops.h"
#include "compiler/ir/tensor.h"

namespace spindle::frontend {

// Nothing larger than this is computed here.
constexpr std::int64_t kMostFolded = 4096;

// What `op` makes of constant inputs: Reshape, Transpose, Slice, Concat, Cast, Clip, Identity,
// Reduce, Binary (integer division truncates) and the arithmetic Unary functions, on any element
// type. Null when `op` is none of these, the inputs do not fit it (infer() then says why), an
// integer division by zero occurs, or the result has more than kMostFolded elements.
[[nodiscard]] ConstantPtr fold(const Op& op, std::span<const ConstantPtr> inputs);

// The functions of shape subgraphs that are no operators of the graph. Null as above.
enum class Comparison : std::uint8_t { kEqual, kLess, kGreater, kLessOrEqual, kGreaterOrEqual };
[[nodiscard]] ConstantPtr fold_compare(Comparison comparison, const Constant& a, const Constant& b);
[[nodiscard]] ConstantPtr fold_where(const Constant& condition, const ConstantPtr& a,
                                     const ConstantPtr& b);
// numpy broadcasting of `data` to the broadcast of its shape with `shape`.
[[nodiscard]] ConstantPtr fold_expand(const Constant& data, const Shape& shape);
// Elements of `data` along `axis` (non-negative); negative indices count from the end.
[[nodiscard]] ConstantPtr fold_gather(const Constant& data, const Constant& indices, int axis);
// `shape` filled with the single element of `value`.
[[nodiscard]] ConstantPtr fold_fill(const Shape& shape, const Constant& value);
// start, start + delta, ... before limit; scalars of one type.
[[nodiscard]] ConstantPtr fold_range(const Constant& start, const Constant& limit,
                                     const Constant& delta);
// Product of all elements, shape [] or all ones.
[[nodiscard]] ConstantPtr fold_product(const Constant& data, bool keep_dims);

}  // namespace spindle::frontend
