#include "compiler/plan/regions.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <tuple>
#include <utility>

namespace spindle {
namespace {

constexpr int kTrialTries = 30;    // orders tried to see whether an item still fits
constexpr int kMostPromoted = 12;  // times that an item without a place is moved to the front

class TrafficCounter {
 public:
  explicit TrafficCounter(const Plan& plan) : plan_(plan), traffic_(plan.buffers.size(), 0) {}

  std::vector<std::int64_t> run() {
    for (std::size_t i = 0; i < plan_.steps.steps.size(); ++i) add_step(static_cast<StepId>(i));
    std::int64_t pushes = 0;
    for (const Value& value : plan_.steps.values) {
      if (value.storage == Storage::kStream) pushes = value.rows;
      if (value.given) add(value_id(value), value.bytes());  // the caller writes it
    }
    for (std::size_t i = 0; i < plan_.steps.steps.size(); ++i) {
      if (plan_.steps.steps[i].receives) pushes = plan_.steps.rows(static_cast<StepId>(i));
    }
    for (std::size_t i = 0; i < plan_.buffers.size(); ++i) {
      const Buffer& buffer = plan_.buffers[i];
      if (buffer.kind == BufferKind::kState) traffic_[i] = 2 * buffer.bytes * pushes;
    }
    return std::move(traffic_);
  }

 private:
  [[nodiscard]] ValueId value_id(const Value& value) const {
    return static_cast<ValueId>(&value - plan_.steps.values.data());
  }

  void add(ValueId value, std::int64_t bytes) {
    const int buffer = plan_.buffer_of[static_cast<std::size_t>(value)];
    if (buffer >= 0) traffic_[static_cast<std::size_t>(buffer)] += bytes;
  }

  void add_step(StepId id) {
    const Step& step = plan_.steps.step(id);
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
    const int scratch = plan_.scratch_of[static_cast<std::size_t>(id)];
    if (scratch < 0) return;
    traffic_[static_cast<std::size_t>(scratch)] +=
        step.members.empty() ? 2 * step.scratch_bytes * ((out.rows + step.band - 1) / step.band)
                             : tile_traffic(step);
  }

  // Traffic of the tiles of a joined step, in bytes.
  [[nodiscard]] std::int64_t tile_traffic(const Step& step) const {
    std::int64_t bytes = 0;
    for (const Step::Member& reader : step.members) {
      const Step& unfused = plan_.unfused.step(reader.step);
      if (reader.tile_offset >= 0) bytes += plan_.unfused.value(unfused.output).bytes();
      for (const StepInput& input : unfused.inputs) {
        const bool inside =
            std::any_of(step.members.begin(), step.members.end(), [&](const Step::Member& member) {
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
  std::vector<std::int64_t> traffic_;
};

// Items that go into the same region.
struct Unit {
  std::vector<int> items;
  std::int64_t bytes = 0;
  std::int64_t traffic = 0;
};

class RegionPlacer {
 public:
  RegionPlacer(const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays,
               const std::vector<std::int64_t>& traffic, const std::vector<Region>& regions)
      : items_(items),
        overlays_(overlays),
        traffic_(traffic),
        regions_(regions),
        fastest_(by_speed(regions)) {}

  // Places the units in order of traffic per byte. nullopt if some unit finds no place.
  std::optional<RegionPlacement> place_units(std::vector<Unit> units) const {
    std::stable_sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) {
      return static_cast<double>(a.traffic) * static_cast<double>(b.bytes) >
             static_cast<double>(b.traffic) * static_cast<double>(a.bytes);
    });
    for (int i = 0; i <= kMostPromoted; ++i) {
      std::vector<int> region_of(items_.size(), -1);
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
      units.push_back({{static_cast<int>(i)}, items_[i].bytes, traffic_[i]});
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
      Unit& in = units[static_cast<std::size_t>(overlay.in)];
      Unit& out = units[static_cast<std::size_t>(overlay.out)];
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
  std::size_t assign(const std::vector<Unit>& units, std::vector<int>& region_of) const {
    for (std::size_t i = 0; i < units.size(); ++i) {
      const auto put = [&](int region) {
        for (int item : units[i].items) region_of[static_cast<std::size_t>(item)] = region;
      };
      const bool found = std::any_of(fastest_.begin(), fastest_.end(), [&](int region) {
        if (!regions_[static_cast<std::size_t>(region)].activations) return false;
        put(region);
        return placement_in(region, region_of, size_of(region), kTrialTries).total <=
               size_of(region);
      });
      if (found) continue;
      put(-1);
      return i;
    }
    return units.size();
  }

  [[nodiscard]] std::int64_t size_of(int region) const {
    return regions_[static_cast<std::size_t>(region)].size;
  }

  // Places the items in `region`; offsets are in the order of these items. The search stops at
  // `enough` bytes. If the lower bound is larger than the region, returns only that as the total,
  // without offsets.
  [[nodiscard]] Placement placement_in(int region, const std::vector<int>& region_of,
                                       std::int64_t enough, int tries) const {
    std::vector<int> local(items_.size(), -1);
    std::vector<PlaceItem> items;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (region_of[i] != region) continue;
      local[i] = static_cast<int>(items.size());
      items.push_back(items_[i]);
    }
    std::vector<PlaceOverlay> overlays;
    for (const PlaceOverlay& overlay : overlays_) {
      const int in = local[static_cast<std::size_t>(overlay.in)];
      const int out = local[static_cast<std::size_t>(overlay.out)];
      if (in >= 0 && out >= 0) overlays.push_back({in, out, overlay.gap});
    }
    const std::int64_t bound = place_bound(items, overlays);
    if (bound > size_of(region)) return {{}, bound};
    return place(items, overlays, std::max(bound, enough), tries);
  }

  // Finds the best offsets in each region.
  [[nodiscard]] RegionPlacement placed(std::vector<int> region_of) const {
    RegionPlacement result{std::move(region_of), std::vector<std::int64_t>(items_.size(), 0)};
    for (int region : fastest_) {
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
  const std::vector<Region>& regions_;
  std::vector<int> fastest_;
};

}  // namespace

std::vector<std::int64_t> buffer_traffic(const Plan& plan) {
  return TrafficCounter(plan).run();
}

std::optional<RegionPlacement> place_in_regions(const std::vector<PlaceItem>& items,
                                                const std::vector<PlaceOverlay>& overlays,
                                                const std::vector<std::int64_t>& traffic,
                                                const std::vector<Region>& regions) {
  const RegionPlacer placer(items, overlays, traffic, regions);
  std::optional<RegionPlacement> best = placer.place_units(placer.paired());
  std::optional<RegionPlacement> other = placer.place_units(placer.single());
  if (!best || (other && placer.cost(*other) < placer.cost(*best))) best = std::move(other);
  return best;
}

std::vector<int> by_speed(const std::vector<Region>& regions) {
  std::vector<int> order(regions.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    const Region& x = regions[static_cast<std::size_t>(a)];
    const Region& y = regions[static_cast<std::size_t>(b)];
    return std::tie(x.rank, x.size) < std::tie(y.rank, y.size);
  });
  return order;
}

}  // namespace spindle
