// Debug scopes of kernels.
#pragma once

#include "compiler/llvm/ir_module.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// Gives every function that has no debug scope one, and all of its instructions with it: a layer's
// own copy of a kernel (specialize.h) that of the layer, others one of their own name. Bitcode of
// kernels has no debug information; all that is linked must be there.
void add_kernel_scopes(IrModule& ir, const Program& program);

}  // namespace spindle
