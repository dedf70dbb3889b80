#include "frontend/file/onnx_proto.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "frontend/file/failure.h"

namespace spindle::frontend {

std::optional<DType> held_as(int type) {
  using T = onnx::TensorProto;
  switch (type) {
    case T::FLOAT:
    case T::FLOAT16:
    case T::BFLOAT16:
    case T::DOUBLE:
      return DType::kF32;
    case T::INT8:
      return DType::kI8;
    case T::UINT8:
      return DType::kU8;
    case T::INT16:
      return DType::kI16;
    case T::UINT16:
    case T::INT32:
      return DType::kI32;
    case T::UINT32:
    case T::UINT64:
    case T::INT64:
      return DType::kI64;
    case T::BOOL:
      return DType::kBool;
    default:
      return std::nullopt;
  }
}

bool is_other_float(int type) {
  using T = onnx::TensorProto;
  return type == T::FLOAT16 || type == T::BFLOAT16 || type == T::DOUBLE;
}

std::string name_of_element(int type) {
  // Indexed by TensorProto.DataType; the numbers are part of the format.
  static constexpr std::array<std::string_view, 24> kNames = {
      "undefined",      "float",      "uint8",          "int8",       "uint16",   "int16",
      "int32",          "int64",      "string",         "bool",       "float16",  "double",
      "uint32",         "uint64",     "complex64",      "complex128", "bfloat16", "float8e4m3fn",
      "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "uint4",      "int4",     "float4e2m1"};
  if (type >= 0 && type < std::ssize(kNames)) return std::string(kNames[type]);
  return fmt::format("type {}", type);
}

std::string name_of(const onnx::NodeProto& node) {
  if (!node.name().empty()) return printable(node.name());
  const auto& outputs = node.output();
  const auto first = std::find_if(outputs.begin(), outputs.end(),
                                  [](const std::string& name) { return !name.empty(); });
  return first != outputs.end() ? printable(*first) : std::string();
}

}  // namespace spindle::frontend
