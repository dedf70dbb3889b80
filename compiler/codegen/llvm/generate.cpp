#include "compiler/codegen/llvm/generate.h"

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/Support/raw_ostream.h>

#include "compiler/codegen/llvm/llvm_session.h"

namespace spindle {
namespace {

#if LLVM_VERSION_MAJOR >= 18
constexpr auto kAssemblyFile = llvm::CodeGenFileType::AssemblyFile;
constexpr auto kObjectFile = llvm::CodeGenFileType::ObjectFile;
#else
constexpr auto kAssemblyFile = llvm::CGFT_AssemblyFile;
constexpr auto kObjectFile = llvm::CGFT_ObjectFile;
#endif

}  // namespace

std::string generate(llvm::Module& module, llvm::TargetMachine& machine, LlvmForm form) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream out(bytes);
  if (form == LlvmForm::kBitcode) {
    llvm::WriteBitcodeToFile(module, out);
    return {bytes.data(), bytes.size()};
  }
  llvm::legacy::PassManager passes;
  const auto type = form == LlvmForm::kObject ? kObjectFile : kAssemblyFile;
  if (machine.addPassesToEmitFile(passes, out, nullptr, type)) {
    throw LlvmFailure{"this LLVM writes no such file for " + machine.getTargetTriple().str()};
  }
  passes.run(module);
  return {bytes.data(), bytes.size()};
}

}  // namespace spindle
