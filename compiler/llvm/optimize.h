// From an emitted module to one that is ready for code generation.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <string>
#include <vector>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/llvm/ir_module.h"

namespace spindle {

// Links the kernels that `module` calls into it; everything but its entry points becomes local.
// Throws LlvmFailure if the modules do not go together.
void link_kernels(llvm::Module& module, std::unique_ptr<llvm::Module> kernels);

// Every function is for the machine's core from here on, whatever it was compiled for.
// `tune` is the core to schedule for; empty: the machine's.
void set_target(llvm::Module& module, const llvm::TargetMachine& machine, std::string_view tune,
                LlvmLevel level);

// Makes what clang writes without optimization readable: no variables on the stack, no empty
// blocks. Functions of `keep` stay as they are.
void tidy_kernels(llvm::Module& module, llvm::TargetMachine& machine, const std::string& prefix);

// Inlines what kernels are made of, so that their sizes are known. Tidies them, too.
void inline_within_kernels(llvm::Module& module, llvm::TargetMachine& machine);

// LLVM's own pipeline of the level.
void optimize(llvm::Module& module, llvm::TargetMachine& machine, LlvmLevel level);

}  // namespace spindle
