#include "frontend/fold/fold_shapes.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <variant>
#include <vector>

#include "compiler/ir/infer.h"
#include "compiler/reference/interpreter.h"
#include "frontend/fold/fold_elements.h"

namespace spindle::frontend {
namespace {

// The shape of the result; nullopt if infer() does not accept the inputs.
std::optional<Shape> shape_of(const Op& op, std::span<const ConstantPtr> inputs) {
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
  const Inferred inferred = infer(op, pointers);
  if (!inferred.ok()) return std::nullopt;
  return inferred.shape;
}

// Whether every element is one that int64 can hold; NaN is none.
bool fits_integers(const Constant& reals) {
  const auto values = reals.as<float>();
  return std::all_of(values.begin(), values.end(),
                     [](float value) { return std::abs(value) < 0x1p63F; });
}

bool has_zero(const Constant& integers) {
  const std::vector<std::int64_t> values = integers.to_ints();
  return std::find(values.begin(), values.end(), 0) != values.end();
}

// Whether the reference computes the operator on these inputs as ONNX means it.
struct Evaluable {
  std::span<const ConstantPtr> in;

  [[nodiscard]] bool real() const { return in[0]->type() == DType::kF32; }

  bool operator()(const Reshape&) const { return true; }
  bool operator()(const Transpose&) const { return true; }
  bool operator()(const Slice&) const { return true; }
  bool operator()(const Concat&) const { return true; }
  bool operator()(const Identity&) const { return true; }
  bool operator()(const Clip&) const { return real(); }
  bool operator()(const Unary&) const { return real(); }
  bool operator()(const Binary& op) const {
    if (in[0]->type() != in[1]->type()) return false;
    if (real()) return true;
    const bool divides = op.kind == BinaryKind::kDiv;
    return op.kind != BinaryKind::kPow && !(divides && has_zero(*in[1]));
  }
  bool operator()(const Cast& op) const {
    return !real() || op.to == DType::kF32 || op.to == DType::kBool || fits_integers(*in[0]);
  }
  template <typename T>
  bool operator()(const T&) const {
    return false;
  }
};

// What the reference computes on reals only.
struct OnIntegers {
  const Constant& x;
  const Shape& shape;

  ConstantPtr operator()(const Unary& op) const {
    if (op.kind != UnaryKind::kNeg && op.kind != UnaryKind::kAbs) return nullptr;
    std::vector<std::int64_t> values = x.to_ints();
    for (std::int64_t& value : values) {
      if (op.kind == UnaryKind::kNeg || value < 0) value = wrap(0 - bits(value));
    }
    return Constant::ints(x.type(), shape, values);
  }

  ConstantPtr operator()(const Reduce& op) const {
    if (op.kind == ReduceKind::kMean || x.size() == 0) return nullptr;
    Shape kept = x.shape();
    for (int axis : op.axes) kept[axis] = 1;
    std::vector<std::optional<std::int64_t>> results(element_count(kept));
    std::int64_t n = 0;
    for_each_index(x.shape(), [&](std::span<const std::int64_t> index) {
      auto& result = results[broadcast_position(kept, index)];
      const std::int64_t element = x.as_int(n++);
      result = result ? combined(op.kind, *result, element) : element;
    });
    std::vector<std::int64_t> values;
    for (const auto& result : results) values.push_back(*result);
    return Constant::ints(x.type(), shape, values);
  }

  static std::int64_t combined(ReduceKind kind, std::int64_t a, std::int64_t b) {
    if (kind == ReduceKind::kMax) return std::max(a, b);
    if (kind == ReduceKind::kMin) return std::min(a, b);
    return wrap(bits(a) + bits(b));
  }

  template <typename T>
  ConstantPtr operator()(const T&) const {
    return nullptr;
  }
};

}  // namespace

ConstantPtr fold(const Op& op, std::span<const ConstantPtr> inputs) {
  for (const ConstantPtr& input : inputs) {
    if (input == nullptr || !small(input->type(), input->shape())) return nullptr;
  }
  if (inputs.empty()) return nullptr;
  const std::optional<Shape> shape = shape_of(op, inputs);
  Tensor out;
  const auto* cast = std::get_if<Cast>(&op);
  out.type = cast != nullptr ? cast->to : inputs[0]->type();
  if (!shape || !small(out.type, *shape)) return nullptr;
  if (std::visit(Evaluable{inputs}, op)) {
    out.shape = *shape;
    return evaluate(op, inputs, out);
  }
  return out.type == DType::kF32 ? nullptr : std::visit(OnIntegers{*inputs[0], *shape}, op);
}

}  // namespace spindle::frontend
