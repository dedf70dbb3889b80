#include "compiler/lower/program/region_use.h"

#include <algorithm>
#include <vector>

#include "compiler/plan/occupancy.h"
#include "compiler/plan/place.h"
#include "compiler/plan/regions.h"

namespace spindle {
namespace {

// For each step of the selection, how often its kernels are called in one run.
IdVector<StepId, std::int64_t> step_calls(const Selection& selection, const Plan& plan) {
  IdVector<StepId, std::int64_t> calls;
  for (const StepId id : selection.steps.steps.ids()) calls.push_back(selection.steps.rows(id));
  for (const PlannedStep& step : plan.steps.steps) {
    const std::int64_t tiles =
        step.members.empty() ? 1 : (step.columns + step.tile - 1) / step.tile;
    for (const PlannedStep::Member& member : step.members) calls[member.step] *= tiles;
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
  for (const RegionId id : plan.regions.ids()) {
    const Region& region = plan.regions[id];
    list.by_region.push_back(list.arenas.end_id());
    if (region.arena_bytes == 0) continue;
    list.arenas.push_back({.name = region.name,
                           .bytes = region.arena_bytes,
                           .attribute = region.attribute,
                           .planned_bytes = occupied_bytes(plan, id)});
  }
  if (!list.arenas.empty()) return list;
  const auto first = std::find_if(plan.regions.begin(), plan.regions.end(),
                                  [](const Region& region) { return region.activations; });
  if (first == plan.regions.end()) {
    list.arenas.push_back({.name = "",
                           .bytes = plan.arena_bytes,
                           .attribute = "",
                           .planned_bytes = occupied_bytes(plan)});
  } else {
    list.arenas.push_back({.name = first->name, .attribute = first->attribute});
  }
  return list;
}

IdVector<ConstantId, std::int64_t> constant_reads(const Selection& selection, const Plan& plan) {
  IdVector<ConstantId, std::int64_t> reads(selection.constants.size(), 0);
  const IdVector<StepId, std::int64_t> calls = step_calls(selection, plan);
  for (const StepId id : calls.ids()) {
    for (const KernelCall& call : selection.calls[id]) {
      for (const Field& field : call.fields) {
        if (field.kind == Field::Kind::kPointer && field.constant) {
          reads[field.constant] += calls[id];
        }
      }
    }
    for (const StepInput& input : selection.steps.step(id).inputs) {
      const Value& value = selection.steps.value(input.value);
      if (value.storage != Storage::kConstant) continue;
      reads[value.constant] += calls[id];
    }
  }
  return reads;
}

WeightList list_weights(const Selection& selection, const Plan& plan) {
  WeightList list;
  list.by_constant.resize(selection.constants.size());
  IdVector<RegionId, std::int64_t> room;
  IdVector<RegionId, WeightRegionId> used(plan.regions.size());  // none if it holds no constant yet
  for (const Region& region : plan.regions) {
    room.push_back(region.weights ? region.size - with_padding(region.arena_bytes) : 0);
  }
  const IdVector<ConstantId, std::int64_t> reads = constant_reads(selection, plan);
  std::vector<ConstantId> order(reads.ids().begin(), reads.ids().end());
  std::stable_sort(order.begin(), order.end(),
                   [&](ConstantId a, ConstantId b) { return reads[a] > reads[b]; });
  const std::vector<RegionId> fastest = by_speed(plan.regions);
  for (const ConstantId constant : order) {
    const auto bytes = static_cast<std::int64_t>(selection.constants[constant].bytes.size());
    const auto found = std::find_if(fastest.begin(), fastest.end(), [&](RegionId region) {
      return with_padding(bytes) <= room[region];
    });
    if (found == fastest.end()) continue;
    const RegionId region = *found;
    room[region] -= with_padding(bytes);
    if (!used[region]) {
      used[region] =
          list.regions.push_back({plan.regions[region].name, plan.regions[region].attribute, 0});
    }
    list.by_constant[constant] = used[region];
    list.regions[used[region]].bytes += bytes;
  }
  return list;
}

}  // namespace spindle
