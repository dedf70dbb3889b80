// Steps -> Plan.
#pragma once

#include "compiler/plan/plan.h"
#include "compiler/plan/steps.h"

namespace spindle {

// Partitions into cascades with the least peak, sizes the rings, places every buffer. The result
// passes check_plan; anything else is an internal error.
[[nodiscard]] Plan make_plan(const StepGraph& graph);

// Most bytes live together while `cascade` runs, overlaid bytes counted once.
[[nodiscard]] std::int64_t live_bytes(const Plan& plan, int cascade);

// Bytes of the arena that belong to a buffer at some time: what a run touches. Less than the arena
// where alignment leaves a few bytes between buffers.
[[nodiscard]] std::int64_t occupied_bytes(const Plan& plan);

}  // namespace spindle
