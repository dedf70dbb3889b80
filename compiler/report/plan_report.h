// What `spindle plan` shows, whatever the format: plan_text.h, plan_json.h and plan_html.h only
// print it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/plan/plan.h"
#include "compiler/report/paper_table.h"
#include "compiler/report/resolution.h"
#include "compiler/report/time_estimate.h"
#include "compiler/stack/stack_need.h"

namespace spindle {

// A memory that holds activations, in an arena of its own.
struct ReportRegion {
  std::string name;
  std::int64_t size = 0;  // that the model may use
  std::int64_t arena_bytes = 0;
  std::int64_t base = 0;  // where it begins when the arenas are drawn on top of each other
};

// A buffer of the arena. Names are the model's own and may hold any bytes.
struct ReportBuffer {
  std::string name;
  BufferKind kind = BufferKind::kRing;
  std::int64_t offset = 0;  // within its region
  int region = 0;           // index into PlanReport::regions; 0 where there are none
  std::int64_t at = 0;      // offset plus the region's base
  std::int64_t bytes = 0;
  int first_cascade = 0;
  int last_cascade = 0;
  std::int64_t rows = 0;     // kept; 0 for scratch
  std::int64_t of_rows = 0;  // of the whole tensor
  std::int64_t row_bytes = 0;
  Shape shape;  // NHWC; empty for scratch and sums
  Resolution resolution;
  int over = -1;        // buffer whose bytes it takes over while they are read
  bool fills = false;   // written row by row during first_cascade
  bool drains = false;  // read row by row, for the last time, during last_cascade

  [[nodiscard]] bool live_in(int cascade) const {
    return first_cascade <= cascade && cascade <= last_cascade;
  }
};

// How the output of a layer exists.
enum class Kept : std::uint8_t { kWhole, kRing, kTile, kSums, kOutput };

// One operator, or part of one: what one kernel computes.
struct ReportLayer {
  std::string name;  // as `inspect` calls it (layer_name), or the step's where no node asked for it
  std::string step;  // its own step: what `verify --layers` and the cascades' names say
  std::string tensor;  // that it writes
  std::string op;      // "depthwise 3x3 /2"
  std::string type;    // of the tensor
  Shape shape;
  Resolution resolution;
  std::string block;        // "block_3_expand", or empty
  bool bottleneck = false;  // the thin end of an inverted residual
  int cascade = 0;
  std::int64_t macs = 0;  // computed once
  std::int64_t extra_macs = 0;
  std::int64_t weight_bytes = 0;
  Kept kept = Kept::kWhole;
  std::int64_t rows = 0;  // kept
  std::int64_t of_rows = 0;
  std::int64_t columns = 0;      // of a tile, else 0
  std::int64_t bytes = 0;        // kept; 0 for outputs, which are the caller's
  std::int64_t whole_bytes = 0;  // of the whole tensor
  int buffer = -1;               // the tensor's own; -1 for tiles and outputs
};

// What a step reads from outside of itself.
struct ReportRead {
  std::string name;
  Storage storage = Storage::kArena;
  int buffer = -1;  // -1 if it is not in the arena
};

// One function of the generated code: a layer, or several that are joined column by column.
struct ReportStep {
  std::string name;
  std::int64_t rows = 0;          // of its output
  std::int64_t band = 1;          // rows of a call
  std::int64_t tile_columns = 0;  // 0 if it computes whole rows
  std::int64_t macs = 0;
  std::int64_t extra_macs = 0;
  std::int64_t weight_bytes = 0;
  std::vector<int> layers;
  std::vector<ReportRead> reads;
};

struct ReportCascade {
  std::string name;
  std::int64_t live_bytes = 0;
  std::int64_t macs = 0;
  std::int64_t extra_macs = 0;
  int first_layer = 0;
  int end_layer = 0;
  std::vector<ReportStep> steps;
};

// Everything of one spatial resolution.
struct ReportResolution {
  Resolution resolution;
  std::int64_t live_bytes = 0;        // most alive while some layer of this resolution is computed
  std::int64_t kept_bytes = 0;        // most bytes of tensors of this resolution alive together
  std::int64_t tensor_bytes = 0;      // its largest tensor, were it whole
  std::int64_t bottleneck_bytes = 0;  // its largest bottleneck, were it whole; 0 without one
  const PaperRow* paper = nullptr;    // the paper's row for this reduction of the picture
};

// A tensor that must be kept whole while others are, whatever the plan.
struct ReportWhole {
  std::string name;
  std::int64_t bytes = 0;
  Shape shape;  // NHWC
};

struct PlanReport {
  std::string model;  // the file's name, without its folder
  std::string target;
  std::int64_t arena_bytes = 0;
  std::int64_t lower_bound_bytes = 0;
  std::int64_t whole_tensors_bytes = 0;  // layer by layer, every tensor whole until its last use
  // What no plan avoids that computes nothing twice (plan/coexistence.h): bytes of the arena, the
  // tensors, and the layer until which they must be kept. 0 and empty if nothing need be whole.
  std::int64_t coexisting_bytes = 0;
  std::vector<ReportWhole> coexisting;
  std::string coexisting_until;
  std::int64_t weights_bytes = 0;
  std::int64_t code_bytes = 0;  // an estimate
  StackNeed stack;
  InputMode input_mode = InputMode::kExternal;
  std::int64_t input_bytes = 0;
  std::int64_t output_bytes = 0;
  std::int64_t macs = 0;
  std::int64_t extra_macs = 0;
  std::optional<TimeEstimate> time;
  int activation_bits = 8;  // of most of the work: 8 or 32
  int peak_cascade = -1;    // index of the one with the most alive; -1 if the arena is empty
  std::vector<ReportRegion> regions;  // of the memory map; empty without one: a single arena
  std::vector<ReportCascade> cascades;
  std::vector<ReportBuffer> buffers;
  std::vector<ReportLayer> layers;            // in order of execution
  std::vector<ReportResolution> resolutions;  // from the largest down
  std::vector<PlanPoint> frontier;            // RAM against work; may be empty

  [[nodiscard]] bool input_counted() const { return input_mode == InputMode::kArena; }
  // A bound far below the arena says nothing: what limits it are rings and tiles.
  [[nodiscard]] bool shows_coexisting() const {
    return coexisting_bytes > 0 && 4 * coexisting_bytes >= arena_bytes;
  }
  // MACs computed again, in percent of the model's.
  [[nodiscard]] double extra_percent(const PlanPoint& point) const {
    return macs == 0 ? 0
                     : 100.0 * static_cast<double>(point.extra_macs) / static_cast<double>(macs);
  }
};

// `frontier`: plans to choose from, of the same model; the report's own need not be among them.
[[nodiscard]] PlanReport make_plan_report(const Compilation& compilation,
                                          std::vector<PlanPoint> frontier = {});

// The tensors that coexist, as "features 1x33x33x160 (170.2 KiB)" with commas between them.
[[nodiscard]] std::string coexisting_text(const PlanReport& report);

// Bytes of machine code to expect for the model's kernels and schedule, Thumb-2 at -O2.
[[nodiscard]] std::int64_t estimate_code_bytes(const Program& program);

// "boundary", "ring", ...: as all formats call it.
[[nodiscard]] const char* kind_name(BufferKind kind);
[[nodiscard]] const char* kept_name(Kept kept);
[[nodiscard]] const char* mode_name(InputMode mode);

}  // namespace spindle
