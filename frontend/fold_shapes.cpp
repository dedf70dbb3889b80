#include "frontend/fold_shapes.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "compiler/ir/infer.h"

namespace spindle::frontend {
namespace {

// Conversions for 64-bit arithmetic that wraps around, as in ONNX, without undefined behaviour.
std::int64_t wrap(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}
std::uint64_t bits(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

bool small(const Shape& shape) {
  std::int64_t count = 1;
  for (std::int64_t extent : shape) {
    if (extent < 0 || extent > kMostFolded) return false;
    count *= std::max<std::int64_t>(extent, 1);
    if (count > kMostFolded) return false;
  }
  return true;
}

Shape strides_of(const Shape& shape) {
  Shape strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

// Calls `visit` with every index of `shape`, in row-major order.
template <typename Visit>
void for_each_index(const Shape& shape, Visit&& visit) {
  const std::int64_t count = element_count(shape);
  Shape index(shape.size(), 0);
  for (std::int64_t n = 0; n < count; ++n) {
    visit(std::as_const(index));
    for (std::size_t i = shape.size(); i-- > 0;) {
      if (++index[i] < shape[i]) break;
      index[i] = 0;
    }
  }
}

// The row-major position in a tensor of `shape` that is broadcast to `index`.
std::int64_t broadcast_position(const Shape& shape, const Shape& index) {
  std::int64_t position = 0;
  const std::size_t skip = index.size() - shape.size();
  for (std::size_t i = 0; i < shape.size(); ++i) {
    position = position * shape[i] + (shape[i] == 1 ? 0 : index[skip + i]);
  }
  return position;
}

// A constant under construction, element by element.
class Builder {
 public:
  Builder(DType type, Shape shape) : type_(type), shape_(std::move(shape)) {}

  void add_int(std::int64_t value) { ints_.push_back(value); }
  void add_float(float value) { floats_.push_back(value); }
  void copy(const Constant& from, std::int64_t position) {
    if (type_ == DType::kF32) {
      add_float(static_cast<float>(from.as_double(position)));
    } else {
      add_int(from.as_int(position));
    }
  }
  ConstantPtr take() {
    if (type_ == DType::kF32) return Constant::floats(std::move(shape_), std::move(floats_));
    return Constant::ints(type_, std::move(shape_), ints_);
  }

 private:
  DType type_;
  Shape shape_;
  std::vector<std::int64_t> ints_;
  std::vector<float> floats_;
};

std::optional<std::int64_t> integer_binary(BinaryKind kind, std::int64_t a, std::int64_t b) {
  switch (kind) {
    case BinaryKind::kAdd:
      return wrap(bits(a) + bits(b));
    case BinaryKind::kSub:
      return wrap(bits(a) - bits(b));
    case BinaryKind::kMul:
      return wrap(bits(a) * bits(b));
    case BinaryKind::kDiv:
      if (b == 0) return std::nullopt;
      return b == -1 ? wrap(0 - bits(a)) : a / b;
    case BinaryKind::kMin:
      return std::min(a, b);
    case BinaryKind::kMax:
      return std::max(a, b);
    case BinaryKind::kPow:
      break;
  }
  return std::nullopt;
}

float float_binary(BinaryKind kind, float a, float b) {
  switch (kind) {
    case BinaryKind::kAdd:
      return a + b;
    case BinaryKind::kSub:
      return a - b;
    case BinaryKind::kMul:
      return a * b;
    case BinaryKind::kDiv:
      return a / b;
    case BinaryKind::kMin:
      return std::min(a, b);
    case BinaryKind::kMax:
      return std::max(a, b);
    case BinaryKind::kPow:
      break;
  }
  return std::pow(a, b);
}

std::optional<float> float_unary(UnaryKind kind, float x) {
  switch (kind) {
    case UnaryKind::kNeg:
      return -x;
    case UnaryKind::kAbs:
      return std::abs(x);
    case UnaryKind::kFloor:
      return std::floor(x);
    case UnaryKind::kCeil:
      return std::ceil(x);
    case UnaryKind::kRound:
      return std::nearbyint(x);
    case UnaryKind::kSqrt:
      return std::sqrt(x);
    case UnaryKind::kReciprocal:
      return 1.0F / x;
    default:
      return std::nullopt;
  }
}

struct Folder {
  std::span<const ConstantPtr> in;

  [[nodiscard]] const Constant& x() const { return *in[0]; }

  ConstantPtr operator()(const Identity&) const { return in[0]; }

  ConstantPtr operator()(const Reshape& op) const {
    if (!small(op.shape) || element_count(op.shape) != x().size()) return nullptr;
    const auto bytes = x().bytes();
    return std::make_shared<const Constant>(x().type(), op.shape,
                                            std::vector<std::byte>(bytes.begin(), bytes.end()));
  }

  // Makes a constant of `shape` from the elements of the input at `position(index)`.
  template <typename Position>
  ConstantPtr select(const Shape& shape, Position&& position) const {
    Builder result(x().type(), shape);
    for_each_index(shape, [&](const Shape& index) { result.copy(x(), position(index)); });
    return result.take();
  }

  ConstantPtr operator()(const Transpose& op) const {
    const Shape strides = strides_of(x().shape());
    Shape shape;
    for (int p : op.perm) shape.push_back(x().shape()[p]);
    return select(shape, [&](const Shape& index) {
      std::int64_t position = 0;
      for (std::size_t i = 0; i < index.size(); ++i) {
        position += index[i] * strides[op.perm[i]];
      }
      return position;
    });
  }

  ConstantPtr operator()(const Slice& op) const {
    const Shape strides = strides_of(x().shape());
    return select(op.count, [&](const Shape& index) {
      std::int64_t position = 0;
      for (std::size_t i = 0; i < index.size(); ++i) {
        position += (op.start[i] + index[i] * op.step[i]) * strides[i];
      }
      return position;
    });
  }

  ConstantPtr operator()(const Concat& op) const {
    const std::size_t axis = op.axis;
    Shape shape = x().shape();
    shape[axis] = 0;
    for (const ConstantPtr& part : in) shape[axis] += part->shape()[axis];
    if (!small(shape)) return nullptr;
    Builder result(x().type(), shape);
    for_each_index(shape, [&](Shape index) {
      std::size_t part = 0;
      while (index[axis] >= in[part]->shape()[axis]) index[axis] -= in[part++]->shape()[axis];
      result.copy(*in[part], broadcast_position(in[part]->shape(), index));
    });
    return result.take();
  }

  ConstantPtr operator()(const Cast& op) const {
    Builder result(op.to, x().shape());
    for (std::int64_t i = 0; i < x().size(); ++i) {
      if (op.to == DType::kF32) {
        result.add_float(static_cast<float>(x().as_double(i)));
      } else if (op.to == DType::kBool) {
        result.add_int(x().as_double(i) != 0 ? 1 : 0);
      } else if (x().type() == DType::kF32) {
        const double value = x().as_double(i);
        if (!(std::abs(value) < 0x1p63)) return nullptr;  // also NaN
        result.add_int(static_cast<std::int64_t>(value));
      } else {
        result.add_int(x().as_int(i));
      }
    }
    return result.take();
  }

  ConstantPtr operator()(const Clip& op) const {
    if (x().type() != DType::kF32) return nullptr;
    Builder result(DType::kF32, x().shape());
    for (float value : x().as<float>()) {
      result.add_float(std::min(std::max(value, op.act.lo), op.act.hi));
    }
    return result.take();
  }

  ConstantPtr operator()(const Unary& op) const {
    Builder result(x().type(), x().shape());
    for (std::int64_t i = 0; i < x().size(); ++i) {
      if (x().type() == DType::kF32) {
        const auto value = float_unary(op.kind, static_cast<float>(x().as_double(i)));
        if (!value) return nullptr;
        result.add_float(*value);
      } else {
        const std::int64_t value = x().as_int(i);
        if (op.kind != UnaryKind::kNeg && op.kind != UnaryKind::kAbs) return nullptr;
        const bool negate = op.kind == UnaryKind::kNeg || value < 0;
        result.add_int(negate ? wrap(0 - bits(value)) : value);
      }
    }
    return result.take();
  }

  ConstantPtr operator()(const Binary& op) const {
    const Constant& b = *in[1];
    Shape shape;
    if (x().type() != b.type() || !broadcast(x().shape(), b.shape(), shape) || !small(shape)) {
      return nullptr;
    }
    Builder result(x().type(), shape);
    bool defined = true;
    for_each_index(shape, [&](const Shape& index) {
      const std::int64_t pa = broadcast_position(x().shape(), index);
      const std::int64_t pb = broadcast_position(b.shape(), index);
      if (x().type() == DType::kF32) {
        result.add_float(float_binary(op.kind, x().as<float>()[pa], b.as<float>()[pb]));
        return;
      }
      const auto value = integer_binary(op.kind, x().as_int(pa), b.as_int(pb));
      defined = defined && value.has_value();
      result.add_int(value.value_or(0));
    });
    return defined ? result.take() : nullptr;
  }

  ConstantPtr operator()(const Reduce& op) const {
    // Float sums and means are left to the passes. Shape computations need integer sums and
    // extremes only.
    if (x().type() == DType::kF32 || op.kind == ReduceKind::kMean || x().size() == 0) {
      return nullptr;
    }
    const BinaryKind step = op.kind == ReduceKind::kSum   ? BinaryKind::kAdd
                            : op.kind == ReduceKind::kMax ? BinaryKind::kMax
                                                          : BinaryKind::kMin;
    Shape kept = x().shape();
    for (int axis : op.axes) kept[axis] = 1;
    std::vector<std::optional<std::int64_t>> values(element_count(kept));
    std::int64_t n = 0;
    for_each_index(x().shape(), [&](const Shape& index) {
      auto& value = values[broadcast_position(kept, index)];
      const std::int64_t element = x().as_int(n++);
      value = value ? integer_binary(step, *value, element) : element;
    });
    Shape shape;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const bool reduced =
          std::find(op.axes.begin(), op.axes.end(), static_cast<int>(i)) != op.axes.end();
      if (!reduced || op.keep_dims) shape.push_back(kept[i]);
    }
    Builder result(x().type(), shape);
    for (const auto& value : values) result.add_int(*value);
    return result.take();
  }

  template <typename T>
  ConstantPtr operator()(const T&) const {
    return nullptr;
  }
};

// Whether infer() accepts the inputs.
bool fits(const Op& op, std::span<const ConstantPtr> inputs) {
  std::vector<Tensor> tensors;
  for (const ConstantPtr& input : inputs) {
    Tensor tensor;
    tensor.shape = input->shape();
    // infer() knows Reduce and Unary on reals only, but here they also work on integers.
    const bool any_type = std::holds_alternative<Reduce>(op) || std::holds_alternative<Unary>(op);
    tensor.type = any_type ? DType::kF32 : input->type();
    tensors.push_back(std::move(tensor));
  }
  std::vector<const Tensor*> pointers;
  for (const Tensor& tensor : tensors) pointers.push_back(&tensor);
  return infer(op, pointers).ok();
}

}  // namespace

ConstantPtr fold(const Op& op, std::span<const ConstantPtr> inputs) {
  for (const ConstantPtr& input : inputs) {
    if (input == nullptr || !small(input->shape())) return nullptr;
  }
  if (inputs.empty() || !fits(op, inputs)) return nullptr;
  return std::visit(Folder{inputs}, op);
}

ConstantPtr fold_compare(Comparison comparison, const Constant& a, const Constant& b) {
  Shape shape;
  if (a.type() != b.type() || !broadcast(a.shape(), b.shape(), shape) || !small(shape)) {
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
  Builder result(DType::kBool, shape);
  for_each_index(shape, [&](const Shape& index) {
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
      !small(shape)) {
    return nullptr;
  }
  Builder result(a->type(), shape);
  for_each_index(shape, [&](const Shape& index) {
    const bool first = condition.as_int(broadcast_position(condition.shape(), index)) != 0;
    const Constant& from = first ? *a : *b;
    result.copy(from, broadcast_position(from.shape(), index));
  });
  return result.take();
}

ConstantPtr fold_expand(const Constant& data, const Shape& wanted) {
  Shape shape;
  if (!small(wanted) || !broadcast(data.shape(), wanted, shape) || !small(shape)) return nullptr;
  Builder result(data.type(), shape);
  for_each_index(shape, [&](const Shape& index) {
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
  if (!small(shape) || !small(data.shape()) || !small(indices.shape())) return nullptr;
  for (std::int64_t i = 0; i < indices.size(); ++i) {
    if (indices.as_int(i) < -extent || indices.as_int(i) >= extent) return nullptr;
  }
  Builder result(data.type(), shape);
  const std::size_t inner_rank = indices.shape().size();
  for_each_index(shape, [&](const Shape& index) {
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
  if (!small(shape) || value.size() != 1) return nullptr;
  Builder result(value.type(), shape);
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
  Builder result(start.type(), {count});
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
  if (!small(data.shape())) return nullptr;
  Builder result(data.type(), keep_dims ? Shape(data.shape().size(), 1) : Shape{});
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
