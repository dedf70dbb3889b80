// What kernels read and write, found by trying: the counterpart of compiler/check/kernel_access.h.
#pragma once

#include <set>
#include <span>
#include <string>

#include "compiler/ir/tensor.h"
#include "compiler/lower/program/program.h"

namespace spindle::testing {

// Runs the program and, before some of the calls of each kernel, the call alone: once as it is,
// once with every byte flipped of all arenas, inputs and outputs that access_of does not say is
// read. Then what is said to be written must have come out the same (so it depends on nothing else,
// and all of it is written), and everything else must be as it was (so nothing else is written).
// Empty, or what is not so. `symbols` receives the kernels tried.
[[nodiscard]] std::string check_kernel_effects(const Program& program,
                                               std::span<const ConstantPtr> inputs,
                                               std::set<std::string>& symbols);

}  // namespace spindle::testing
