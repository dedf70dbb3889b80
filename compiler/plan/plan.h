// The result of planning.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/plan/steps.h"

namespace spindle {

// Steps [first, end) of Plan::steps, which run together, row by row. Cascades run one after the
// other.
struct Cascade {
  std::string name;
  StepId first = 0;
  StepId end = 0;
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

// A part of the arena, alive while cascades [first_cascade, last_cascade] run.
struct Buffer {
  std::string name;
  BufferKind kind = BufferKind::kRing;
  ValueId value = -1;     // -1 for scratch and state
  std::int64_t rows = 1;  // rows kept; those of the value if it is whole
  std::int64_t bytes = 0;
  std::int64_t offset = 0;
  int first_cascade = 0;
  int last_cascade = 0;
  int over = -1;   // index of the buffer that it overlays, wholly or in part; -1 if none
  int region = 0;  // index into Plan::regions; 0 where there are none
};

struct Plan {
  StepGraph steps;    // after fuse_columns
  StepGraph unfused;  // before fuse_columns; Step::Member::step is an index into this
  InputMode input_mode = InputMode::kExternal;
  std::vector<Cascade> cascades;
  std::vector<Buffer> buffers;
  std::vector<int> buffer_of;    // by ValueId; -1 for values outside of the arena
  std::vector<int> scratch_of;   // by StepId; -1 without scratch
  std::vector<Region> regions;   // from the memory map; empty if there is none: one arena then
  std::int64_t arena_bytes = 0;  // of all regions together
  std::int64_t lower_bound = 0;  // no arena for these cascades (before widen.h) can be smaller
  std::int64_t macs = 0;
  std::int64_t extra_macs = 0;  // MACs computed more than once
  std::int64_t weight_bytes = 0;
};

}  // namespace spindle
