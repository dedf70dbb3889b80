// The call graph of an emitted object and the stack of its functions.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "compiler/codegen/llvm_backend.h"

namespace spindle {

// `object` was written with one section per function and .stack_sizes. Throws LlvmFailure if it
// cannot be read.
[[nodiscard]] std::map<std::string, LlvmFrame> object_frames(std::string_view object);

}  // namespace spindle
