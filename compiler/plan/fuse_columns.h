// Joins (fuses) steps that can work on a few columns at a time.
#pragma once

#include <vector>

#include "compiler/plan/planned_steps.h"
#include "compiler/plan/steps.h"
#include "compiler/support/id.h"

namespace spindle {

// Steps [first, last] are joined into one step that computes bands of `band` rows, in tiles of
// `tile` columns of the output of `last`. The values between these steps never exist as whole rows.
// Where bands or tiles overlap, their rows and columns are computed more than once.
struct Patch {
  StepId first, last;
  std::int64_t band = 1;
  std::int64_t tile = 0;
  bool by_member = false;  // as PlannedStep::by_member
};

// The most output pixels that one call computes (0: the usual number). Wider calls need more memory
// but no extra work, and the kernel reads its weights less often.
struct Width {
  std::int64_t alone = 0;   // steps that are not joined: bands, and ScratchNeed::wide_columns
  std::int64_t joined = 0;  // joined steps: wider tiles, and bands of whole rows
  bool operator==(const Width&) const = default;
};

// Returns steps [first, end) of `graph`, run as one cascade, with chains of them joined into one
// step each. A value that only one step reads, column by column, then exists as a tile only, never
// as a whole row:
//
//   depthwise -> [112 x 96 row] -> project -> [112 x 24 row] -> add
//     becomes one step: for each tile of 8 columns: depthwise, project, add
//
// A patch joins steps over windows, too. Its tiles have as many rows and columns as the windows
// need. The rows and columns that neighbouring bands and tiles both need are computed again for
// each of them, which PlannedStep::extra_macs counts:
//
//   expand -> [3 rows of 112 x 96] -> depthwise -> project     with bands of 4 rows, tiles of 8
//     becomes one step: for each tile of 8 columns, for each of 4 rows: the rows of expand that are
//     new, 17 columns wide; depthwise; project
//
// A joined step has the inputs that its members read from outside (in order of members), the output
// of the last member, and scratch for the tiles and for its members' kernels. Inputs of members
// other than the last lose `in_place`, because these members write tiles and not the output. A
// value that a step outside of the cascade reads leaves the cascade and always exists as rows.
//
// Calls compute one row, in tiles of at most 8 columns, unless `width` allows them more.
[[nodiscard]] IdVector<PlannedStepId, PlannedStep> fuse_columns(
    const StepGraph& graph, const ValueUses& uses, StepId first, StepId end,
    const std::vector<Patch>& patches = {}, const Width& width = {});

// MACs that `member` of `joined` computes beyond once per output element; never negative, because
// skipping rows and columns that nobody needs does not count as a gain. A member without MACs
// counts as if it had one for each byte of its output.
[[nodiscard]] std::int64_t recomputed_macs(const StepGraph& graph, const PlannedStep& joined,
                                           const PlannedStep::Member& member);

// The width of a tile if `columns` are divided evenly into as few tiles of at most `most` columns
// as possible. 0 if `columns` is 0.
[[nodiscard]] std::int64_t tile_columns(std::int64_t columns, std::int64_t most = 8);

}  // namespace spindle
