// The rule of each operator for infer(): checks its inputs, and gives type and shape of its output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/infer.h"
#include "compiler/ir/ops.h"
#include "compiler/ir/tensor.h"

namespace spindle {

// infer() has checked that there are as many inputs as the operator takes, and that none is missing
// but optional ones.
struct InferRules {
  std::span<const Tensor* const> in;

  // Operators that compute or choose values: infer_computation.cpp.
  Inferred operator()(const Conv& op) const;
  Inferred operator()(const Dense& op) const;
  Inferred operator()(const MatMul& op) const;
  Inferred operator()(const Pool& op) const;
  Inferred operator()(const Reduce& op) const;
  Inferred operator()(const BatchNorm& op) const;
  Inferred operator()(const Binary& op) const;
  Inferred operator()(const Unary& op) const;
  Inferred operator()(const Clip& op) const;
  Inferred operator()(const Softmax& op) const;
  Inferred operator()(const PartialSum& op) const;
  Inferred operator()(const ArgMax& op) const;
  Inferred operator()(const Detect& op) const;
  Inferred operator()(const NonMaxSuppression& op) const;
  Inferred operator()(const TopK& op) const;

  // Operators that move values or convert them to another type or quantization: infer_movement.cpp.
  Inferred operator()(const Quantize& op) const;
  Inferred operator()(const Dequantize& op) const;
  Inferred operator()(const Requantize& op) const;
  Inferred operator()(const Table& op) const;
  Inferred operator()(const RequantizeSum& op) const;
  Inferred operator()(const Reshape& op) const;
  Inferred operator()(const Transpose& op) const;
  Inferred operator()(const Pad& op) const;
  Inferred operator()(const Concat& op) const;
  Inferred operator()(const Slice& op) const;
  Inferred operator()(const Gather& op) const;
  Inferred operator()(const Resize& op) const;
  Inferred operator()(const DepthToSpace& op) const;
  Inferred operator()(const Cast& op) const;
  Inferred operator()(const Identity& op) const;

 private:
  [[nodiscard]] const Tensor& x() const { return *in[0]; }
  // An output of the input's type and shape, which must be float or 8-bit.
  [[nodiscard]] Inferred activation() const;
};

// What the rules share. A check returns the error as a sentence, or an empty string.
[[nodiscard]] inline Inferred not_inferred(std::string error) {
  return {.error = std::move(error), .type = DType::kF32, .shape = {}};
}
[[nodiscard]] inline Inferred inferred(DType type, Shape shape) {
  return {.error = {}, .type = type, .shape = std::move(shape)};
}

constexpr std::int64_t kMaxExtent = (std::int64_t{1} << 31) - 1;

[[nodiscard]] bool is_activation_type(DType type);  // float32 or 8-bit
[[nodiscard]] std::string check_image(const Tensor& x);
[[nodiscard]] std::string check_permutation(const std::vector<int>& perm, std::size_t rank);
[[nodiscard]] std::string check_axis(int axis, std::size_t rank);
// Neither the extents nor the number of elements may be too large.
[[nodiscard]] std::string check_size(const Shape& shape);

}  // namespace spindle
