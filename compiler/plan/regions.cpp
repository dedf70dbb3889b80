#include "compiler/plan/regions.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <tuple>
#include <utility>

namespace spindle {
namespace {

constexpr int kTrialTries = 30;    // orders tried to see whether an item still fits
constexpr int kMostPromoted = 12;  // times that an item without a place is moved to the front

class TrafficCounter {
 public:
  explicit TrafficCounter(const Plan& plan) : plan_(plan), traffic_(plan.buffers.size(), 0) {}

  IdVector<BufferId, std::int64_t> run() {
    for (const PlannedStepId id : plan_.steps.steps.ids()) add_step(id);
    std::int64_t pushes = 0;
    for (const ValueId id : plan_.steps.values.ids()) {
      const Value& value = plan_.steps.value(id);
      if (value.storage == Storage::kStream) pushes = value.rows;
      if (value.given) add(id, value.bytes());  // the caller writes it
    }
    for (const PlannedStepId id : plan_.steps.steps.ids()) {
      if (plan_.steps.step(id).receives) pushes = plan_.steps.rows(id);
    }
    for (const BufferId id : plan_.buffers.ids()) {
      const Buffer& buffer = plan_.buffers[id];
      if (buffer.kind == BufferKind::kState) traffic_[id] = 2 * buffer.bytes * pushes;
    }
    return std::move(traffic_);
  }

 private:
  void add(ValueId value, std::int64_t bytes) {
    const BufferId buffer = plan_.buffer_of[value];
    if (buffer) traffic_[buffer] += bytes;
  }

  void add_step(PlannedStepId id) {
    const PlannedStep& step = plan_.steps.step(id);
    const Value& out = plan_.steps.value(step.output);
    for (std::int64_t y = 0; y < out.rows; y += step.band) {
      const std::int64_t last = y + plan_.steps.band(id, y) - 1;
      for (const StepInput& input : step.inputs) {
        const Value& value = plan_.steps.value(input.value);
        const std::int64_t rows =
            input.access.end(last, value.rows) - input.access.first(y, value.rows);
        add(input.value, rows * value.row_bytes);
      }
    }
    add(step.output, (out.accumulator ? 2 : 1) * out.bytes());
    const BufferId scratch = plan_.scratch_of[id];
    if (!scratch) return;
    traffic_[scratch] += step.members.empty()
                             ? 2 * step.scratch_bytes * ((out.rows + step.band - 1) / step.band)
                             : tile_traffic(step);
  }

  // Traffic of the tiles of a joined step, in bytes.
  [[nodiscard]] std::int64_t tile_traffic(const PlannedStep& step) const {
    std::int64_t bytes = 0;
    for (const PlannedStep::Member& reader : step.members) {
      const Step& unfused = plan_.unfused.step(reader.step);
      if (reader.tile_offset >= 0) bytes += plan_.unfused.value(unfused.output).bytes();
      for (const StepInput& input : unfused.inputs) {
        const bool inside = std::any_of(
            step.members.begin(), step.members.end(), [&](const PlannedStep::Member& member) {
              return member.tile_offset >= 0 &&
                     plan_.unfused.step(member.step).output == input.value;
            });
        const std::int64_t rows = plan_.unfused.rows(reader.step) * input.access.extent;
        if (inside) bytes += rows * plan_.unfused.value(input.value).row_bytes;
      }
    }
    return bytes;
  }

  const Plan& plan_;
  IdVector<BufferId, std::int64_t> traffic_;
};

// Items that go into the same region.
struct Unit {
  std::vector<std::size_t> items;
  std::int64_t bytes = 0;
  std::int64_t traffic = 0;
};

class RegionPlacer {
 public:
  RegionPlacer(const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays,
               const std::vector<std::int64_t>& traffic, const Regions& regions)
      : items_(items),
        overlays_(overlays),
        traffic_(traffic),
        regions_(regions),
        fastest_(by_speed(regions)) {}

  // Places the units in order of traffic per byte. nullopt if some unit finds no place.
  [[nodiscard]] std::optional<RegionPlacement> place_units(std::vector<Unit> units) const {
    std::stable_sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) {
      return static_cast<double>(a.traffic) * static_cast<double>(b.bytes) >
             static_cast<double>(b.traffic) * static_cast<double>(a.bytes);
    });
    for (int i = 0; i <= kMostPromoted; ++i) {
      std::vector<RegionId> region_of(items_.size());
      const std::size_t failed = assign(units, region_of);
      if (failed == units.size()) return placed(std::move(region_of));
      if (failed == 0) return std::nullopt;  // it does not even fit into empty regions
      const auto at = units.begin() + static_cast<std::ptrdiff_t>(failed);
      std::rotate(units.begin(), at, at + 1);
    }
    return std::nullopt;
  }

