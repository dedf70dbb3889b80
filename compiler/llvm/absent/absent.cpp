// Implements llvm_backend.h in a build without LLVM.
#include "compiler/codegen/llvm_backend.h"
#include "compiler/codegen/llvm_harness.h"

namespace spindle {

bool has_llvm() {
  return false;
}

std::optional<LlvmOutput> emit_llvm(const Program& /*program*/, const CNames& /*names*/,
                                    const Target& /*target*/, LlvmForm /*form*/,
                                    const LlvmOptions& /*options*/, Diagnostics& diagnostics) {
  report_no_llvm(diagnostics);
  return std::nullopt;
}

std::optional<LlvmOutput> emit_harness(const HarnessJob& /*job*/, const Target& /*target*/,
                                       Diagnostics& diagnostics) {
  report_no_llvm(diagnostics);
  return std::nullopt;
}

std::unique_ptr<JitModel> jit_model(const Program& /*program*/, LlvmLevel /*level*/,
                                    Diagnostics& diagnostics) {
  report_no_llvm(diagnostics);
  return nullptr;
}

}  // namespace spindle
