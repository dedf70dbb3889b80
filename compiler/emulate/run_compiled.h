// A compiled model, built for its target and run there under an emulator.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/emulate/emulate.h"

namespace spindle {

// One set of inputs per run.
using RunInputs = std::vector<std::vector<ConstantPtr>>;

// Builds the generated code for `target` and runs it. `job` carries the caller's wishes (count,
// steps, optimize). With `objects` LLVM compiles it, else the target's C compiler. Reports E0430
// (set-up), E0431 (crash), what emit_llvm reports, and internal errors (compiler's verdict).
[[nodiscard]] std::optional<EmulationResult> run_compiled(const Compilation& compilation,
                                                          const std::string& target,
                                                          const RunInputs& runs, EmulationJob job,
                                                          Diagnostics& diagnostics,
                                                          bool objects = false);

}  // namespace spindle
