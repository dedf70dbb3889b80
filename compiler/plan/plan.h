// The result of planning.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/plan/planned_steps.h"
#include "compiler/plan/steps.h"
#include "compiler/support/id.h"

namespace spindle {

using CascadeId = Id<struct CascadeTag>;  // in Plan::cascades
using BufferId = Id<struct BufferTag>;    // in Plan::buffers
using RegionId = Id<struct RegionTag>;    // in Plan::regions

// Steps [first, end) of Plan::steps, which run together, row by row. Cascades run one after the
// other.
struct Cascade {
  std::string name;
  PlannedStepId first, end;
};

enum class BufferKind : std::uint8_t {
  kBoundary,
  kRing,
  kAccumulator,
  kScratch,
  kInput,  // a model input that the caller puts into the arena
  kState,  // row counters that streamed input keeps between rows
};

// Where the model's input is while it runs.
enum class InputMode : std::uint8_t {
  kExternal,  // in the caller's buffer, never written
  kArena,     // in the arena, where other buffers may overwrite it once it is read
  kStreamed,  // pushed row by row
};

// What a plan costs: one point of the trade between RAM and extra work.
struct PlanPoint {
  std::int64_t arena_bytes = 0;
  std::int64_t extra_macs = 0;
};

// One memory of the target, as the user's memory map describes it. Each region that may hold
// activations has an arena of its own.
struct Region {
  std::string name;       // a C identifier
  std::int64_t size = 0;  // bytes that the model may use
  int rank = 0;           // a lower rank means a faster memory
  std::string attribute;  // C attribute that places an object there; may be empty
  bool activations = true;
  bool weights = true;
  std::int64_t arena_bytes = 0;  // of its arena, set by the planner
};

using Regions = IdVector<RegionId, Region>;

// A part of the arena, alive while cascades [first_cascade, last_cascade] run.
struct Buffer {
  std::string name;
  BufferKind kind = BufferKind::kRing;
  ValueId value = {};     // none for scratch and state
  std::int64_t rows = 1;  // rows kept; those of the value if it is whole
  std::int64_t bytes = 0;
  std::int64_t offset = 0;
  CascadeId first_cascade = {};
  CascadeId last_cascade = {};
  BufferId over = {};             // the buffer that it overlays, wholly or in part
  RegionId region = RegionId(0);  // the first one if the plan has no regions
};

struct Plan {
  PlannedGraph steps;
  StepGraph unfused;  // the selected steps, of which they were made
  InputMode input_mode = InputMode::kExternal;
  IdVector<CascadeId, Cascade> cascades;
  IdVector<BufferId, Buffer> buffers;
  IdVector<ValueId, BufferId> buffer_of;         // none for values outside of the arena
  IdVector<PlannedStepId, BufferId> scratch_of;  // none for steps without scratch
  Regions regions;               // from the memory map; empty if there is none: one arena then
  std::int64_t arena_bytes = 0;  // of all regions together
  std::int64_t lower_bound = 0;  // no arena for these cascades (before widen.h) can be smaller
  std::int64_t macs = 0;
  std::int64_t extra_macs = 0;  // MACs computed more than once
  std::int64_t weight_bytes = 0;
};

}  // namespace spindle
