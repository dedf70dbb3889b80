// The elements of constants, for computations during import.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "compiler/ir/index.h"
#include "compiler/ir/tensor.h"

namespace spindle::frontend {

// The most elements that an input or a result may have if it is float, and if it is not.
constexpr std::int64_t kMostFolded = 4096;
constexpr std::int64_t kMostFoldedIntegers = std::int64_t{1} << 24;

// Whether a constant of this type may have this shape.
[[nodiscard]] bool small(DType type, const Shape& shape);

// Conversions for 64-bit arithmetic that wraps around, as in ONNX, without undefined behaviour.
[[nodiscard]] inline std::int64_t wrap(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}
[[nodiscard]] inline std::uint64_t bits(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

// The row-major position in a tensor of `shape` that is broadcast to `index`.
[[nodiscard]] std::int64_t broadcast_position(const Shape& shape,
                                              std::span<const std::int64_t> index);

// A constant under construction, element by element.
class ConstantBuilder {
 public:
  ConstantBuilder(DType type, Shape shape) : type_(type), shape_(std::move(shape)) {}

  void add_int(std::int64_t value) { ints_.push_back(value); }
  void add_float(float value) { floats_.push_back(value); }
  // Adds the element of `from` at `position`, converted to real numbers if that is the type.
  void copy(const Constant& from, std::int64_t position);
  [[nodiscard]] ConstantPtr take();

 private:
  DType type_;
  Shape shape_;
  std::vector<std::int64_t> ints_;
  std::vector<float> floats_;
};

}  // namespace spindle::frontend
