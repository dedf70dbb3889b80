// The ONNX protobuf messages of the distribution, and the element types newer than its .proto.
#pragma once

#include <onnx/onnx_pb.h>

#include <optional>
#include <string>

#include "compiler/ir/tensor.h"

namespace spindle::frontend {

// The type in which tensors of ONNX element type `type` (TensorProto.DataType) are held: float16,
// bfloat16 and double as f32, unsigned integers of 16 and more bits in the next larger signed type.
// Nothing for types that Spindle cannot hold (strings, complex, 4-bit, float8).
[[nodiscard]] std::optional<DType> held_as(int type);

// float16, bfloat16 and double: computed in float32 instead.
[[nodiscard]] bool is_other_float(int type);

// "float16", "int4", ... or "type 77".
[[nodiscard]] std::string name_of_element(int type);

}  // namespace spindle::frontend
