// Debug scopes of kernels.
#pragma once

#include "compiler/llvm/ir_module.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// Gives a debug scope to every function without one, and to all of its instructions. A copy of a
// kernel for one layer (specialize.h) gets the scope of the layer, other functions one of their own
// name. Kernels come as bitcode without debug information, so this must run after all of them are
// linked.
void add_kernel_scopes(IrModule& ir, const Program& program);

}  // namespace spindle
