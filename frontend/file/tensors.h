// Loads a TensorProto as a Constant.
#pragma once

#include "compiler/ir/tensor.h"
#include "frontend/file/budget.h"
#include "frontend/file/external_data.h"
#include "frontend/file/onnx_proto.h"

namespace spindle::frontend {

// The data of `proto` in the type that held_as() gives, from raw_data, the typed fields or an
// external file. Throws an ImportFailure: E0106 if the data does not fill the shape exactly, has
// values that its type cannot hold, or has a type that Spindle cannot hold; E0109 if the budget is
// exceeded.
[[nodiscard]] ConstantPtr load_tensor(const onnx::TensorProto& proto, ExternalData& external,
                                      Budget& budget);

// IEEE binary16 to binary32, exact.
[[nodiscard]] float from_float16(std::uint16_t bits);

}  // namespace spindle::frontend
