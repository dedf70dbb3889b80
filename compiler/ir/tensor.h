// Tensors: element type, shape, quantization, constant data, and the ONNX tensors they come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/ids.h"

namespace spindle {

enum class DType : std::uint8_t { kF32, kI8, kU8, kI16, kI32, kI64, kBool };

[[nodiscard]] std::size_t size_of(DType type);         // bytes of one element
[[nodiscard]] std::string_view name_of(DType type);    // "f32", "s8", "u8", ...
[[nodiscard]] std::string_view c_type_of(DType type);  // "float", "int8_t", ...
[[nodiscard]] inline bool is_quantized_type(DType type) {
  return type == DType::kI8 || type == DType::kU8;
}
// Smallest and largest value of an 8-bit type.
[[nodiscard]] inline int min_of(DType type) {
  return type == DType::kU8 ? 0 : -128;
}
[[nodiscard]] inline int max_of(DType type) {
  return type == DType::kU8 ? 255 : 127;
}

// Extents, outermost first; every extent >= 0. Rank 0 is a scalar.
using Shape = std::vector<std::int64_t>;

// Product of the extents (1 for rank 0). The frontend has checked that it does not overflow.
[[nodiscard]] std::int64_t element_count(const Shape& shape);
[[nodiscard]] std::string to_string(const Shape& shape);  // "1x56x56x24", "scalar"

// Quantization: real = scale[i] * (q - zero_point[i]), where i is the index along `axis`. A single
// scale applies to the whole tensor.
struct Quant {
  std::vector<float> scale;  // each > 0 and finite; size 1 or the extent of `axis`
  // Same size as `scale`; each in the range of the element type.
  std::vector<std::int32_t> zero_point;
  int axis = -1;  // dimension; -1 with a single scale

  [[nodiscard]] bool per_tensor() const { return scale.size() == 1; }
  bool operator==(const Quant&) const = default;
};

// Immutable dense data in row-major order.
class Constant {
 public:
  Constant(DType type, Shape shape, std::vector<std::byte> bytes);

  template <typename T>
  static std::shared_ptr<const Constant> make(DType type, Shape shape, std::span<const T> values);
  static std::shared_ptr<const Constant> floats(Shape shape, std::vector<float> values);
  static std::shared_ptr<const Constant> ints(DType type, Shape shape,
                                              const std::vector<std::int64_t>& values);

  [[nodiscard]] DType type() const { return type_; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] std::int64_t size() const { return element_count(shape_); }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  // The elements as T, which must be the C++ type of the element type.
  template <typename T>
  [[nodiscard]] std::span<const T> as() const {
    return {reinterpret_cast<const T*>(bytes_.data()), bytes_.size() / sizeof(T)};
  }
  [[nodiscard]] double as_double(std::int64_t index) const;
  [[nodiscard]] std::int64_t as_int(std::int64_t index) const;  // not for float constants
  [[nodiscard]] std::vector<std::int64_t> to_ints() const;

 private:
  DType type_;
  Shape shape_;
  std::vector<std::byte> bytes_;
};
using ConstantPtr = std::shared_ptr<const Constant>;

template <typename T>
std::shared_ptr<const Constant> Constant::make(DType type, Shape shape, std::span<const T> values) {
  const auto bytes = std::as_bytes(values);
  return std::make_shared<const Constant>(type, std::move(shape),
                                          std::vector<std::byte>(bytes.begin(), bytes.end()));
}

// An ONNX tensor whose values an internal tensor holds, and how to convert them back to its form.
struct Origin {
  std::string name;  // ONNX tensor name
  Shape shape;       // its shape in the ONNX file
  // ONNX dimension i is dimension perm[i] of the internal tensor. Applied before the reshape to
  // `shape`. Empty: the order is the same.
  std::vector<int> perm{};
  DType type = DType::kF32;
  int offset = 0;  // ONNX value = internal value + offset; 128 for an uint8 tensor held as int8
};

struct Tensor {
  std::string name;  // unique in the graph
  DType type = DType::kF32;
  Shape shape;                  // NHWC for images
  std::optional<Quant> quant;   // set on 8-bit activations and weights, and int32 biases
  ConstantPtr constant;         // set on constants
  std::vector<Origin> origins;  // empty if the ONNX file has no such tensor

  [[nodiscard]] std::int64_t elements() const { return element_count(shape); }
  [[nodiscard]] std::int64_t bytes() const {
    return elements() * static_cast<std::int64_t>(size_of(type));
  }
};

// An 8-bit tensor in the sense of ops.h: kI8 or kU8 with a Quant.
[[nodiscard]] inline bool is_8bit(const Tensor& tensor) {
  return is_quantized_type(tensor.type) && tensor.quant.has_value();
}
// The same with a single scale. Integer operators require this of activations.
[[nodiscard]] inline bool is_per_tensor_8bit(const Tensor& tensor) {
  return is_8bit(tensor) && tensor.quant->per_tensor();
}

}  // namespace spindle
