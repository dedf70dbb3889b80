// The table of ONNX operators and the functions that convert them.
#pragma once

#include <limits>
#include <span>
#include <string_view>

#include "frontend/node_context.h"

namespace spindle::frontend {

// How many inputs an operator takes.
struct InputCount {
  int least;  // these first inputs must be present
  int most;
};

struct OpEntry {
  std::string_view type;
  int since;  // first version of the operator set that has it
  InputCount inputs;
  // Appends graph nodes for the ONNX node and binds its outputs; throws an ImportFailure. nullptr
  // if the operator is refused.
  void (*convert)(NodeContext&);
  // Why a known operator cannot be compiled; empty if it can be.
  std::string_view refusal = {};
};

constexpr int kAnyNumber = std::numeric_limits<int>::max();

// The entry of an operator; nullptr if it is unknown. Domains "" and "ai.onnx" are the same.
[[nodiscard]] const OpEntry* find_operator(std::string_view domain, std::string_view type);

// One list for each file ops_*.cpp, of the default domain unless stated otherwise.
[[nodiscard]] std::span<const OpEntry> conv_operators();
[[nodiscard]] std::span<const OpEntry> conv_transpose_operators();
[[nodiscard]] std::span<const OpEntry> dense_operators();
[[nodiscard]] std::span<const OpEntry> pool_operators();
[[nodiscard]] std::span<const OpEntry> reduce_operators();
[[nodiscard]] std::span<const OpEntry> math_operators();
[[nodiscard]] std::span<const OpEntry> norm_operators();
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
