// Proves that a Program computes its graph: runs its schedule on a shadow of all memory and
// compares, call by call, what the kernel reads and writes (kernel_access.h) with what the operator
// needs (operator_needs.h).
#pragma once

#include <string>

#include "compiler/ir/graph.h"
#include "compiler/lower/program.h"

namespace spindle {

// Empty if the Program is right, else what is wrong first. Shares no code with the planner and with
// lowering, and takes nothing from them but which step makes which tensor (TracedStep). It proves
// - that every element that an operator needs for what a call makes of its output is, when the call
//   runs, at the address where the kernel reads it, and no other element is taken for it,
// - that no call writes what it reads, except where the kernel allows it in place,
// - that nothing is read or written outside of arenas, inputs, outputs and constants, and inputs
// are
//   never written,
// - that every element of every output is written once, and every byte of every arena is touched,
// - that expressions use variables where these are defined, stay within int32 and never take the
//   modulo of a negative number, and that every loop ends.
[[nodiscard]] std::string check_program(const Graph& graph, const Program& program);

}  // namespace spindle
