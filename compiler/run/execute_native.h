// Runs a Program that was compiled into this process.
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
  // `program` outlives the model. Null if it cannot be compiled (reported).
  [[nodiscard]] static std::unique_ptr<NativeModel> compile(const Program& program,
                                                            Diagnostics& diagnostics);

  // As spindle::execute().
  [[nodiscard]] Execution execute(std::span<const std::vector<std::byte>> inputs) const;

 private:
  NativeModel(const Program& program, std::unique_ptr<JitModel> model)
      : program_(program), model_(std::move(model)) {}

  const Program& program_;
  std::unique_ptr<JitModel> model_;
};

// Both at once.
[[nodiscard]] std::optional<Execution> execute_native(
    const Program& program, std::span<const std::vector<std::byte>> inputs,
    Diagnostics& diagnostics);

}  // namespace spindle
