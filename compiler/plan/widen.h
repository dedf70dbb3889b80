// Uses memory that a partition leaves free for calls that compute more pixels at a time.
#pragma once

#include <cstdint>

#include "compiler/plan/partition.h"

namespace spindle {

// Returns `partition` with the widest calls (Width), for each cascade, with which it needs at most
// `limit` bytes while it runs. Cascades with patches stay as they are, because their bands and
// tiles are already chosen.
[[nodiscard]] Partition widened(const StepGraph& graph, const ValueUses& uses, const Lives& lives,
                                Partition partition, std::int64_t limit);

}  // namespace spindle
