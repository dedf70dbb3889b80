// Places buffers in an arena of a given size.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/plan/place.h"

namespace spindle {

// Finds an offset for each item such that all end within `limit` bytes, by a backtracking search
// through time. Items that live at several times, or overlay another one, are placed first; the
// offsets tried for them are those at which they touch another such item, or at which some of the
// short-lived items fit exactly beside them. Items that live at one time only are then packed into
// the holes. A state (the offsets of all items alive before a time) that led nowhere is not tried
// again.
//
// nullopt if no placement was found. That proves nothing, since only some offsets are tried and the
// search has a limit.
[[nodiscard]] std::optional<std::vector<std::int64_t>> place_within(
    const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays,
    std::int64_t limit);

}  // namespace spindle