  [[nodiscard]] std::vector<Unit> single() const {
    std::vector<Unit> units;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      units.push_back({{i}, items_[i].bytes, traffic_[i]});
    }
    return units;
  }

  // Units of two items that overlay each other, and of single items for the rest. The closest
  // overlays are paired first, and each item is in one unit only.
  [[nodiscard]] std::vector<Unit> paired() const {
    std::vector<Unit> units = single();
    std::vector<PlaceOverlay> closest = overlays_;
    std::stable_sort(closest.begin(), closest.end(),
                     [](const PlaceOverlay& a, const PlaceOverlay& b) { return a.gap < b.gap; });
    for (const PlaceOverlay& overlay : closest) {
      Unit& in = units[overlay.in];
      Unit& out = units[overlay.out];
      if (in.items.size() != 1 || out.items.size() != 1) continue;
      in.items.push_back(overlay.out);
      in.bytes = std::max(in.bytes, out.bytes);
      in.traffic += out.traffic;
      out.items.clear();
    }
    std::erase_if(units, [](const Unit& unit) { return unit.items.empty(); });
    return units;
  }

  // The sum of all traffic, each byte multiplied by the number of regions faster than its own.
  [[nodiscard]] std::int64_t cost(const RegionPlacement& placement) const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const auto slow =
          std::find(fastest_.begin(), fastest_.end(), placement.regions[i]) - fastest_.begin();
      sum += traffic_[i] * slow;
    }
    return sum;
  }

 private:
  // Assigns each unit to the fastest region that has room. Returns the index of the first unit that
  // finds none, or the number of units.
  std::size_t assign(const std::vector<Unit>& units, std::vector<RegionId>& region_of) const {
    for (std::size_t i = 0; i < units.size(); ++i) {
      const auto put = [&](RegionId region) {
        for (std::size_t item : units[i].items) region_of[item] = region;
      };
      const bool found = std::any_of(fastest_.begin(), fastest_.end(), [&](RegionId region) {
        if (!regions_[region].activations) return false;
        put(region);
        return placement_in(region, region_of, size_of(region), kTrialTries).total <=
               size_of(region);
      });
      if (found) continue;
      put({});
      return i;
    }
    return units.size();
  }

  [[nodiscard]] std::int64_t size_of(RegionId region) const { return regions_[region].size; }

  // Places the items in `region`; offsets are in the order of these items. The search stops at
  // `enough` bytes. If the lower bound is larger than the region, returns only that as the total,
  // without offsets.
  [[nodiscard]] Placement placement_in(RegionId region, const std::vector<RegionId>& region_of,
                                       std::int64_t enough, int tries) const {
    constexpr std::size_t kElsewhere = std::numeric_limits<std::size_t>::max();
    std::vector<std::size_t> local(items_.size(), kElsewhere);
    std::vector<PlaceItem> items;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (region_of[i] != region) continue;
      local[i] = items.size();
      items.push_back(items_[i]);
    }
    std::vector<PlaceOverlay> overlays;
    for (const PlaceOverlay& overlay : overlays_) {
      const std::size_t in = local[overlay.in];
      const std::size_t out = local[overlay.out];
      if (in != kElsewhere && out != kElsewhere) overlays.push_back({in, out, overlay.gap});
    }
    const std::int64_t bound = place_bound(items, overlays);
    if (bound > size_of(region)) return {{}, bound};
    return place(items, overlays, std::max(bound, enough), tries);
  }

  // Finds the best offsets in each region.
  [[nodiscard]] RegionPlacement placed(std::vector<RegionId> region_of) const {
    RegionPlacement result{std::move(region_of), std::vector<std::int64_t>(items_.size(), 0)};
    for (const RegionId region : fastest_) {
      Placement best = placement_in(region, result.regions, size_of(region), kTrialTries);
      Placement smaller = placement_in(region, result.regions, 0, kPlaceTries);
      if (smaller.total < best.total) best = std::move(smaller);
      std::size_t next = 0;
      for (std::size_t i = 0; i < items_.size(); ++i) {
        if (result.regions[i] == region) result.offsets[i] = best.offsets[next++];
      }
    }
    return result;
  }

  const std::vector<PlaceItem>& items_;
  const std::vector<PlaceOverlay>& overlays_;
  const std::vector<std::int64_t>& traffic_;
  const Regions& regions_;
  std::vector<RegionId> fastest_;
};

}  // namespace

IdVector<BufferId, std::int64_t> buffer_traffic(const Plan& plan) {
  return TrafficCounter(plan).run();
}

std::optional<RegionPlacement> place_in_regions(const std::vector<PlaceItem>& items,
                                                const std::vector<PlaceOverlay>& overlays,
                                                const std::vector<std::int64_t>& traffic,
                                                const Regions& regions) {
  const RegionPlacer placer(items, overlays, traffic, regions);
  std::optional<RegionPlacement> best = placer.place_units(placer.paired());
  std::optional<RegionPlacement> other = placer.place_units(placer.single());
  if (!best || (other && placer.cost(*other) < placer.cost(*best))) best = std::move(other);
  return best;
}

std::vector<RegionId> by_speed(const Regions& regions) {
  std::vector<RegionId> order(regions.ids().begin(), regions.ids().end());
  std::stable_sort(order.begin(), order.end(), [&](RegionId a, RegionId b) {
    const Region& x = regions[a];
    const Region& y = regions[b];
    return std::tie(x.rank, x.size) < std::tie(y.rank, y.size);
  });
  return order;
}

}  // namespace spindle
