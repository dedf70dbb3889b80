// Index arithmetic on dense row-major arrays.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle::reference {

// The distance between neighbours along each dimension, in elements.
[[nodiscard]] inline Shape strides_of(const Shape& shape) {
  Shape strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

// Calls f(index) for every element in row-major order. `index` is a span with one entry per
// dimension.
template <typename F>
void for_each_index(const Shape& shape, F&& f) {
  Shape index(shape.size(), 0);
  const std::int64_t count = element_count(shape);
  for (std::int64_t n = 0; n < count; ++n) {
    f(std::span<const std::int64_t>(index));
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
}

// For every element of `shape` in row-major order: the sum of index * stride over the dimensions.
[[nodiscard]] inline std::vector<std::int64_t> flat_indices(const Shape& shape,
                                                            const Shape& strides) {
  std::vector<std::int64_t> flat;
  flat.reserve(element_count(shape));
  for_each_index(shape, [&](std::span<const std::int64_t> index) {
    std::int64_t sum = 0;
    for (std::size_t d = 0; d < index.size(); ++d) sum += index[d] * strides[d];
    flat.push_back(sum);
  });
  return flat;
}

// For every element of `out`: the element of `in` that numpy broadcasting gives it.
[[nodiscard]] inline std::vector<std::int64_t> broadcast_indices(const Shape& in,
                                                                 const Shape& out) {
  const Shape in_strides = strides_of(in);
  Shape strides(out.size(), 0);
  for (std::size_t d = 0; d < in.size(); ++d) {
    if (in[d] != 1) strides[out.size() - in.size() + d] = in_strides[d];
  }
  return flat_indices(out, strides);
}

}  // namespace spindle::reference
