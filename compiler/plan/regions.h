// Which memory region each buffer lives in.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/plan/place.h"
#include "compiler/plan/plan.h"

namespace spindle {

// Bytes that one run reads and writes in each buffer of the plan: rows times how often they are
// accessed. A window reads a row once for each of its own rows, and a kernel's scratch counts as
// written and read once a call. Needs steps, cascades and buffers, but no places.
[[nodiscard]] std::vector<std::int64_t> buffer_traffic(const Plan& plan);

struct RegionPlacement {
  std::vector<int> regions;           // by item
  std::vector<std::int64_t> offsets;  // by item, within its region
};

// Puts each item into a region that holds activations, so that overlays within a region are kept
// and no region is overfull. Items with the most traffic for their bytes come first, each into the
// fastest region in which it still fits by lifetimes; both with items that overlay each other taken
// as one and taken singly. Where that leaves an item without a place, it is placed before all
// others and the rest tried again, a few times. Of what fits, the placement with the least traffic
// in slower regions. Nothing if none was found.
[[nodiscard]] std::optional<RegionPlacement> place_in_regions(
    const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays,
    const std::vector<std::int64_t>& traffic, const std::vector<Region>& regions);

// Indices of the regions, the fastest first; the smaller first among equals.
[[nodiscard]] std::vector<int> by_speed(const std::vector<Region>& regions);

}  // namespace spindle
