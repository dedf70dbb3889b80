// Joins steps that can work on a few columns at a time.
#pragma once

#include <vector>

#include "compiler/plan/steps.h"

namespace spindle {

// Steps [first, last] joined into one although rows or columns of the values between them are then
// computed more than once: bands of `band` rows in tiles of `tile` columns of last's output.
struct Patch {
  StepId first = 0;
  StepId last = 0;
  std::int64_t band = 1;
  std::int64_t tile = 0;
  bool by_member = false;  // see Step
};

// How much calls compute, in pixels of their output, where that takes room but no work: the more,
// the less often a kernel reads its weights.
struct Width {
  std::int64_t alone = 0;   // of steps that are not joined: bands, and Step::wide_columns
  std::int64_t joined = 0;  // of joined ones: wider tiles, and bands of whole rows
  bool operator==(const Width&) const = default;
};

// Steps [first, end) of `graph`, as one cascade, with chains joined into one step each: where a
// value is read by one step only, column by column, its row need not exist, just a tile of it.
//
//   depthwise -> [112 x 96 row] -> project -> [112 x 24 row] -> add
//     becomes one step: for each tile of 8 columns: depthwise, project, add
//
// Where a patch asks for it, windows are joined too: the tile then has as many rows and columns as
// the window needs, and what bands and tiles share is computed again (Step::extra_macs).
//
//   expand -> [3 rows of 112 x 96] -> depthwise -> project     with bands of 4 rows, tiles of 8
//     becomes one step: for each tile of 8 columns, for each of 4 rows: the rows of expand that are
//     new, 17 columns wide; depthwise; project
//
// A joined step has the inputs from outside of all its members (in order of members), the output
// of the last, and scratch for the tiles. Inputs of members other than the last lose `in_place`:
// their columns and the output's are not the same memory at the same time. Values leave the cascade
// if a step outside of it reads them; those are never joined away.
//
// Calls compute one row, in tiles of at most 8 columns, unless `width` allows them more.
[[nodiscard]] std::vector<Step> fuse_columns(const StepGraph& graph, const ValueUses& uses,
                                             StepId first, StepId end,
                                             const std::vector<Patch>& patches = {},
                                             const Width& width = {});

// MACs that `member` of a joined step computes again. Elements count where nothing is multiplied.
// Never negative: rows and columns that nobody needs are skipped, and not counted as a gain.
[[nodiscard]] std::int64_t recomputed_macs(const StepGraph& graph, const Step& joined,
                                           const Step::Member& member);

// Columns of a tile: at most `most`, rows divided evenly.
[[nodiscard]] std::int64_t tile_columns(std::int64_t columns, std::int64_t most = 8);

// Steps at which a patch that ends in `last` may begin, nearest first; none before `first`. The
// values in each range [start, last] are read by one step of it only, by a window or column by
// column.
[[nodiscard]] std::vector<StepId> patch_starts(const StepGraph& graph, const ValueUses& uses,
                                               StepId first, StepId last);

}  // namespace spindle
