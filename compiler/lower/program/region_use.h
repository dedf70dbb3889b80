// What the program puts into the regions of a memory map.
#pragma once

#include <vector>

#include "compiler/lower/program/program.h"
#include "compiler/lower/select/select.h"
#include "compiler/plan/plan.h"

namespace spindle {

struct ArenaList {
  std::vector<Arena> arenas;   // at least one
  std::vector<int> by_region;  // index of each region's arena; empty without a memory map
};

// One arena for each region that is used; the first that could be if none is.
[[nodiscard]] ArenaList list_arenas(const Plan& plan);

// How often each constant is read in one run, by its index in the selection: once for each call of
// a kernel that has it.
[[nodiscard]] std::vector<std::int64_t> constant_reads(const Selection& selection,
                                                       const Plan& plan);

struct WeightList {
  std::vector<WeightRegion> regions;  // those that hold constants
  std::vector<int> by_constant;       // index of each constant's region, -1 for none
};

// Constants in the order of how often they are read, each into the fastest region that holds
// weights and has room for it beside its arena. What fits nowhere stays where C puts it.
[[nodiscard]] WeightList list_weights(const Selection& selection, const Plan& plan);

}  // namespace spindle
