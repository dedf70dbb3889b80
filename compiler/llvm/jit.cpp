// Models compiled into this process.
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/IRBuilder.h>

#include <functional>
#include <map>
#include <utility>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/llvm/ir_module.h"
#include "compiler/llvm/llvm_session.h"
#include "compiler/llvm/optimize.h"
#include "compiler/llvm/specialize.h"

namespace spindle {
namespace {

constexpr const char* kPacked = ".packed";

// For each entry point, which takes several pointers, adds a function that takes an array of them
// and can therefore be called from here. Returns the names of the entry points without `prefix`.
std::vector<std::string> add_packed_entries(llvm::Module& module, const std::string& prefix) {
  llvm::LLVMContext& context = module.getContext();
  llvm::PointerType* pointer = llvm::PointerType::getUnqual(context);
  std::vector<llvm::Function*> entries;
  for (llvm::Function& function : module) {
    if (!function.isDeclaration() && function.hasExternalLinkage()) entries.push_back(&function);
  }
  std::vector<std::string> names;
  for (llvm::Function* entry : entries) {
    auto* type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), {pointer}, false);
    llvm::Function* packed = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage,
                                                    entry->getName() + kPacked, module);
    llvm::IRBuilder<> b(llvm::BasicBlock::Create(context, "entry", packed));
    std::vector<llvm::Value*> values;
    for (unsigned i = 0; i < entry->arg_size(); ++i) {
      values.push_back(
          b.CreateLoad(pointer, b.CreateConstInBoundsGEP1_32(pointer, packed->getArg(0), i)));
    }
    b.CreateCall(entry, values);
    b.CreateRetVoid();
    names.push_back(entry->getName().substr(prefix.size()).str());
  }
  return names;
}

class OrcModel : public JitModel {
 public:
  // `names` are the entry points of the module without `prefix`: "run" and so on.
  OrcModel(std::unique_ptr<llvm::orc::LLJIT> jit, const std::string& prefix,
           const std::vector<std::string>& names)
      : jit_(std::move(jit)) {
    for (const std::string& name : names) {
      entries_[name] = value_or_throw(jit_->lookup(prefix + name + kPacked)).toPtr<Entry>();
    }
  }

  void call(std::string_view entry, std::span<void* const> arguments) override {
    const auto found = entries_.find(entry);
    check_internal(found != entries_.end(), "the compiled model has no such entry");
    found->second(arguments.data());
  }

 private:
  using Entry = void (*)(void* const*);
  std::unique_ptr<llvm::orc::LLJIT> jit_;
  std::map<std::string, Entry, std::less<>> entries_;
};

std::unique_ptr<JitModel> compile(const Program& program, LlvmLevel level) {
  LlvmSession session;
  auto builder = value_or_throw(llvm::orc::JITTargetMachineBuilder::detectHost());
  builder.getOptions().AllowFPOpFusion = llvm::FPOpFusion::Strict;
  const auto machine = value_or_throw(builder.createTargetMachine());
  std::unique_ptr<llvm::Module> kernels = session.load("kernels_host");
  const std::string name = "model";
  const CSpelling c(program, {name, name});
  IrModule ir = emit_ir(c, {}, *kernels);
  const std::string prefix = name + "_";
  const std::vector<std::string> entries = add_packed_entries(*ir.module, prefix);
  link_kernels(*ir.module, std::move(kernels));
  set_target(*ir.module, *machine, {}, level);
  keep_kernels_apart(ir);
  optimize(*ir.module, *machine, level);
  session.check();

  auto jit = value_or_throw(llvm::orc::LLJITBuilder().setJITTargetMachineBuilder(builder).create());
  jit->getMainJITDylib().addGenerator(
      value_or_throw(llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
          jit->getDataLayout().getGlobalPrefix())));
  llvm::orc::ThreadSafeModule safe(std::move(ir.module), session.take_context());
  throw_if_failed(jit->addIRModule(std::move(safe)));
  auto model = std::make_unique<OrcModel>(std::move(jit), prefix, entries);
  session.check();
  return model;
}

}  // namespace

std::unique_ptr<JitModel> jit_model(const Program& program, LlvmLevel level,
                                    Diagnostics& diagnostics) {
  try {
    return compile(program, level);
  } catch (const LlvmFailure& failure) {
    diagnostics.error("E0441", "LLVM cannot compile the model for this machine")
        .notes.push_back(failure.message);
    return nullptr;
  }
}

}  // namespace spindle
