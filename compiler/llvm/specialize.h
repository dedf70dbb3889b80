// Copies of kernels for single layers.
#pragma once

#include <llvm/IR/Module.h>

#include <cstdint>
#include <vector>

#include "compiler/llvm/ir_module.h"

namespace spindle {

// Gives layers copies of their kernels in which the parameter struct is a constant, so that sizes,
// strides and limits are constants, too. Layers with the most work come first, until the copies
// have `budget` IR instructions. Functions must be tidied (optimize.h) and kernels local.
//
//   call void @spindle_pw_s8(ptr @m_expand_params, ...)
//   -> call void @spindle_pw_s8.expand(ptr @m_expand_params, ...)
void specialize_kernels(IrModule& ir, const Program& program, std::int64_t budget);

// Keeps kernels from being inlined into their callers. A call for each row costs little, but
// inlined kernels would add up their stack frames and their code.
void keep_kernels_apart(const IrModule& ir);

}  // namespace spindle
