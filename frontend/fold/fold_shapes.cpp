#include "frontend/fold/fold_shapes.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "compiler/ir/infer.h"
#include "frontend/fold/fold_elements.h"

namespace spindle::frontend {
namespace {

Shape strides_of(const Shape& shape) {
  Shape strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

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
    case BinaryKind::kPrelu:
      return a < 0 ? wrap(bits(a) * bits(b)) : a;
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
    case BinaryKind::kPrelu:
      return a < 0 ? b * a : a;
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
    if (!small(x().type(), op.shape) || element_count(op.shape) != x().size()) return nullptr;
    const auto bytes = x().bytes();
    return std::make_shared<const Constant>(x().type(), op.shape,
                                            std::vector<std::byte>(bytes.begin(), bytes.end()));
  }

  // Makes a constant of `shape` from the elements of the input at `position(index)`.
  template <typename Position>
  ConstantPtr select(const Shape& shape, Position&& position) const {
    ConstantBuilder result(x().type(), shape);
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
    if (!small(x().type(), shape)) return nullptr;
    ConstantBuilder result(x().type(), shape);
    for_each_index(shape, [&](Shape index) {
      std::size_t part = 0;
      while (index[axis] >= in[part]->shape()[axis]) index[axis] -= in[part++]->shape()[axis];
      result.copy(*in[part], broadcast_position(in[part]->shape(), index));
    });
    return result.take();
  }

  ConstantPtr operator()(const Cast& op) const {
    ConstantBuilder result(op.to, x().shape());
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
    ConstantBuilder result(DType::kF32, x().shape());
    for (float value : x().as<float>()) {
      result.add_float(std::min(std::max(value, op.act.lo), op.act.hi));
    }
    return result.take();
  }

  ConstantPtr operator()(const Unary& op) const {
    ConstantBuilder result(x().type(), x().shape());
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
    if (x().type() != b.type() || !broadcast(x().shape(), b.shape(), shape) ||
        !small(x().type(), shape)) {
      return nullptr;
    }
    ConstantBuilder result(x().type(), shape);
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
    ConstantBuilder result(x().type(), shape);
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
    // infer() knows arithmetic on reals only, but here it also works on integers. So infer() is
    // asked about reals. Of the types it then needs to know which inputs have that of the first.
    tensor.type = input->type() == inputs[0]->type() ? DType::kF32 : DType::kI64;
    tensors.push_back(std::move(tensor));
  }
  std::vector<const Tensor*> pointers;
  for (const Tensor& tensor : tensors) pointers.push_back(&tensor);
  return infer(op, pointers).ok();
}

}  // namespace

ConstantPtr fold(const Op& op, std::span<const ConstantPtr> inputs) {
  for (const ConstantPtr& input : inputs) {
    if (input == nullptr || !small(input->type(), input->shape())) return nullptr;
  }
  if (inputs.empty() || !fits(op, inputs)) return nullptr;
  return std::visit(Folder{inputs}, op);
}

}  // namespace spindle::frontend
