// The call graph of an emitted object, and the stack that its functions use.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "compiler/codegen/llvm_backend.h"

namespace spindle {

// The frames by function. `object` must have one section per function and .stack_sizes. Throws
// LlvmFailure if it cannot be read.
[[nodiscard]] std::map<std::string, LlvmFrame> object_frames(std::string_view object);

}  // namespace spindle
