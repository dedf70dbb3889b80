// Which ONNX operators there are, and which function converts each.
#pragma once

#include <limits>
#include <span>
#include <string_view>

#include "frontend/node_context.h"

namespace spindle::frontend {

struct OpEntry {
  std::string_view type;
  int since;       // first version of the operator set that has it
  int min_inputs;  // inputs that must be present
  int max_inputs;
  // Appends what the node stands for and binds its outputs; throws an ImportFailure.
  void (*convert)(NodeContext&);
  // Why the operator cannot be compiled, if it is known and cannot; it has no converter then.
  std::string_view refusal = {};
};

constexpr int kAnyNumber = std::numeric_limits<int>::max();

// The converter of an operator, null if there is none. Domains "" and "ai.onnx" are one.
[[nodiscard]] const OpEntry* find_operator(std::string_view domain, std::string_view type);

// One list per ops_*.cpp; those of the default domain unless named otherwise.
[[nodiscard]] std::span<const OpEntry> conv_operators();
[[nodiscard]] std::span<const OpEntry> dense_operators();
[[nodiscard]] std::span<const OpEntry> pool_operators();
[[nodiscard]] std::span<const OpEntry> reduce_operators();
[[nodiscard]] std::span<const OpEntry> math_operators();
[[nodiscard]] std::span<const OpEntry> activation_operators();
[[nodiscard]] std::span<const OpEntry> reshape_operators();
[[nodiscard]] std::span<const OpEntry> slice_operators();
[[nodiscard]] std::span<const OpEntry> fold_operators();
[[nodiscard]] std::span<const OpEntry> resize_operators();
[[nodiscard]] std::span<const OpEntry> select_operators();
[[nodiscard]] std::span<const OpEntry> quant_operators();
[[nodiscard]] std::span<const OpEntry> refused_operators();
[[nodiscard]] std::span<const OpEntry> qlinear_operators();
// Domain com.microsoft.
[[nodiscard]] std::span<const OpEntry> microsoft_operators();
[[nodiscard]] std::span<const OpEntry> microsoft_quant_operators();

}  // namespace spindle::frontend
