// What a Program puts into the regions of a memory map.
#pragma once

#include <cstdint>

#include "compiler/lower/program/program.h"
#include "compiler/lower/select/select.h"
#include "compiler/plan/plan.h"
#include "compiler/support/id.h"

namespace spindle {

struct ArenaList {
  IdVector<ArenaId, Arena> arenas;        // at least one
  IdVector<RegionId, ArenaId> by_region;  // empty without a memory map
};

// One arena for each region that is used. If none is, an empty one in the first region that may
// hold activations.
[[nodiscard]] ArenaList list_arenas(const Plan& plan);

// How often each constant of the selection is read in one run: once for each call of a kernel that
// has it.
[[nodiscard]] IdVector<ConstantId, std::int64_t> constant_reads(const Selection& selection,
                                                                const Plan& plan);

struct WeightList {
  IdVector<WeightRegionId, WeightRegion> regions;  // those that hold constants
  IdVector<ConstantId, WeightRegionId> by_constant;
};

// Places the constants, those that are read most often first. Each goes to the fastest region that
// may hold weights and has room for it beside its arena. The C compiler places those that fit
// nowhere.
[[nodiscard]] WeightList list_weights(const Selection& selection, const Plan& plan);

}  // namespace spindle
