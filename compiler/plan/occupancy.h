// How many bytes of the arenas a plan uses.
#pragma once

#include <cstdint>

#include "compiler/plan/plan.h"

namespace spindle {

// Bytes of the arenas that are in use while `cascade` runs. Bytes that several buffers share count
// once.
[[nodiscard]] std::int64_t live_bytes(const Plan& plan, CascadeId cascade);

// Bytes of the arena that belong to a buffer at some time, in `region` or, if it is none, in all.
// That is less than the size of the arena where alignment leaves gaps between buffers.
[[nodiscard]] std::int64_t occupied_bytes(const Plan& plan, RegionId region = {});

}  // namespace spindle
