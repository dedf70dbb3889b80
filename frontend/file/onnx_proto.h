// The ONNX protobuf messages of the distribution's .proto, and names for element types that are
// newer.
#pragma once

#include <onnx/onnx_pb.h>

#include <optional>
#include <string>

#include "compiler/ir/tensor.h"

namespace spindle::frontend {

// The type in which Spindle holds tensors of ONNX element type `type` (TensorProto.DataType):
//
//   float16, bfloat16, double   float32
//   uint16                      int32
//   uint32, uint64              int64
//   other supported types       themselves
//
// nullopt for types that Spindle cannot hold (strings, complex, 4-bit, float8).
[[nodiscard]] std::optional<DType> held_as(int type);

// Whether the type is float16, bfloat16 or double, which are computed in float32 instead.
[[nodiscard]] bool is_other_float(int type);

// "float16", "int4", ... or "type 77".
[[nodiscard]] std::string name_of_element(int type);

// The node's name for messages: its own, or that of its first output.
[[nodiscard]] std::string name_of(const onnx::NodeProto& node);

}  // namespace spindle::frontend
