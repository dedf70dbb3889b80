#include "compiler/llvm/specialize.h"

#include <llvm/IR/Instructions.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/support/names.h"

namespace spindle {
namespace {

// A kernel with the parameters of one layer.
struct Candidate {
  llvm::Function* kernel = nullptr;
  llvm::GlobalVariable* params = nullptr;
  std::vector<llvm::CallInst*> calls;
  std::int64_t macs = 0;
  std::string layer;
};

// All kernels that the model calls with a parameter struct.
std::vector<Candidate> candidates(const IrModule& ir, const Program& program) {
  std::vector<Candidate> list;
  std::map<std::pair<llvm::Value*, llvm::Value*>, std::size_t> known;
  for (const IrModule::KernelCall& call : ir.calls) {
    llvm::Function* kernel = call.instruction->getCalledFunction();
    if (call.instruction->arg_empty() || kernel == nullptr || kernel->isDeclaration()) continue;
    auto* params = llvm::dyn_cast<llvm::GlobalVariable>(call.instruction->getArgOperand(0));
    if (params == nullptr || !call.step) continue;
    const auto [at, added] = known.try_emplace({kernel, params}, list.size());
    const TracedStep& step = program.steps[call.step];
    if (added) {
      list.push_back(
          {.kernel = kernel, .params = params, .calls = {}, .layer = c_identifier(step.name)});
    }
    Candidate& candidate = list[at->second];
    candidate.calls.push_back(call.instruction);
    candidate.macs = std::max(candidate.macs, step.macs);
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const Candidate& a, const Candidate& b) { return a.macs > b.macs; });
  return list;
}

void specialize(const Candidate& candidate) {
  llvm::ValueToValueMapTy values;
  llvm::Function* copy = llvm::CloneFunction(candidate.kernel, values);
  copy->setName(candidate.kernel->getName() + "." + candidate.layer);
  copy->getArg(0)->replaceAllUsesWith(candidate.params);
  for (llvm::CallInst* call : candidate.calls) call->setCalledFunction(copy);
}

}  // namespace

void specialize_kernels(IrModule& ir, const Program& program, std::int64_t budget) {
  for (const Candidate& candidate : candidates(ir, program)) {
    const std::int64_t size = candidate.kernel->getInstructionCount();
    if (candidate.macs == 0 || size > budget) continue;
    budget -= size;
    specialize(candidate);
  }
}

void keep_kernels_apart(const IrModule& ir) {
  for (const IrModule::KernelCall& call : ir.calls) {
    llvm::Function* kernel = call.instruction->getCalledFunction();
    if (kernel != nullptr && !kernel->hasFnAttribute(llvm::Attribute::AlwaysInline)) {
      kernel->addFnAttr(llvm::Attribute::NoInline);
    }
  }
}

}  // namespace spindle
