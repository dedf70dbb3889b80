// Places buffers in the arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace spindle {

// Bytes of arena buffers are rounded up to this, and so are offsets.
constexpr std::int64_t kArenaAlign = 8;
[[nodiscard]] inline std::int64_t align_up(std::int64_t bytes) {
  return (bytes + kArenaAlign - 1) / kArenaAlign * kArenaAlign;
}

// Needs `bytes` (a multiple of the arena's alignment) during times [first, last].
struct PlaceItem {
  std::int64_t bytes = 0;
  int first = 0;
  int last = 0;
};

// Items `in` and `out`, alive together, may overlap if offset(in) - offset(out) >= gap.
struct PlaceOverlay {
  int in = 0;
  int out = 0;
  std::int64_t gap = 0;
};

// The gap of items that may overlap anyhow; far enough from the limits to be counted with.
constexpr std::int64_t kNoGap = std::numeric_limits<std::int64_t>::min() / 2;

// The offset of an item that has none yet.
constexpr std::int64_t kNotPlaced = std::numeric_limits<std::int64_t>::min();

constexpr int kPlaceTries = 5040;

struct Placement {
  std::vector<std::int64_t> offsets;
  std::int64_t total = 0;
};

// Offsets such that items alive together never overlap, overlays excepted, with a small total.
// Best fit (lowest free place) in order of size, every order of equal sizes tried up to a limit;
// in reverse order of time; then a deterministic local search over orders; stops as soon as
// `lower_bound` is reached, after `tries` orders of the first kind and some thousand of the last,
// or when it has looked at many items (place.cpp), so that thousands of them take no minutes.
// Dynamic storage allocation is NP-hard in general; for chains of blocks the bound is reached, for
// the heads of a detector it is not quite.
[[nodiscard]] Placement place(const std::vector<PlaceItem>& items,
                              const std::vector<PlaceOverlay>& overlays, std::int64_t lower_bound,
                              int tries = kPlaceTries);

// Pairs of items that are alive at the same time.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> alive_together(
    const std::vector<PlaceItem>& items);

// No placement is smaller: the most bytes alive together, with overlays as close as they may be.
[[nodiscard]] std::int64_t place_bound(const std::vector<PlaceItem>& items,
                                       const std::vector<PlaceOverlay>& overlays);

}  // namespace spindle
