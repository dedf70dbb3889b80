#include "compiler/plan/place.h"

#include <algorithm>
#include <random>

#include "compiler/plan/place_within.h"
#include "tests/catch.h"

using namespace spindle;

namespace {

bool overlap(const PlaceItem& a, std::int64_t at, const PlaceItem& b, std::int64_t bt) {
  return at < bt + b.bytes && bt < at + a.bytes;
}

bool together(const PlaceItem& a, const PlaceItem& b) {
  return a.first <= b.last && b.first <= a.last;
}

}  // namespace

TEST_CASE("items of different times share their place") {
  const Placement p = place({{64, 0, 0}, {48, 1, 1}}, {}, 64);
  CHECK(p.total == 64);
  CHECK(p.offsets == std::vector<std::int64_t>{0, 0});
}

TEST_CASE("a chain of boundary tensors alternates between both ends") {
  // Alive at times 0-1, 1-2 and 2-3. Two items are alive at a time: 40 + 24 bytes at most.
  const Placement p = place({{40, 0, 1}, {24, 1, 2}, {40, 2, 3}}, {}, 64);
  CHECK(p.total == 64);
}

TEST_CASE("an overlay takes no room of its own") {
  // The input is alive at times 0-1, the output at 1-2, exactly in place (gap 0).
  const Placement p = place({{64, 0, 1}, {64, 1, 2}}, {{0, 1, 0}}, 64);
  CHECK(p.total == 64);
  CHECK(p.offsets[0] - p.offsets[1] == 0);
}

TEST_CASE("an overlay keeps its gap") {
  // The output must begin at least 16 bytes below the input.
  const Placement p = place({{64, 0, 1}, {64, 1, 2}}, {{0, 1, 16}}, 80);
  CHECK(p.total == 80);
  CHECK(p.offsets[0] - p.offsets[1] >= 16);
}

TEST_CASE("a negative gap lets the output begin inside the input, no further") {
  const Placement p = place({{64, 0, 1}, {32, 1, 2}, {16, 0, 2}}, {{0, 1, -24}}, 80);
  CHECK(p.total == 80);
  CHECK(p.offsets[0] - p.offsets[1] >= -24);
}

TEST_CASE("ties: the order of equal sizes matters") {
  // In the given order, best fit needs 48 bytes; with another order of the equal items it needs 40.
  const std::vector<PlaceItem> items{{16, 0, 0}, {16, 2, 2}, {16, 0, 1}, {16, 1, 2}, {8, 0, 2}};
  CHECK(place(items, {}, 40).total == 40);
}

TEST_CASE("random items never overlap, and the total is what they reach") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<PlaceItem> items;
    const int count = 2 + static_cast<int>(random() % 14);
    for (int i = 0; i < count; ++i) {
      const std::size_t first = random() % 8;
      items.push_back(
          {8 * (1 + static_cast<std::int64_t>(random() % 50)), first, first + random() % 3});
    }
    std::int64_t bound = 0;
    for (std::size_t t = 0; t < 10; ++t) {
      std::int64_t live = 0;
      for (const PlaceItem& item : items)
        live += item.first <= t && t <= item.last ? item.bytes : 0;
      bound = std::max(bound, live);
    }
    const Placement p = place(items, {}, bound);
    std::int64_t reach = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      CHECK(p.offsets[i] >= 0);
      CHECK(p.offsets[i] % kArenaAlign == 0);
      reach = std::max(reach, p.offsets[i] + items[i].bytes);
      for (std::size_t j = 0; j < i; ++j) {
        if (!together(items[i], items[j])) continue;
        CHECK_FALSE(overlap(items[i], p.offsets[i], items[j], p.offsets[j]));
      }
    }
    CHECK(p.total == reach);
    CHECK(p.total >= bound);
  }
}

