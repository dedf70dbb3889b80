// Builds a compiled model for a target and runs it under an emulator.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/emulate/emulate.h"

namespace spindle {

// For each run, the model's inputs.
using RunInputs = std::vector<std::vector<ConstantPtr>>;

// Builds the generated code for `target` and runs it. `job` holds the caller's settings (count,
// steps, optimize). With `objects` LLVM compiles the model, else the target's C compiler does.
// Reports E0412 (no space to build), E0430 (set-up), E0431 (crash), E0432 (the C compiler rejects
// the caller's `optimize` flags) or what emit_llvm reports, and returns nothing. If the C compiler
// rejects the generated code, that is an internal error.
[[nodiscard]] std::optional<EmulationResult> run_compiled(const Compilation& compilation,
                                                          const std::string& target,
                                                          const RunInputs& runs, EmulationJob job,
                                                          Diagnostics& diagnostics,
                                                          bool objects = false);

}  // namespace spindle
