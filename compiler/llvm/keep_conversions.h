// A way around a fault of LLVM's code generator for Helium.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

namespace spindle {

// Keeps conversions between vectors of integers and floats apart from products with constants, on
// targets with Helium's floating point; does nothing on others. LLVM 15 to 20 at least join a
// conversion and a product with a power of two into one VCVT with a number of fraction bits, and
// then encode a register in the place of that number: the result is wrong
// (ARMDAGToDAGISel::transformFixedFloatingPointConversion makes it a Constant, where a
// TargetConstant is needed). Call it after all optimizations.
void keep_conversions(llvm::Module& module, const llvm::TargetMachine& machine);

}  // namespace spindle
