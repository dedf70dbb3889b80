// Code generation.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <string>

#include "compiler/codegen/llvm_backend.h"

namespace spindle {

// Generates a file of the form (not kIr) from a module that was optimized at this level. Throws
// LlvmFailure if LLVM cannot write it.
[[nodiscard]] std::string generate(llvm::Module& module, llvm::TargetMachine& machine,
                                   LlvmForm form, LlvmLevel level);

}  // namespace spindle
