// The steps of a plan: what the planner made of the selected steps (steps.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "compiler/plan/rows.h"
#include "compiler/plan/steps.h"
#include "compiler/support/id.h"

namespace spindle {

using PlannedStepId = Id<struct PlannedStepTag>;  // in PlannedGraph::steps

// A step for which all is decided: either a selected step, or several that are joined into one. A
// call computes `band` rows, usually one.
struct PlannedStep : StepWork {
  PlannedStep() = default;
  // The step `id` as it is, or the last member of a joined step.
  PlannedStep(StepId id, const Step& step) : StepWork(step), selected(id) {}

  StepId selected;  // the selected step that it is; of a joined step, the last member
  // Scratch that a call needs, in bytes: for the tiles of a joined step, and for the kernel.
  std::int64_t scratch_bytes = 0;
  // How many columns the kernel computes together, if it needs scratch for them. 0 for a joined
  // step, whose members each have a number of their own.
  std::int64_t scratch_columns = 0;

  // The steps that fuse_columns joined into this one. They run one after the other for each tile of
  // columns, and the values between them exist for one tile at a time, in the step's scratch. Empty
  // for other steps.
  struct Member {
    StepId step;
    std::int64_t tile_bytes = 0;    // of its output's tile; 0 for the last member
    std::int64_t tile_offset = -1;  // of that tile within the scratch; -1 for the last member
    // The tile is a ring of `rows` rows of `columns` pixels each. Pixel (r, c) of the member's
    // output is stored in its row r % rows, in column c - (first column that the current tile
    // needs).
    std::int64_t rows = 1;
    std::int64_t columns = 0;
    std::int64_t scratch_columns = 0;  // as PlannedStep::scratch_columns, for the member's kernel
    // Which rows and columns of the member's output are needed for those of the joined step's
    // output.
    RowAccess row_access, column_access;
  };
  std::vector<Member> members;
  std::int64_t tile = 0;  // columns of the joined step's output in a tile; 0 for other steps
  // Rows that a call computes; the last call may compute fewer. Steps that are not joined have
  // bands only if they are flat. A joined step computes a band tile by tile. With `by_member`, each
  // member in turn computes all rows that the band needs. Without it, the members compute the rows
  // needed for the first row of the band, then the additional ones needed for the next row, and so
  // on.
  std::int64_t band = 1;
  bool by_member = false;
  std::int64_t extra_macs = 0;  // MACs that members compute again where bands or tiles overlap

  // Bytes at the front of a joined step's scratch that tiles take. Scratch of its members' kernels
  // follows them.
  [[nodiscard]] std::int64_t tiles_bytes() const;
};

struct PlannedGraph : StepsAndValues<PlannedStepId, PlannedStep> {
  // Rows that the step's call beginning at row `y` computes.
  [[nodiscard]] std::int64_t band(PlannedStepId id, std::int64_t y) const {
    return std::min(steps[id].band, rows(id) - y);
  }
};

using PlannedUses = UsesBySteps<PlannedStepId>;

}  // namespace spindle
