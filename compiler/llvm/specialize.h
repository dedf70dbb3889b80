// Kernels of their own for layers.
#pragma once

#include <llvm/IR/Module.h>

#include <cstdint>
#include <vector>

#include "compiler/llvm/ir_module.h"

namespace spindle {

// Gives the layers with the most work copies of their kernels in which the parameter struct is the
// layer's, so that sizes, strides and limits become constants; as many as `budget` holds. It counts
// IR instructions of the copies. Functions must be tidied (optimize.h) and kernels local.
//
//   call void @spindle_pw_s8(ptr @m_expand_params, ...)
//   -> call void @spindle_pw_s8.expand(ptr @m_expand_params, ...)
void specialize_kernels(IrModule& ir, const Program& program, std::int64_t budget);

// Kernels are not inlined into what calls them: a call for each row costs little, but frames would
// add up, and so would code.
void keep_kernels_apart(const IrModule& ir);

}  // namespace spindle
