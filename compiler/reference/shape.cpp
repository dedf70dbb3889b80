// Operators that move elements and change none of them.
#include <algorithm>
#include <cstring>

#include "compiler/reference/arithmetic.h"
#include "compiler/reference/move.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

ConstantPtr compute(const Reshape&, const Call& call) {
  std::vector<std::int64_t> source(call.out().elements());
  for (std::size_t i = 0; i < source.size(); ++i) source[i] = static_cast<std::int64_t>(i);
  return move_elements(call, source);
}

ConstantPtr compute(const Transpose& op, const Call& call) {
  const Shape in_strides = strides_of(call.in(0).shape());
  Shape strides;
  for (int dimension : op.perm) strides.push_back(in_strides[dimension]);
  return move_elements(call, flat_indices(call.out().shape, strides));
}

ConstantPtr compute(const Pad& op, const Call& call) {
  const Shape& in = call.in(0).shape();
  const Shape strides = strides_of(in);
  std::vector<std::int64_t> source;
  for_each_index(call.out().shape, [&](std::span<const std::int64_t> index) {
    std::int64_t flat = 0;
    bool inside = true;
    for (std::size_t d = 0; d < index.size(); ++d) {
      const std::int64_t at = index[d] - op.before[d];
      inside = inside && at >= 0 && at < in[d];
      flat += at * strides[d];
    }
    source.push_back(inside ? flat : kFill);
  });
  return move_elements(call, source, op.value);
}

ConstantPtr compute(const Slice& op, const Call& call) {
  const Shape strides = strides_of(call.in(0).shape());
  std::vector<std::int64_t> source;
  for_each_index(call.out().shape, [&](std::span<const std::int64_t> index) {
    std::int64_t flat = 0;
    for (std::size_t d = 0; d < index.size(); ++d) {
      flat += (op.start[d] + index[d] * op.step[d]) * strides[d];
    }
    source.push_back(flat);
  });
  return move_elements(call, source);
}

ConstantPtr compute(const Gather& op, const Call& call) {
  const Shape strides = strides_of(call.in(0).shape());
  const std::size_t axis = op.axis;
  std::vector<std::int64_t> source;
  for_each_index(call.out().shape, [&](std::span<const std::int64_t> index) {
    std::int64_t flat = 0;
    for (std::size_t d = 0; d < index.size(); ++d) {
      const std::int64_t at = d == axis ? op.indices[index[d]] : index[d];
      flat += at * strides[d];
    }
    source.push_back(flat);
  });
  return move_elements(call, source);
}

ConstantPtr compute(const Concat& op, const Call& call) {
  const Tensor& out = call.out();
  const std::size_t axis = op.axis;
  const std::int64_t inner =
      strides_of(out.shape)[axis] * static_cast<std::int64_t>(size_of(out.type));
  const std::int64_t row = out.shape[axis] * inner;  // bytes of one line along the axis
  std::vector<std::byte> bytes(out.bytes());
  std::int64_t offset = 0;
  for (const Input& input : call.inputs) {
    Tensor part = out;
    part.shape = input.shape();
    const Call one{{input}, &part};
    const ConstantPtr converted = compute(Identity{}, one);
    const std::int64_t width = input.shape()[axis] * inner;
    const std::byte* from = converted->bytes().data();
    for (std::int64_t to = offset; width > 0 && to < out.bytes(); to += row, from += width) {
      std::memcpy(bytes.data() + to, from, width);
    }
    offset += width;
  }
  return std::make_shared<const Constant>(out.type, out.shape, std::move(bytes));
}

}  // namespace spindle::reference
