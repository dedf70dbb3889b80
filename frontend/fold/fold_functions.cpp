#include "frontend/fold/fold_functions.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "compiler/ir/infer.h"
#include "frontend/fold/fold_elements.h"

namespace spindle::frontend {

ConstantPtr fold_compare(Comparison comparison, const Constant& a, const Constant& b) {
  Shape shape;
  if (a.type() != b.type() || !broadcast(a.shape(), b.shape(), shape) || !small(a.type(), shape)) {
    return nullptr;
  }
  const auto compare = [comparison](auto x, auto y) {
    switch (comparison) {
      case Comparison::kEqual:
        return x == y;
      case Comparison::kLess:
        return x < y;
      case Comparison::kGreater:
        return x > y;
      case Comparison::kLessOrEqual:
        return x <= y;
      case Comparison::kGreaterOrEqual:
        break;
    }
    return x >= y;
  };
  ConstantBuilder result(DType::kBool, shape);
  for_each_index(shape, [&](std::span<const std::int64_t> index) {
    const std::int64_t pa = broadcast_position(a.shape(), index);
    const std::int64_t pb = broadcast_position(b.shape(), index);
    const bool holds = a.type() == DType::kF32 ? compare(a.as_double(pa), b.as_double(pb))
                                               : compare(a.as_int(pa), b.as_int(pb));
    result.add_int(holds ? 1 : 0);
  });
  return result.take();
}

ConstantPtr fold_where(const Constant& condition, const ConstantPtr& a, const ConstantPtr& b) {
  Shape both;
  Shape shape;
  if (condition.type() != DType::kBool || a->type() != b->type() ||
      !broadcast(a->shape(), b->shape(), both) || !broadcast(condition.shape(), both, shape) ||
      !small(a->type(), shape)) {
    return nullptr;
  }
  ConstantBuilder result(a->type(), shape);
  for_each_index(shape, [&](std::span<const std::int64_t> index) {
    const bool first = condition.as_int(broadcast_position(condition.shape(), index)) != 0;
    const Constant& from = first ? *a : *b;
    result.copy(from, broadcast_position(from.shape(), index));
  });
  return result.take();
}

ConstantPtr fold_expand(const Constant& data, const Shape& wanted) {
  Shape shape;
  if (!small(data.type(), wanted) || !broadcast(data.shape(), wanted, shape) ||
      !small(data.type(), shape)) {
    return nullptr;
  }
  ConstantBuilder result(data.type(), shape);
  for_each_index(shape, [&](std::span<const std::int64_t> index) {
    result.copy(data, broadcast_position(data.shape(), index));
  });
  return result.take();
}

ConstantPtr fold_tile(const Constant& data, const std::vector<std::int64_t>& repeats) {
  Shape shape = data.shape();
  if (!small(data.type(), repeats)) return nullptr;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (repeats[i] > kMostFoldedIntegers / std::max<std::int64_t>(shape[i], 1)) return nullptr;
    shape[i] *= repeats[i];
  }
  if (!small(data.type(), shape)) return nullptr;
  ConstantBuilder result(data.type(), shape);
  for_each_index(shape, [&](std::span<const std::int64_t> repeated) {
    Shape index(repeated.begin(), repeated.end());
    for (std::size_t i = 0; i < index.size(); ++i) index[i] %= data.shape()[i];
    result.copy(data, broadcast_position(data.shape(), index));
  });
  return result.take();
}

ConstantPtr fold_gather(const Constant& data, const Constant& indices, int axis) {
  if (indices.type() != DType::kI64 && indices.type() != DType::kI32) return nullptr;
  if (axis < 0 || axis >= std::ssize(data.shape())) return nullptr;
  const std::size_t at = axis;
  const std::int64_t extent = data.shape()[at];
  Shape shape(data.shape().begin(), data.shape().begin() + axis);
  shape.insert(shape.end(), indices.shape().begin(), indices.shape().end());
  shape.insert(shape.end(), data.shape().begin() + axis + 1, data.shape().end());
  if (!small(data.type(), shape) || !small(data.type(), data.shape()) ||
      !small(indices.type(), indices.shape())) {
    return nullptr;
  }
  for (std::int64_t i = 0; i < indices.size(); ++i) {
    if (indices.as_int(i) < -extent || indices.as_int(i) >= extent) return nullptr;
  }
  ConstantBuilder result(data.type(), shape);
  const std::size_t inner_rank = indices.shape().size();
  for_each_index(shape, [&](std::span<const std::int64_t> index) {
    const auto middle = index.begin() + axis;
    const Shape chosen(middle, middle + static_cast<std::ptrdiff_t>(inner_rank));
    std::int64_t i = indices.as_int(broadcast_position(indices.shape(), chosen));
    if (i < 0) i += extent;
    Shape source(index.begin(), middle);
    source.push_back(i);
    source.insert(source.end(), middle + static_cast<std::ptrdiff_t>(inner_rank), index.end());
    result.copy(data, broadcast_position(data.shape(), source));
  });
  return result.take();
}

ConstantPtr fold_fill(const Shape& shape, const Constant& value) {
  if (!small(value.type(), shape) || value.size() != 1) return nullptr;
  ConstantBuilder result(value.type(), shape);
  for (std::int64_t i = element_count(shape); i > 0; --i) result.copy(value, 0);
  return result.take();
}

ConstantPtr fold_range(const Constant& start, const Constant& limit, const Constant& delta) {
  if (start.type() != limit.type() || start.type() != delta.type()) return nullptr;
  if (start.size() != 1 || limit.size() != 1 || delta.size() != 1) return nullptr;
  const double step = delta.as_double(0);
  const double length = std::ceil((limit.as_double(0) - start.as_double(0)) / step);
  if (!(length <= static_cast<double>(kMostFolded))) return nullptr;  // also NaN
  const auto count = static_cast<std::int64_t>(std::max(length, 0.0));
  ConstantBuilder result(start.type(), {count});
  for (std::int64_t i = 0; i < count; ++i) {
    if (start.type() == DType::kF32) {
      result.add_float(static_cast<float>(start.as_double(0)) +
                       static_cast<float>(i) * static_cast<float>(step));
    } else {
      result.add_int(wrap(bits(start.as_int(0)) + bits(i) * bits(delta.as_int(0))));
    }
  }
  return result.take();
}

ConstantPtr fold_product(const Constant& data, bool keep_dims) {
  if (!small(data.type(), data.shape())) return nullptr;
  ConstantBuilder result(data.type(), keep_dims ? Shape(data.shape().size(), 1) : Shape{});
  float real = 1;
  std::int64_t whole = 1;
  for (std::int64_t i = 0; i < data.size(); ++i) {
    if (data.type() == DType::kF32) {
      real *= static_cast<float>(data.as_double(i));
    } else {
      whole = wrap(bits(whole) * bits(data.as_int(i)));
    }
  }
  data.type() == DType::kF32 ? result.add_float(real) : result.add_int(whole);
  return result.take();
}

}  // namespace spindle::frontend
