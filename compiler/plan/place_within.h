// Places buffers in an arena of a given size.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/plan/place.h"

namespace spindle {

// Offset of each item such that all end within `limit` bytes, by a search through time: items that
// live on, or overlay another one, get one of the places at which some sum of the short-lived ones
// or another such item fits beside them; what lives at one time only is then packed into the holes.
// A state (the places of what lives on) that led nowhere is not entered again. Nothing if none was
// found; that is no proof, since the places tried are a choice and the search is cut off.
[[nodiscard]] std::optional<std::vector<std::int64_t>> place_within(
    const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays,
    std::int64_t limit);

}  // namespace spindle
