// An LLVM context, and the errors that it reports.
#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/target/target.h"

namespace spindle {

// Thrown inside the backend only, which reports it as E0441.
struct LlvmFailure {
  std::string message;
};

// Throws the error, if it is one, as LlvmFailure.
inline void throw_if_failed(llvm::Error error) {
  if (error) throw LlvmFailure{llvm::toString(std::move(error))};
}

// The value that LLVM returned. Throws its error as LlvmFailure if there is none.
template <typename T>
[[nodiscard]] T value_or_throw(llvm::Expected<T> value) {
  throw_if_failed(value.takeError());
  return std::move(*value);
}

class LlvmSession {
 public:
  LlvmSession();

  [[nodiscard]] llvm::LLVMContext& context() { return *context_; }
  // For a JIT, which keeps the context together with the code. Call check() before.
  [[nodiscard]] std::unique_ptr<llvm::LLVMContext> take_context() { return std::move(context_); }

  // Loads a module of bitcode.h. Function bodies are read when they are needed.
  [[nodiscard]] std::unique_ptr<llvm::Module> load(const std::string& name);
  // Throws LlvmFailure if LLVM has reported an error.
  void check() const;

 private:
  std::unique_ptr<llvm::LLVMContext> context_;
  std::shared_ptr<std::vector<std::string>> errors_;  // shared with the handler of the context
};

// The LLVM object that generates code for the target; `triple` is that of the bitcode. Throws
// LlvmFailure if this LLVM does not support the target.
[[nodiscard]] std::unique_ptr<llvm::TargetMachine> target_machine(const LlvmUse& target,
                                                                  const std::string& triple,
                                                                  LlvmLevel level);

}  // namespace spindle
