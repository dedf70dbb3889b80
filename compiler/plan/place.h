// Places buffers in the arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace spindle {

// Buffers in the arena begin at multiples of this, and their space is rounded up to one (in bytes).
constexpr std::int64_t kArenaAlign = 8;
[[nodiscard]] inline std::int64_t align_up(std::int64_t bytes) {
  return (bytes + kArenaAlign - 1) / kArenaAlign * kArenaAlign;
}

// A buffer that needs `bytes` (a multiple of kArenaAlign) during times [first, last]. A time is the
// number of a cascade.
struct PlaceItem {
  std::int64_t bytes = 0;
  std::size_t first = 0;
  std::size_t last = 0;
};

// The items at positions `in` and `out`, alive together, may overlap if offset(in) - offset(out) >=
// gap.
struct PlaceOverlay {
  std::size_t in = 0;
  std::size_t out = 0;
  std::int64_t gap = 0;
};

// The gap of items that may overlap in any way. Half of the least number, so that sums with it do
// not overflow.
constexpr std::int64_t kNoGap = std::numeric_limits<std::int64_t>::min() / 2;

// The offset of an item that has none yet.
constexpr std::int64_t kNotPlaced = std::numeric_limits<std::int64_t>::min();

constexpr int kPlaceTries = 5040;

struct Placement {
  std::vector<std::int64_t> offsets;
  std::int64_t total = 0;
};

// Finds offsets with a small total, such that items that are alive together do not overlap, except
// where an overlay allows it. It tries, in this order:
//
// - best fit (each item at the lowest free offset) by descending size, with up to `tries` orders of
//   the items of equal size,
// - best fit from the last time back to the first,
// - a local search over orders, with a fixed random seed.
//
// It stops when the total reaches `lower_bound`, or after a fixed amount of work, so that thousands
// of items do not take minutes. The problem (dynamic storage allocation) is NP-hard. In practice
// chains of blocks reach the bound, and the heads of a detector come close to it.
[[nodiscard]] Placement place(const std::vector<PlaceItem>& items,
                              const std::vector<PlaceOverlay>& overlays, std::int64_t lower_bound,
                              int tries = kPlaceTries);

// Pairs of items that are alive at the same time.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> alive_together(
    const std::vector<PlaceItem>& items);

// A lower bound for the total of every placement: the most bytes alive at one time, with each
// overlay as close as its gap allows.
[[nodiscard]] std::int64_t place_bound(const std::vector<PlaceItem>& items,
                                       const std::vector<PlaceOverlay>& overlays);

}  // namespace spindle
