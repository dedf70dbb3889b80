// Chooses between the order of nodes that a model has and one that passes/order_nodes.h proposes.
#pragma once

#include <optional>

#include "compiler/compile/channel_groups.h"

namespace spindle {

// `selected` with its nodes in another order, if the smallest plan that computes nothing twice
// needs fewer bytes for its largest cascade then. Nothing if the order stays as it is.
[[nodiscard]] std::optional<SelectedGraph> in_better_order(const SelectedGraph& selected,
                                                           const Target& target,
                                                           const CompilationOptions& options);

}  // namespace spindle
