// The operators of ops.h, one function each, in one file per family. Inputs are valid for the
// operator (infer.h); the result has the output tensor's type and shape.
#pragma once

#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/ir/ops.h"
#include "compiler/ir/tensor.h"

namespace spindle::reference {

// An input: its tensor in the graph, and its value. Both are nullptr if the input is absent.
struct Input {
  const Tensor* tensor = nullptr;
  const Constant* value = nullptr;

  [[nodiscard]] bool present() const { return value != nullptr; }
  [[nodiscard]] const Shape& shape() const { return value->shape(); }
};

// One evaluation of a node.
struct Call {
  std::vector<Input> inputs;
  const Tensor* output;

  [[nodiscard]] const Input& in(std::size_t index) const { return inputs.at(index); }
  [[nodiscard]] bool has(std::size_t index) const {
    return index < inputs.size() && inputs[index].present();
  }
  [[nodiscard]] const Tensor& out() const { return *output; }
};

[[nodiscard]] ConstantPtr compute(const Conv& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Dense& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const MatMul& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Pool& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Reduce& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const BatchNorm& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Binary& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Unary& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Clip& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Softmax& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Quantize& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Dequantize& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Requantize& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Table& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const PartialSum& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const RequantizeSum& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Reshape& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Transpose& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Pad& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Concat& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Slice& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Gather& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Resize& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const DepthToSpace& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const ArgMax& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Detect& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const NonMaxSuppression& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const TopK& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Cast& op, const Call& call);
[[nodiscard]] ConstantPtr compute(const Identity& op, const Call& call);

}  // namespace spindle::reference
