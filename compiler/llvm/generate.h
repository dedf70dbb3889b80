// Code generation.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <string>

#include "compiler/codegen/llvm_backend.h"

namespace spindle {

// A file of the form (not kIr) from a module that is optimized already, at that level. Throws
// LlvmFailure if this LLVM cannot write it.
[[nodiscard]] std::string generate(llvm::Module& module, llvm::TargetMachine& machine,
                                   LlvmForm form, LlvmLevel level);

}  // namespace spindle
