// Index arithmetic on dense row-major arrays.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/ir/tensor.h"

namespace spindle {

// The distance between neighbours along each dimension, in elements.
[[nodiscard]] inline Shape strides_of(const Shape& shape) {
  Shape strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

// Calls f(index) for every element in row-major order. `index` is a span with one entry per
// dimension, which lasts as long as the call.
template <typename F>
void for_each_index(std::span<const std::int64_t> shape, F&& f) {
  std::int64_t count = 1;
  for (std::int64_t extent : shape) count *= extent;
  std::vector<std::int64_t> index(shape.size(), 0);
  for (std::int64_t n = 0; n < count; ++n) {
    f(std::span<const std::int64_t>(index));
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
}

// The sum of index * stride over the dimensions.
[[nodiscard]] inline std::int64_t flat_index(std::span<const std::int64_t> index,
                                             std::span<const std::int64_t> strides) {
  std::int64_t sum = 0;
  for (std::size_t d = 0; d < index.size(); ++d) sum += index[d] * strides[d];
  return sum;
}

// flat_index() of every element of `shape`, in row-major order.
[[nodiscard]] inline std::vector<std::int64_t> flat_indices(const Shape& shape,
                                                            const Shape& strides) {
  std::vector<std::int64_t> flat;
  flat.reserve(element_count(shape));
  for_each_index(shape, [&](std::span<const std::int64_t> index) {
    flat.push_back(flat_index(index, strides));
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

}  // namespace spindle
