// Turns an emitted module into one that is ready for code generation.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <string>
#include <vector>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/llvm/ir_module.h"

namespace spindle {

// Links the kernels that `module` calls into it. Everything but its entry points becomes local.
// Throws LlvmFailure if the modules do not fit together.
void link_kernels(llvm::Module& module, std::unique_ptr<llvm::Module> kernels);

// Makes every function code for the machine's core, whatever it was compiled for. `tune` is the
// core to schedule for; empty: the machine's.
void set_target(llvm::Module& module, const llvm::TargetMachine& machine, std::string_view tune,
                LlvmLevel level);

// Makes the output of clang without optimization readable: removes variables on the stack and empty
// blocks. Functions whose names begin with `prefix` (the model's own) stay as they are.
void tidy_kernels(llvm::Module& module, llvm::TargetMachine& machine, const std::string& prefix);

// Inlines the functions that kernels consist of, so that the sizes of kernels are known. Also
// tidies them.
void inline_within_kernels(llvm::Module& module, llvm::TargetMachine& machine);

// Runs LLVM's standard pipeline for the level.
void optimize(llvm::Module& module, llvm::TargetMachine& machine, LlvmLevel level);

}  // namespace spindle
