// Compiles a Program into this process and runs it.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/execute/execute.h"
#include "compiler/ir/diagnostics.h"

namespace spindle {

// A program whose target is the host, compiled once and run any number of times.
class NativeModel {
 public:
  // `program` must outlive the model. Returns null, and reports why, if it cannot be compiled.
  [[nodiscard]] static std::unique_ptr<NativeModel> compile(const Program& program,
                                                            Diagnostics& diagnostics);

  // Like spindle::execute().
  [[nodiscard]] Execution execute(std::span<const std::vector<std::byte>> inputs) const;

 private:
  NativeModel(const Program& program, std::unique_ptr<JitModel> model)
      : program_(program), model_(std::move(model)) {}

  const Program& program_;
  std::unique_ptr<JitModel> model_;
};

// Compiles the program and runs it once. Returns nothing, and reports why, if it cannot be
// compiled.
[[nodiscard]] std::optional<Execution> execute_native(
    const Program& program, std::span<const std::vector<std::byte>> inputs,
    Diagnostics& diagnostics);

}  // namespace spindle
