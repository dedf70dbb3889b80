// Image resize. Coordinates and weights are float32, as ONNX Runtime computes them.
#include <algorithm>

#include "compiler/reference/move.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/resize_axis.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

// The two input positions that one output position is interpolated from, and their weights.
struct Neighbors {
  std::int64_t first, second;
  float first_weight, second_weight;

  Neighbors(const ResizeAxis& axis, std::int64_t index) {
    const float x = axis.coordinate(index);
    first = std::min(static_cast<std::int64_t>(x), axis.in() - 1);
    second = std::min(first + 1, axis.in() - 1);
    second_weight = first == second ? 0.5F : x - static_cast<float>(first);
    first_weight = first == second ? 0.5F : static_cast<float>(second) - x;
  }
};

template <typename Position, typename F>
std::vector<Position> positions(std::int64_t count, F&& f) {
  std::vector<Position> result;
  for (std::int64_t i = 0; i < count; ++i) result.push_back(f(i));
  return result;
}

ConstantPtr resize_nearest(const Call& call, const ResizeAxis& rows, const ResizeAxis& columns) {
  const Shape& in = call.in(0).shape();
  const auto y_at = positions<std::int64_t>(rows.out(), [&](auto i) { return rows.nearest(i); });
  const auto x_at =
      positions<std::int64_t>(columns.out(), [&](auto i) { return columns.nearest(i); });
  std::vector<std::int64_t> source;
  for_each_index(call.out().shape, [&](std::span<const std::int64_t> index) {
    const std::int64_t y = y_at[index[1]];
    const std::int64_t x = x_at[index[2]];
    source.push_back(((index[0] * in[1] + y) * in[2] + x) * in[3] + index[3]);
  });
  return move_elements(call, source);
}

// What is interpolated: the reals or, for kLinearOnCodes, the codes of a tensor.
std::vector<float> interpolated_values(const Resize& op, const Input& x) {
  if (op.kind == ResizeKind::kLinear) return real_values(*x.tensor, *x.value);
  std::vector<float> codes;
  for (const std::int64_t code : x.value->to_ints()) codes.push_back(static_cast<float>(code));
  return codes;
}

ConstantPtr stored(const Resize& op, const Tensor& out, const std::vector<float>& values) {
  if (op.kind == ResizeKind::kLinear) return store_reals(out, values);
  std::vector<std::int64_t> codes;
  for (const float value : values) codes.push_back(static_cast<std::int64_t>(value));
  return store_integers(out, codes);
}

// (wy1*wx1)*v11 + (wy1*wx2)*v12 + (wy2*wx1)*v21 + (wy2*wx2)*v22, from left to right in float32.
ConstantPtr resize_linear(const Resize& op, const Call& call, const ResizeAxis& rows,
                          const ResizeAxis& columns) {
  const Shape& in = call.in(0).shape();
  const auto ys = positions<Neighbors>(rows.out(), [&](auto i) { return Neighbors(rows, i); });
  const auto xs =
      positions<Neighbors>(columns.out(), [&](auto i) { return Neighbors(columns, i); });
  const std::vector<float> values = interpolated_values(op, call.in(0));
  std::vector<float> result;
  for_each_index(call.out().shape, [&](std::span<const std::int64_t> index) {
    const Neighbors& y = ys[index[1]];
    const Neighbors& x = xs[index[2]];
    const auto weighted = [&](std::int64_t row, std::int64_t column, float wy, float wx) {
      const std::int64_t at = ((index[0] * in[1] + row) * in[2] + column) * in[3] + index[3];
      const float weight = wy * wx;
      return weight * values[at];
    };
    float sum = weighted(y.first, x.first, y.first_weight, x.first_weight);
    sum += weighted(y.first, x.second, y.first_weight, x.second_weight);
    sum += weighted(y.second, x.first, y.second_weight, x.first_weight);
    sum += weighted(y.second, x.second, y.second_weight, x.second_weight);
    result.push_back(sum);
  });
  return stored(op, call.out(), result);
}

}  // namespace

ConstantPtr compute(const Resize& op, const Call& call) {
  const Shape& in = call.in(0).shape();
  const ResizeAxis rows(op, 0, in[1]);
  const ResizeAxis columns(op, 1, in[2]);
  return op.kind == ResizeKind::kNearest ? resize_nearest(call, rows, columns)
                                         : resize_linear(op, call, rows, columns);
}

}  // namespace spindle::reference
