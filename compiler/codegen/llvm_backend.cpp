#include "compiler/codegen/llvm_backend.h"

namespace spindle {

std::optional<LlvmLevel> llvm_level(std::string_view text) {
  if (text == "-O0") return LlvmLevel::kO0;
  if (text == "-O1") return LlvmLevel::kO1;
  if (text == "-O2") return LlvmLevel::kO2;
  if (text == "-O3") return LlvmLevel::kO3;
  if (text == "-Oz") return LlvmLevel::kOz;
  return std::nullopt;
}

void report_no_llvm(Diagnostics& diagnostics) {
  diagnostics.error("E0440", "this Spindle was built without LLVM; it writes C only")
      .helps.emplace_back(
          "pass `--emit=c`, or install llvm-dev and clang of one version (17 to 20) and build it "
          "with -DSPINDLE_LLVM=ON");
}

}  // namespace spindle
