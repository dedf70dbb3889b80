// How much stack a compiled model needs, known without running a C compiler.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/codegen/llvm_backend.h"
#include "compiler/lower/program/program.h"
#include "compiler/stack/stack_bound.h"
#include "compiler/target/target.h"

namespace spindle {

struct StackNeed {
  std::optional<std::int64_t> bytes;  // upper limit for a call; empty if it is not known
  std::string basis;                  // how it was measured, or why it is not known
};

// The stack of the generated C. For kernels it is the measured value in target/stack_sizes.h. For
// the generated functions around them it is an upper limit of what they can keep: saved registers,
// variables, arguments that do not fit into registers, and, in loops, each address that a compiler
// may compute ahead. Inlining one function into another takes no more than both together.
[[nodiscard]] StackNeed c_stack_need(const Program& program, const Target& target);

// The stack of an object that LLVM has written, from the frames of its functions.
[[nodiscard]] StackNeed object_stack_need(const std::map<std::string, LlvmFrame>& frames,
                                          const std::string& model, const Program& program);

// The larger of both, for a folder with both forms of the model. Not known if either is not known.
[[nodiscard]] StackNeed larger(StackNeed a, StackNeed b);

// The functions that users of the model call.
[[nodiscard]] std::vector<std::string> entry_points(const std::string& model, InputMode mode);

[[nodiscard]] CallGraph call_graph(const std::map<std::string, LlvmFrame>& frames);

}  // namespace spindle
