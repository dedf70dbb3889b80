// Runs a Program that was compiled into this process.
#pragma once

#include <optional>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/execute/execute.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {

// As execute(): the program's target is the host. Nothing if it cannot be compiled (reported).
[[nodiscard]] std::optional<Execution> execute_native(
    const Program& program, std::span<const std::vector<std::byte>> inputs,
    Diagnostics& diagnostics);

}  // namespace spindle
