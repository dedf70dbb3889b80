#include "compiler/llvm/keep_conversions.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/TargetParser/Triple.h>

#include <vector>

namespace spindle {
namespace {

// The values that are a conversion and read by a product, or a product and read by a conversion.
std::vector<llvm::Use*> joined_uses(llvm::Function& function) {
  std::vector<llvm::Use*> found;
  for (llvm::Instruction& instruction : llvm::instructions(function)) {
    if (!instruction.getType()->isVectorTy()) continue;
    const bool product = instruction.getOpcode() == llvm::Instruction::FMul;
    const bool to_integer = llvm::isa<llvm::FPToSIInst, llvm::FPToUIInst>(instruction);
    if (!product && !to_integer) continue;
    for (llvm::Use& use : instruction.operands()) {
      const auto* operand = llvm::dyn_cast<llvm::Instruction>(use.get());
      if (operand == nullptr) continue;
      const bool joins = product ? llvm::isa<llvm::SIToFPInst, llvm::UIToFPInst>(operand)
                                 : operand->getOpcode() == llvm::Instruction::FMul;
      if (joins) found.push_back(&use);
    }
  }
  return found;
}

}  // namespace

void keep_conversions(llvm::Module& module, const llvm::TargetMachine& machine) {
  // LLVM complains of a feature that the architecture does not know.
  const llvm::Triple& triple = machine.getTargetTriple();
  if (!triple.isARM() && !triple.isThumb()) return;
  if (!machine.getMCSubtargetInfo()->checkFeatures("+mve.fp")) return;
  for (llvm::Function& function : module) {
    for (llvm::Use* use : joined_uses(function)) {
      llvm::IRBuilder<> builder(llvm::cast<llvm::Instruction>(use->getUser()));
      llvm::Value* value = use->get();
      use->set(builder.CreateUnaryIntrinsic(llvm::Intrinsic::arithmetic_fence, value));
    }
  }
}

}  // namespace spindle
