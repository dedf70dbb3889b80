// Decides in which memory region each buffer lies.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/plan/place.h"
#include "compiler/plan/plan.h"
#include "compiler/support/id.h"

namespace spindle {

// For each buffer of the plan, the bytes that one run reads and writes in it. A window reads a row
// once for each output row that needs it. Each call writes and reads its kernel's scratch once.
// Needs the plan's steps, cascades and buffers, but no offsets.
[[nodiscard]] IdVector<BufferId, std::int64_t> buffer_traffic(const Plan& plan);

struct RegionPlacement {
  std::vector<RegionId> regions;      // by item
  std::vector<std::int64_t> offsets;  // by item, within its region
};

// Puts each item into a region for activations, so that every region holds its items, and finds the
// offsets. Items with the most traffic per byte come first, each into the fastest region in which
// it still fits. This is tried once with items that overlay each other kept in one region, and once
// with each item on its own. If an item finds no place, it moves to the front and all is tried
// again, a few times. Of the placements that fit, the one with the least traffic in slower regions
// is taken. nullopt if none was found. `traffic` is by item; overlays hold only within a region.
[[nodiscard]] std::optional<RegionPlacement> place_in_regions(
    const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays,
    const std::vector<std::int64_t>& traffic, const Regions& regions);

// The regions, fastest first; of regions with the same rank, smallest first.
[[nodiscard]] std::vector<RegionId> by_speed(const Regions& regions);

}  // namespace spindle
