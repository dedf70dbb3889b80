#include "compiler/llvm/llvm_session.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/IR/DiagnosticHandler.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/ErrorHandling.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetOptions.h>

#include <cstdlib>
#include <iostream>
#include <mutex>
#include <utility>

#include "compiler/llvm/bitcode.h"

namespace spindle {
namespace {

// Collects errors. Warnings and remarks are dropped, because no user wrote the code.
class Collector : public llvm::DiagnosticHandler {
 public:
  explicit Collector(std::shared_ptr<std::vector<std::string>> errors)
      : errors_(std::move(errors)) {}

  bool handleDiagnostics(const llvm::DiagnosticInfo& info) override {
    if (info.getSeverity() != llvm::DS_Error) return true;
    std::string text;
    llvm::raw_string_ostream out(text);
    llvm::DiagnosticPrinterRawOStream printer(out);
    info.print(printer);
    out.flush();
    errors_->push_back(text);
    return true;
  }

 private:
  std::shared_ptr<std::vector<std::string>> errors_;
};

// Called when LLVM cannot go on. Except for lack of memory, the cause is an error of ours. The
// function must not return, and no exception may pass through LLVM. No file has been written yet.
[[noreturn]] void fatal(void* /*data*/, const char* reason, bool /*diagnostics*/) {
  std::cerr << "internal error: LLVM: " << reason
            << "\nThis is a bug in Spindle, not in your model; please report it with the model.\n";
  std::_Exit(70);
}

void initialize_targets() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::install_fatal_error_handler(fatal);
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    llvm::InitializeAllAsmParsers();  // kernels contain inline assembly
  });
}

#if LLVM_VERSION_MAJOR >= 18
using CodeLevel = llvm::CodeGenOptLevel;
#else
using CodeLevel = llvm::CodeGenOpt::Level;
#endif

CodeLevel code_level(LlvmLevel level) {
  switch (level) {
    case LlvmLevel::kO0:
      return CodeLevel::None;
    case LlvmLevel::kO1:
      return CodeLevel::Less;
    case LlvmLevel::kO3:
      return CodeLevel::Aggressive;
    case LlvmLevel::kO2:
    case LlvmLevel::kOz:
      break;
  }
  return CodeLevel::Default;
}

}  // namespace

LlvmSession::LlvmSession()
    : context_(std::make_unique<llvm::LLVMContext>()),
      errors_(std::make_shared<std::vector<std::string>>()) {
  initialize_targets();
  context_->setDiagnosticHandler(std::make_unique<Collector>(errors_));
}

std::unique_ptr<llvm::Module> LlvmSession::load(const std::string& name) {
  const std::string_view bytes = embedded_bitcode(name);
  const llvm::MemoryBufferRef buffer(llvm::StringRef(bytes.data(), bytes.size()), name);
  return value_or_throw(llvm::getLazyBitcodeModule(buffer, *context_));
}

void LlvmSession::check() const {
  if (!errors_->empty()) throw LlvmFailure{errors_->front()};
}

std::unique_ptr<llvm::TargetMachine> target_machine(const LlvmUse& target,
                                                    const std::string& triple, LlvmLevel level) {
  std::string error;
  const llvm::Target* found = llvm::TargetRegistry::lookupTarget(triple, error);
  if (found == nullptr) throw LlvmFailure{error};
  llvm::TargetOptions options;
  options.FloatABIType = target.hard_float ? llvm::FloatABI::Hard : llvm::FloatABI::Soft;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;  // docs/numeric-contract.md
  options.FunctionSections = true;
  options.DataSections = true;
  options.EmitStackSizeSection = true;
  options.ForceDwarfFrameSection = true;  // lets debuggers unwind from a kernel to its caller
  options.MCOptions.AsmVerbose = true;
  return std::unique_ptr<llvm::TargetMachine>(
      found->createTargetMachine(triple, target.cpu, target.features, options,
                                 target.bare_metal ? llvm::Reloc::Static : llvm::Reloc::PIC_,
                                 std::nullopt, code_level(level)));
}

}  // namespace spindle
