// How much stack a compiled model takes, before any C compiler has seen it.
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
  std::optional<std::int64_t> bytes;  // the most that a call takes; nothing if it is not known
  std::string basis;                  // what it was measured with, or why it is not known
};

// Of the generated C. Kernels take what target/stack_sizes.h knows. Of the generated functions
// around them it is known what they can keep: the registers that a function saves, its variables,
// the arguments that do not fit into registers, and in loops each address that a compiler may
// compute before them. Inlining one into another takes no more than both.
[[nodiscard]] StackNeed c_stack_need(const Program& program, const Target& target);

// Of an object that LLVM has written, with its functions' frames.
[[nodiscard]] StackNeed object_stack_need(const std::map<std::string, LlvmFrame>& frames,
                                          const std::string& model, const Program& program);

// The larger, for a folder that has both forms; not known if either is not.
[[nodiscard]] StackNeed larger(StackNeed a, StackNeed b);

// The functions that users of the model call.
[[nodiscard]] std::vector<std::string> entry_points(const std::string& model, InputMode mode);

[[nodiscard]] CallGraph call_graph(const std::map<std::string, LlvmFrame>& frames);

}  // namespace spindle
