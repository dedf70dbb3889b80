// Evaluates constant computations during import. All shapes are static, so the subgraphs that
// exporters write for shapes (Shape, Gather, Unsqueeze, Concat, Reshape) become constants here, and
// so does arithmetic on integers that quantizers leave before weights (Clip of int8 constants).
// Large float constants are folded by a pass later.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/ir/ops.h"
#include "compiler/ir/tensor.h"

namespace spindle::frontend {

// The most elements that an input or a result may have if it is float, and if it is not.
constexpr std::int64_t kMostFolded = 4096;
constexpr std::int64_t kMostFoldedIntegers = std::int64_t{1} << 26;

// Computes `op` on constant inputs. It knows Reshape, Transpose, Slice, Concat, Cast and Identity
// on any element type, Binary on any type (integer division truncates; integers have no power),
// Clip on floats, Reduce on integers (sum, maximum, minimum), and of Unary the functions neg, abs,
// floor, ceil, round, sqrt and reciprocal on floats, neg and abs on integers.
//
// Returns nullptr for anything else, if the inputs do not fit the operator (infer() then says why),
// if an integer is divided by zero, if Cast meets a float that int64 cannot hold, or if an input or
// the result has too many elements.
[[nodiscard]] ConstantPtr fold(const Op& op, std::span<const ConstantPtr> inputs);

// Functions that occur in shape subgraphs but are no operators of the graph. They return nullptr in
// the same cases.
enum class Comparison : std::uint8_t { kEqual, kLess, kGreater, kLessOrEqual, kGreaterOrEqual };
[[nodiscard]] ConstantPtr fold_compare(Comparison comparison, const Constant& a, const Constant& b);
[[nodiscard]] ConstantPtr fold_where(const Constant& condition, const ConstantPtr& a,
                                     const ConstantPtr& b);
// numpy broadcasting of `data` to the broadcast of its shape with `shape`.
[[nodiscard]] ConstantPtr fold_expand(const Constant& data, const Shape& shape);
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
