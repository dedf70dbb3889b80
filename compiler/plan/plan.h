// The result of planning.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/plan/steps.h"

namespace spindle {

// Steps [first, end) of Plan::steps that run together, row by row. Cascades run one after the
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
  kState,  // what streamed input keeps between rows
};

// Where the model's input is while it runs.
enum class InputMode : std::uint8_t {
  kExternal,  // in the caller's buffer, never written
  kArena,     // in the arena, consumed as it is overlaid
  kStreamed,  // pushed row by row
};

// What a plan costs: a point of the frontier of RAM against work.
struct PlanPoint {
  std::int64_t arena_bytes = 0;
  std::int64_t extra_macs = 0;
};

// One memory of the target, as a memory map describes it. Each that holds activations has an arena
// of its own.
struct Region {
  std::string name;       // a C identifier
  std::int64_t size = 0;  // bytes that the model may use
  int rank = 0;           // the lower, the faster
  std::string attribute;  // what C says to put an object there; may be empty
  bool activations = true;
  bool weights = true;
  std::int64_t arena_bytes = 0;  // of activations, by the plan
};

// A piece of the arena. Live while cascades [first_cascade, last_cascade] run.
struct Buffer {
  std::string name;
  BufferKind kind = BufferKind::kRing;
  ValueId value = -1;     // -1 for scratch
  std::int64_t rows = 1;  // rows kept; equal to the value's when it is whole
  std::int64_t bytes = 0;
  std::int64_t offset = 0;
  int first_cascade = 0;
  int last_cascade = 0;
  int over = -1;   // index of the buffer that it partly or wholly overlays in place
  int region = 0;  // index into Plan::regions; 0 where there are none
};

struct Plan {
  StepGraph steps;    // with the steps of each cascade joined by columns (fuse_columns.h)
  StepGraph unfused;  // before that; what Step::Member::step counts in
  InputMode input_mode = InputMode::kExternal;
  std::vector<Cascade> cascades;
  std::vector<Buffer> buffers;
  std::vector<int> buffer_of;    // by ValueId; -1 for values outside of the arena
  std::vector<int> scratch_of;   // by StepId; -1 without scratch
  std::vector<Region> regions;   // as given; empty without a memory map: one arena then
  std::int64_t arena_bytes = 0;  // of all regions together
  std::int64_t lower_bound = 0;  // most bytes that must be live together in this partition
  std::int64_t macs = 0;
  std::int64_t extra_macs = 0;  // recomputed
  std::int64_t weight_bytes = 0;
};

}  // namespace spindle
