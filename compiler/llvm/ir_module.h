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

// Comments for the text form, by what they stand before: functions, instructions, variables.
using IrComments = std::unordered_map<const llvm::Value*, std::string>;

struct IrModule {
  // A call of a kernel in the work of a step (from 1; 0 if it is no step's).
  struct KernelCall {
    llvm::CallInst* instruction = nullptr;
    int step = 0;
  };

  std::unique_ptr<llvm::Module> module;
  std::vector<KernelCall> calls;
  IrComments comments;
};

// The program with its kernels declared only: for the functions, names and addresses it mirrors
// what c_code.h and c_weights.h print. `layout` gives the triple and the data layout.
[[nodiscard]] IrModule emit_ir(const CSpelling& c, const LlvmOptions& options,
                               const llvm::Module& layout);

// The module as text, with the comments.
[[nodiscard]] std::string ir_text(const IrModule& ir, const std::string& banner);

}  // namespace spindle
