// Spends the room that a partition leaves on calls that compute more at a time.
#pragma once

#include <cstdint>

#include "compiler/plan/partition.h"

namespace spindle {

// The partition with the widest calls (Width) of each cascade that need no more than `limit` bytes
// while it runs. Cascades with patches stay as they are: their bands and tiles are chosen already.
[[nodiscard]] Partition widened(const StepGraph& graph, const ValueUses& uses, const Lives& lives,
                                Partition partition, std::int64_t limit);

}  // namespace spindle
