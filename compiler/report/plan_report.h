// The contents of `spindle plan`, independent of the format. plan_text.h, plan_json.h and
// plan_html.h only print it.
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
#include "compiler/support/id.h"

namespace spindle {

using LayerId = Id<struct LayerTag>;  // in PlanReport::layers

// A memory region that holds activations in an arena of its own.
struct ReportRegion {
  std::string name;
  std::int64_t size = 0;  // bytes that the model may use
  std::int64_t arena_bytes = 0;
  std::int64_t base = 0;  // first address in drawings, which put all arenas on top of each other
};

// A buffer of the arena. Names come from the model and may contain any bytes.
struct ReportBuffer {
  std::string name;
  BufferKind kind = BufferKind::kRing;
  std::int64_t offset = 0;        // within its region
  RegionId region = RegionId(0);  // as Buffer::region
  std::int64_t at = 0;            // offset plus the region's base
  std::int64_t bytes = 0;
  CascadeId first_cascade, last_cascade;
  std::int64_t rows = 0;     // rows that the buffer holds; 0 for scratch
  std::int64_t of_rows = 0;  // rows of the whole tensor
  std::int64_t row_bytes = 0;
  Shape shape;  // NHWC; empty for scratch and sums
  Resolution resolution;
  BufferId over;        // the buffer whose bytes it takes over while that is being read
  bool fills = false;   // written row by row during first_cascade
  bool drains = false;  // read row by row, for the last time, during last_cascade

  [[nodiscard]] bool live_in(CascadeId cascade) const {
    return first_cascade <= cascade && cascade <= last_cascade;
  }
};

// In what form the output of a layer is stored.
enum class Kept : std::uint8_t { kWhole, kRing, kTile, kSums, kOutput };

// One operator, or the part of one that a single kernel computes.
struct ReportLayer {
  // As `inspect` prints it (layer_name); that of the step if it comes from no node.
  std::string name;
  std::string step;    // name of its step, as in `verify --layers` and in the cascades' names
  std::string tensor;  // the tensor that it writes
  std::string op;      // "depthwise 3x3 /2"
  std::string type;    // element type of that tensor
  Shape shape;
  Resolution resolution;
  std::string block;        // "block_3_expand", or empty
  bool bottleneck = false;  // whether it is the narrow end of an inverted residual
  CascadeId cascade;
  std::int64_t macs = 0;  // without those computed again
  std::int64_t extra_macs = 0;
  std::int64_t weight_bytes = 0;
  Kept kept = Kept::kWhole;
  std::int64_t rows = 0;  // kept
  std::int64_t of_rows = 0;
  std::int64_t columns = 0;      // of a tile; 0 if there is no tile
  std::int64_t bytes = 0;        // kept; 0 for outputs, which are the caller's
  std::int64_t whole_bytes = 0;  // bytes of the whole tensor
  BufferId buffer;               // none for tiles and outputs
};

// A value that a step reads and does not compute itself.
struct ReportRead {
  std::string name;
  Storage storage = Storage::kArena;
  BufferId buffer;  // none if it is not in the arena
};

// One function of the generated code: a single layer, or several layers that are joined column by
// column.
struct ReportStep {
  std::string name;
  std::int64_t rows = 0;          // rows of its output
  std::int64_t band = 1;          // rows that one call computes
  std::int64_t tile_columns = 0;  // 0 if it computes whole rows
  std::int64_t macs = 0;
  std::int64_t extra_macs = 0;
  std::int64_t weight_bytes = 0;
  std::vector<LayerId> layers;
  std::vector<ReportRead> reads;
};

struct ReportCascade {
  std::string name;
  std::int64_t live_bytes = 0;
  std::int64_t macs = 0;
  std::int64_t extra_macs = 0;
  LayerId first_layer, end_layer;
  std::vector<ReportStep> steps;
};

// Totals for one spatial resolution.
struct ReportResolution {
  Resolution resolution;
  // Largest number of bytes alive while a layer of this resolution runs.
  std::int64_t live_bytes = 0;
  std::int64_t kept_bytes = 0;        // largest total of its tensors that are alive together
  std::int64_t tensor_bytes = 0;      // its largest tensor, stored whole
  std::int64_t bottleneck_bytes = 0;  // its largest bottleneck tensor, stored whole; 0 without one
  // The paper's row for the same reduction of the picture; null if none.
  const PaperRow* paper = nullptr;
};

// A tensor that, in any plan, must be kept whole together with others.
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
  // Peak if layers run one by one and each tensor is whole until its last use.
  std::int64_t whole_tensors_bytes = 0;
  // A lower bound for plans that compute nothing twice (plan/coexistence.h): bytes of the arena,
  // the tensors that must be whole together, and the layer until which they must be kept. 0 and
  // empty if no tensor has to be whole.
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
  int activation_bits = 8;  // 8 or 32, whichever most of the MACs work on
  CascadeId peak_cascade;   // the one with the most bytes alive; none if the arena is empty
  // Regions of the memory map; empty without a map, which means a single arena.
  IdVector<RegionId, ReportRegion> regions;
  IdVector<CascadeId, ReportCascade> cascades;
  IdVector<BufferId, ReportBuffer> buffers;
  IdVector<LayerId, ReportLayer> layers;      // in order of execution
  std::vector<ReportResolution> resolutions;  // from the largest down
  std::vector<PlanPoint> frontier;            // RAM against work; may be empty

  [[nodiscard]] bool input_counted() const { return input_mode == InputMode::kArena; }
  // Whether the bound is worth showing. If it is far below the arena's size, rings and tiles
  // determine that size, not whole tensors.
  [[nodiscard]] bool shows_coexisting() const {
    return coexisting_bytes > 0 && 4 * coexisting_bytes >= arena_bytes;
  }
  // MACs computed again, in percent of the model's MACs.
  [[nodiscard]] double extra_percent(const PlanPoint& point) const {
    return macs == 0 ? 0
                     : 100.0 * static_cast<double>(point.extra_macs) / static_cast<double>(macs);
  }
};

// `frontier` holds alternative plans of the same model. The compilation's own plan need not be
// among them.
[[nodiscard]] PlanReport make_plan_report(const Compilation& compilation,
                                          std::vector<PlanPoint> frontier = {});

// The tensors of `coexisting` as text, e.g. "features 1x33x33x160 (170.2 KiB)", separated by
// commas.
[[nodiscard]] std::string coexisting_text(const PlanReport& report);

// Estimate of the machine code of the model's kernels and schedule, in bytes, for Thumb-2 at -O2.
[[nodiscard]] std::int64_t estimate_code_bytes(const Program& program);

// Names that all formats use: "boundary", "ring", ...
[[nodiscard]] const char* kind_name(BufferKind kind);
[[nodiscard]] const char* kept_name(Kept kept);
[[nodiscard]] const char* mode_name(InputMode mode);
// A sentence on where the input is. `bytes` is its size as text: "16.0 KiB".
[[nodiscard]] std::string input_text(const PlanReport& report, const std::string& bytes);

}  // namespace spindle
