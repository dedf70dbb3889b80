#include "compiler/lower/program/region_use.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "compiler/plan/place.h"
#include "compiler/plan/planner.h"
#include "compiler/plan/regions.h"

namespace spindle {
namespace {

// For each step of the selection, how often its kernels are called in one run.
std::vector<std::int64_t> step_calls(const Selection& selection, const Plan& plan) {
  std::vector<std::int64_t> calls(selection.steps.steps.size(), 0);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    calls[i] = selection.steps.rows(static_cast<StepId>(i));
  }
  for (const Step& step : plan.steps.steps) {
    const std::int64_t tiles =
        step.members.empty() ? 1 : (step.columns + step.tile - 1) / step.tile;
    for (const Step::Member& member : step.members) {
      calls[static_cast<std::size_t>(member.step)] *= tiles;
    }
  }
  return calls;
}

// The size of an array with the padding that a compiler may add to align it.
std::int64_t with_padding(std::int64_t bytes) {
  return align_up(bytes) + kArenaAlign;
}

}  // namespace

ArenaList list_arenas(const Plan& plan) {
  ArenaList list;
  for (std::size_t i = 0; i < plan.regions.size(); ++i) {
    const Region& region = plan.regions[i];
    list.by_region.push_back(static_cast<int>(list.arenas.size()));
    if (region.arena_bytes > 0) {
      list.arenas.push_back({region.name, region.arena_bytes, region.attribute,
                             occupied_bytes(plan, static_cast<int>(i))});
    }
  }
  if (!list.arenas.empty()) return list;
  const auto first = std::find_if(plan.regions.begin(), plan.regions.end(),
                                  [](const Region& region) { return region.activations; });
  if (first == plan.regions.end()) {
    list.arenas.push_back({"", plan.arena_bytes, "", occupied_bytes(plan)});
  } else {
    list.arenas.push_back({first->name, 0, first->attribute, 0});
  }
  return list;
}

std::vector<std::int64_t> constant_reads(const Selection& selection, const Plan& plan) {
  std::vector<std::int64_t> reads(selection.constants.size(), 0);
  const std::vector<std::int64_t> calls = step_calls(selection, plan);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    for (const KernelCall& call : selection.calls[i]) {
      for (const Field& field : call.fields) {
        if (field.kind != Field::Kind::kPointer || field.index < 0) continue;
        reads[static_cast<std::size_t>(field.index)] += calls[i];
      }
    }
    for (const StepInput& input : selection.steps.steps[i].inputs) {
      const Value& value = selection.steps.value(input.value);
      if (value.storage != Storage::kConstant) continue;
      reads[static_cast<std::size_t>(value.io_index)] += calls[i];
    }
  }
  return reads;
}

WeightList list_weights(const Selection& selection, const Plan& plan) {
  WeightList list;
  list.by_constant.assign(selection.constants.size(), -1);
  std::vector<std::int64_t> room;
  std::vector<int> index(plan.regions.size(), -1);  // in list.regions
  for (const Region& region : plan.regions) {
    room.push_back(region.weights ? region.size - with_padding(region.arena_bytes) : 0);
  }
  const std::vector<std::int64_t> reads = constant_reads(selection, plan);
  std::vector<std::size_t> order(selection.constants.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return reads[a] > reads[b]; });
  const std::vector<int> fastest = by_speed(plan.regions);
  for (std::size_t constant : order) {
    const auto bytes = static_cast<std::int64_t>(selection.constants[constant].bytes.size());
    const auto found = std::find_if(fastest.begin(), fastest.end(), [&](int region) {
      return with_padding(bytes) <= room[static_cast<std::size_t>(region)];
    });
    if (found == fastest.end()) continue;
    const auto region = static_cast<std::size_t>(*found);
    room[region] -= with_padding(bytes);
    if (index[region] < 0) {
      index[region] = static_cast<int>(list.regions.size());
      list.regions.push_back({plan.regions[region].name, plan.regions[region].attribute, 0});
    }
    list.by_constant[constant] = index[region];
    list.regions[static_cast<std::size_t>(index[region])].bytes += bytes;
  }
  return list;
}

}  // namespace spindle
