// A Program as an LLVM module, and what goes with it.
#pragma once

#include <llvm/IR/Instructions.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/codegen/c_spelling.h"
#include "compiler/codegen/llvm_backend.h"

namespace spindle {

// Comments for the text form, by the function, instruction or variable before which they are
// printed.
using IrComments = std::unordered_map<const llvm::Value*, std::string>;

struct IrModule {
  // A call of a kernel, and the step that it belongs to, if any.
  struct KernelCall {
    llvm::CallInst* instruction = nullptr;
    StepId step;
  };

  std::unique_ptr<llvm::Module> module;
  std::vector<KernelCall> calls;
  IrComments comments;
};

// Emits the program; kernels are only declared. Functions, names and addresses are those that
// c_code.h and c_weights.h print. `layout` is a module with the triple and the data layout of the
// target.
[[nodiscard]] IrModule emit_ir(const CSpelling& c, const LlvmOptions& options,
                               const llvm::Module& layout);

// The module as text, with the comments.
[[nodiscard]] std::string ir_text(const IrModule& ir, const std::string& banner);

}  // namespace spindle
