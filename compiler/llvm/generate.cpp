#include "compiler/llvm/generate.h"

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/raw_ostream.h>

#include <optional>

#include "compiler/llvm/llvm_session.h"

namespace spindle {
namespace {

#if LLVM_VERSION_MAJOR >= 18
constexpr auto kAssemblyFile = llvm::CodeGenFileType::AssemblyFile;
constexpr auto kObjectFile = llvm::CodeGenFileType::ObjectFile;
#else
constexpr auto kAssemblyFile = llvm::CGFT_AssemblyFile;
constexpr auto kObjectFile = llvm::CGFT_ObjectFile;
#endif

// Sets a command line switch of LLVM that has no other interface, for as long as this object lives.
// The switch is a global variable, so everything that compiles in this process meanwhile sees it.
// Does nothing in versions of LLVM without the switch.
class CommandLineSwitch {
 public:
  explicit CommandLineSwitch(const char* name) {
    auto& options = llvm::cl::getRegisteredOptions();
    const auto found = options.find(name);
    if (found == options.end()) return;
    option_ = found->second;
    option_->addOccurrence(0, name, "true");
  }
  ~CommandLineSwitch() {
    if (option_ != nullptr) option_->reset();
  }
  CommandLineSwitch(const CommandLineSwitch&) = delete;
  CommandLineSwitch& operator=(const CommandLineSwitch&) = delete;

 private:
  llvm::cl::Option* option_ = nullptr;
};

}  // namespace

std::string generate(llvm::Module& module, llvm::TargetMachine& machine, LlvmForm form,
                     LlvmLevel level) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream out(bytes);
  if (form == LlvmForm::kBitcode) {
    llvm::WriteBitcodeToFile(module, out);
    return {bytes.data(), bytes.size()};
  }
  // Both optimizations keep values in registers for a whole loop that could be computed again in an
  // instruction or two. Schedules have many such values and not enough registers; without these,
  // all code is 3 to 9 % smaller.
  std::optional<CommandLineSwitch> no_strength_reduction, no_hoisting;
  if (level == LlvmLevel::kOz) {
    no_strength_reduction.emplace("disable-lsr");
    no_hoisting.emplace("disable-machine-licm");
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
