#include "compiler/ir/tensor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>
#include <utility>

#include "compiler/ir/diagnostics.h"

namespace spindle {

std::size_t size_of(DType type) {
  switch (type) {
    case DType::kF32:
    case DType::kI32:
      return 4;
    case DType::kI64:
      return 8;
    case DType::kI16:
      return 2;
    case DType::kI8:
    case DType::kU8:
    case DType::kBool:
      break;
  }
  return 1;
}

std::string_view name_of(DType type) {
  switch (type) {
    case DType::kF32:
      return "f32";
    case DType::kI8:
      return "s8";
    case DType::kU8:
      return "u8";
    case DType::kI16:
      return "s16";
    case DType::kI32:
      return "s32";
    case DType::kI64:
      return "s64";
    case DType::kBool:
      break;
  }
  return "bool";
}

std::string_view c_type_of(DType type) {
  switch (type) {
    case DType::kF32:
      return "float";
    case DType::kI8:
      return "int8_t";
    case DType::kU8:
    case DType::kBool:
      return "uint8_t";
    case DType::kI16:
      return "int16_t";
    case DType::kI32:
      return "int32_t";
    case DType::kI64:
      break;
  }
  return "int64_t";
}

std::int64_t element_count(const Shape& shape) {
  std::int64_t count = 1;
  for (std::int64_t extent : shape) count *= extent;
  return count;
}

std::string to_string(const Shape& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

Constant::Constant(DType type, Shape shape, std::vector<std::byte> bytes)
    : type_(type), shape_(std::move(shape)), bytes_(std::move(bytes)) {
  check_internal(static_cast<std::int64_t>(bytes_.size()) ==
                     element_count(shape_) * static_cast<std::int64_t>(size_of(type_)),
                 "constant: data does not fill its shape");
}

ConstantPtr Constant::floats(Shape shape, std::vector<float> values) {
  return make<float>(DType::kF32, std::move(shape), values);
}

namespace {

template <typename T>
std::vector<std::byte> bytes_of(const std::vector<std::int64_t>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const T value = static_cast<T>(values[i]);
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  return bytes;
}

std::vector<std::byte> bytes_of(DType type, const std::vector<std::int64_t>& values) {
  switch (type) {
    case DType::kI8:
      return bytes_of<std::int8_t>(values);
    case DType::kU8:
    case DType::kBool:
      return bytes_of<std::uint8_t>(values);
    case DType::kI16:
      return bytes_of<std::int16_t>(values);
    case DType::kI32:
      return bytes_of<std::int32_t>(values);
    case DType::kI64:
      return bytes_of<std::int64_t>(values);
    case DType::kF32:
      return bytes_of<float>(values);
  }
  throw InternalError("constant: integers of an unknown type");
}

template <typename T>
T read(std::span<const std::byte> bytes, std::int64_t index) {
  T value;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

}  // namespace

ConstantPtr Constant::ints(DType type, Shape shape, const std::vector<std::int64_t>& values) {
  return std::make_shared<const Constant>(type, std::move(shape), bytes_of(type, values));
}

double Constant::as_double(std::int64_t index) const {
  return type_ == DType::kF32 ? static_cast<double>(read<float>(bytes_, index))
                              : static_cast<double>(as_int(index));
}

std::int64_t Constant::as_int(std::int64_t index) const {
  switch (type_) {
    case DType::kI8:
      return read<std::int8_t>(bytes_, index);
    case DType::kU8:
    case DType::kBool:
      return read<std::uint8_t>(bytes_, index);
    case DType::kI16:
      return read<std::int16_t>(bytes_, index);
    case DType::kI32:
      return read<std::int32_t>(bytes_, index);
    case DType::kI64:
      return read<std::int64_t>(bytes_, index);
    case DType::kF32:
      break;
  }
  throw InternalError("constant: as_int of a float");
}

std::vector<std::int64_t> Constant::to_ints() const {
  const auto widened = [](const auto elements) {
    return std::vector<std::int64_t>(elements.begin(), elements.end());
  };
  switch (type_) {
    case DType::kI8:
      return widened(as<std::int8_t>());
    case DType::kU8:
    case DType::kBool:
      return widened(as<std::uint8_t>());
    case DType::kI16:
      return widened(as<std::int16_t>());
    case DType::kI32:
      return widened(as<std::int32_t>());
    case DType::kI64:
      return widened(as<std::int64_t>());
    case DType::kF32:
      check_internal(size() == 0, "constant: to_ints of floats");
      return {};
  }
  throw InternalError("constant: to_ints of an unknown type");
}

}  // namespace spindle
