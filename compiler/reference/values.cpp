#include "compiler/reference/values.h"

#include <algorithm>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/index.h"
#include "compiler/reference/arithmetic.h"

namespace spindle::reference {

namespace {

// Finds the entry of a Quant that belongs to the element at a flat index.
class QuantIndex {
 public:
  QuantIndex(const Quant& quant, const Shape& shape) {
    if (quant.per_tensor()) return;
    const std::size_t axis = quant.axis;
    check_internal(quant.axis >= 0 && axis < shape.size() &&
                       shape[axis] == static_cast<std::int64_t>(quant.scale.size()),
                   "reference: scales do not match the axis of their tensor");
    extent_ = shape[axis];
    stride_ = strides_of(shape)[axis];
  }

  [[nodiscard]] std::size_t operator()(std::size_t element) const {
    return static_cast<std::int64_t>(element) / stride_ % extent_;
  }

 private:
  std::int64_t extent_ = 1;
  std::int64_t stride_ = 1;
};

std::int64_t truncate(float x, DType type) {
  if (type == DType::kBool) return x != 0.0F ? 1 : 0;
  if (std::isnan(x)) return 0;
  return saturate(std::trunc(static_cast<double>(x)), lowest_of(type), highest_of(type));
}

}  // namespace

bool is_quantized(const Tensor& tensor) {
  return is_quantized_type(tensor.type) && tensor.quant && tensor.quant->per_tensor();
}

bool is_real(const Tensor& tensor) {
  return tensor.type == DType::kF32 || tensor.quant.has_value();
}

std::vector<float> real_values(const Tensor& tensor, const Constant& value) {
  if (value.type() == DType::kF32) {
    const auto floats = value.as<float>();
    return {floats.begin(), floats.end()};
  }
  const std::vector<std::int64_t> integers = value.to_ints();
  std::vector<float> reals(integers.size());
  if (!tensor.quant) {
    for (std::size_t i = 0; i < reals.size(); ++i) reals[i] = static_cast<float>(integers[i]);
    return reals;
  }
  const QuantIndex index(*tensor.quant, value.shape());
  for (std::size_t i = 0; i < reals.size(); ++i) {
    const std::size_t c = index(i);
    reals[i] = dequantize(integers[i], tensor.quant->scale[c], tensor.quant->zero_point[c]);
  }
  return reals;
}

std::vector<std::int16_t> centered_values(const Tensor& tensor, const Constant& value) {
  check_internal(is_quantized_type(tensor.type) && tensor.quant.has_value(),
                 "reference: integer rule on a tensor that is not quantized");
  const std::vector<std::int64_t> integers = value.to_ints();
  std::vector<std::int16_t> centered(integers.size());
  if (tensor.quant->per_tensor()) {
    const std::int32_t zero = tensor.quant->zero_point.front();
    std::transform(integers.begin(), integers.end(), centered.begin(),
                   [zero](std::int64_t code) { return static_cast<std::int16_t>(code - zero); });
    return centered;
  }
  const QuantIndex index(*tensor.quant, value.shape());
  for (std::size_t i = 0; i < centered.size(); ++i) {
    centered[i] = static_cast<std::int16_t>(integers[i] - tensor.quant->zero_point[index(i)]);
  }
  return centered;
}

ConstantPtr store_reals(const Tensor& out, const std::vector<float>& values) {
  if (out.type == DType::kF32) return Constant::floats(out.shape, values);
  std::vector<std::int64_t> integers(values.size());
  if (!out.quant) {
    for (std::size_t i = 0; i < values.size(); ++i) integers[i] = truncate(values[i], out.type);
    return Constant::ints(out.type, out.shape, integers);
  }
  const QuantIndex index(*out.quant, out.shape);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t c = index(i);
    integers[i] = quantize(values[i], out.quant->scale[c], out.quant->zero_point[c], out.type);
  }
  return Constant::ints(out.type, out.shape, integers);
}

ConstantPtr store_integers(const Tensor& out, std::vector<std::int64_t> values) {
  if (out.type == DType::kBool) {
    for (std::int64_t& value : values) value = value != 0 ? 1 : 0;
  }
  return Constant::ints(out.type, out.shape, values);
}

bool same_encoding(const Tensor& a, const Tensor& b) {
  if (a.type != b.type || a.quant.has_value() != b.quant.has_value()) return false;
  return !a.quant ||
         (a.quant->scale == b.quant->scale && a.quant->zero_point == b.quant->zero_point);
}

}  // namespace spindle::reference
