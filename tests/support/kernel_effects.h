// Finds out by experiment what kernels read and write. A test of compiler/check/kernel_access.h,
// which declares it.
#pragma once

#include <set>
#include <span>
#include <string>

#include "compiler/ir/tensor.h"
#include "compiler/lower/program/program.h"

namespace spindle::testing {

// Runs the program. Before some of the calls of each kernel it tries that call alone, twice: on the
// memory as it is, and with every byte of arenas, inputs and outputs inverted that access_of does
// not list as read. The bytes listed as written must be the same after both (so they depend on
// nothing else, and all are written). All other bytes must be unchanged (so nothing else is
// written). Returns the first violation, or an empty text. `symbols` receives the kernels tried.
[[nodiscard]] std::string check_kernel_effects(const Program& program,
                                               std::span<const ConstantPtr> inputs,
                                               std::set<std::string>& symbols);

}  // namespace spindle::testing
