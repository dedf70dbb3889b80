// A context of LLVM and what it says while it works.
#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/target/target.h"

namespace spindle {

// Thrown inside the backend only, which reports it as E0441.
struct LlvmFailure {
  std::string message;
};

class LlvmSession {
 public:
  LlvmSession();

  [[nodiscard]] llvm::LLVMContext& context() { return *context_; }
  // For a JIT, which keeps the context with the code. Errors must be checked before.
  [[nodiscard]] std::unique_ptr<llvm::LLVMContext> take_context() { return std::move(context_); }

  // A module of bitcode.h; function bodies are read when they are needed.
  [[nodiscard]] std::unique_ptr<llvm::Module> load(const std::string& name);
  // Throws LlvmFailure if an error was said.
  void check() const;

 private:
  std::unique_ptr<llvm::LLVMContext> context_;
  std::shared_ptr<std::vector<std::string>> errors_;  // shared with the handler of the context
};

// What generates code for the target; `triple` is the bitcode's. Throws LlvmFailure if this LLVM
// cannot.
[[nodiscard]] std::unique_ptr<llvm::TargetMachine> target_machine(const LlvmUse& target,
                                                                  const std::string& triple,
                                                                  LlvmLevel level);

}  // namespace spindle