namespace {

// Whether all items are within `limit` bytes, and items that are alive together do not overlap
// unless there is an overlay.
bool valid(const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays,
           const std::vector<std::int64_t>& offsets, std::int64_t limit) {
  for (std::size_t a = 0; a < items.size(); ++a) {
    if (offsets[a] < 0 || offsets[a] % kArenaAlign != 0 || offsets[a] + items[a].bytes > limit) {
      return false;
    }
    for (std::size_t b = 0; b < a; ++b) {
      if (!together(items[a], items[b]) || !overlap(items[a], offsets[a], items[b], offsets[b])) {
        continue;
      }
      const bool overlaid =
          std::any_of(overlays.begin(), overlays.end(), [&](const PlaceOverlay& overlay) {
            const auto in = static_cast<std::size_t>(overlay.in);
            const auto out = static_cast<std::size_t>(overlay.out);
            const bool these = (in == a && out == b) || (in == b && out == a);
            return these && offsets[in] - offsets[out] >= overlay.gap;
          });
      if (!overlaid) return false;
    }
  }
  return true;
}

// A chain of boundary tensors, each an overlay of the one before, and rings that fill all bytes
// around them. At every time exactly `limit` bytes are used.
struct TightChain {
  std::vector<PlaceItem> items;
  std::vector<PlaceOverlay> overlays;
  std::int64_t limit = 0;

  TightChain(std::mt19937& random, std::size_t length) {
    const auto number = [&](int least, int most) {
      return kArenaAlign *
             (least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1)));
    };
    limit = number(60, 100);
    std::int64_t at = number(20, 30);
    items.push_back({number(10, 30), 0, 0});
    for (std::size_t time = 0; time < length; ++time) {
      const std::int64_t bytes = number(10, 30);
      const std::int64_t upper = number(0, 2);
      const std::int64_t gap = upper - number(0, 2);
      const std::int64_t to = std::clamp<std::int64_t>(at - gap, 0, limit - bytes);
      const std::int64_t end = std::max(at + items[last_].bytes, to + bytes);
      overlays.push_back({last_, items.size(), at - to});
      items[last_].last = time;
      items.push_back({bytes, time, time});
      last_ = items.size() - 1;
      fill(random, std::min(at, to), time);
      fill(random, limit - end, time);
      at = to;
    }
  }

 private:
  void fill(std::mt19937& random, std::int64_t bytes, std::size_t time) {
    while (bytes > 0) {
      const auto units = static_cast<std::int64_t>(4 + random() % 20);
      const std::int64_t piece = std::min(bytes, kArenaAlign * units);
      items.push_back({piece, time, time});
      bytes -= piece;
    }
  }
  std::size_t last_ = 0;  // the latest boundary tensor; the next one is its overlay
};

}  // namespace

TEST_CASE("a search through time finds places that depend on what comes later") {
  // Blocks 5 to 12 of MobileNetV2 1.0 224 on the Cortex-M7 within 48 KiB. The last tensor leaves
  // room for its ring only above it, so its offset is from 0 to 192. The tensor before it must be
  // 4480 higher, at 4480 to 4672. The first must be 1792 below that one, at 2688 or more; because
  // of the rings above it, at 2912 or less.
  const std::vector<PlaceItem> items{
      {25088, 0, 1}, {16128, 0, 0}, {5024, 0, 0}, {2112, 0, 0},                 // 0: the first
      {12544, 1, 2}, {16128, 1, 1}, {4800, 1, 1},                               // 4: gap -1792
      {18816, 2, 3}, {16128, 2, 2}, {9600, 2, 2}, {24192, 3, 3}, {5952, 3, 3},  // 7: gap 4480
  };
  const std::vector<PlaceOverlay> overlays{{0, 4, -1792}, {4, 7, 4480}};
  const auto offsets = place_within(items, overlays, 49152);
  REQUIRE(offsets);
  CHECK(valid(items, overlays, *offsets, 49152));
  CHECK((*offsets)[0] >= 2688);
  CHECK((*offsets)[0] <= 2912);
  CHECK(!place_within(items, overlays, 48960 - kArenaAlign));  // time 3 alone needs 48960 bytes
}

TEST_CASE("tight chains are placed without a gap") {
  std::mt19937 random(11);
  int found = 0;
  for (int i = 0; i < 200; ++i) {
    CAPTURE(i);
    const TightChain chain(random, 3 + i % 12);
    const auto offsets = place_within(chain.items, chain.overlays, chain.limit);
    if (!offsets) continue;
    ++found;
    CHECK(valid(chain.items, chain.overlays, *offsets, chain.limit));
  }
  CHECK(found >= 190);
}
