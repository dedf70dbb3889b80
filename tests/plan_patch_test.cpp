// Tests patches: steps that are joined although there are windows between them, so that some rows
// and columns are computed more than once.
#include <algorithm>

#include "compiler/plan/checker.h"
#include "compiler/plan/fuse_columns.h"
#include "compiler/plan/joinable.h"
#include "compiler/plan/planner.h"
#include "tests/catch.h"
#include "tests/support/hand_made_plan.h"
#include "tests/support/step_builder.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// Steps on an 8 x 8 image: 0 expands to 4 bytes per pixel (one MAC per byte), 1 has a 3 x 3 window,
// 2 projects to 2 bytes per pixel, 3 reads the result.
StepGraph block(int stride = 1) {
  StepBuilder b;
  const ValueId in = b.input(8, 8 * 2);
  const ValueId expand = b.pointwise(in, 8 * 4);
  b.by_columns(8);
  b.graph.steps.back().macs = 8 * 8 * 4;
  const std::int64_t out = 8 / stride;
  const ValueId dw = b.window(expand, {.stride = stride, .pad_top = stride == 1 ? 1 : 0}, out * 4);
  b.by_columns(out);
  b.square_window(8);
  const ValueId project = b.pointwise(dw, out * 2);
  b.by_columns(out);
  b.output(b.pointwise(project, out));
  return std::move(b.graph);
}

// Steps [0, end) of the graph as one cascade, in which the patch is joined.
IdVector<PlannedStepId, PlannedStep> fused(const StepGraph& graph, int end, const Patch& patch) {
  return fuse_columns(graph, ValueUses(graph), StepId(0), StepId(end), {patch});
}

Patch patch(int first, int last, std::int64_t band, std::int64_t tile) {
  return {.first = StepId(first), .last = StepId(last), .band = band, .tile = tile};
}

PlannedStep patched(const StepGraph& graph, std::int64_t band, std::int64_t tile) {
  const auto steps = fused(graph, 3, patch(0, 2, band, tile));
  REQUIRE(steps.size() == 1);
  REQUIRE(steps.front().members.size() == 3);
  return steps.front();
}

}  // namespace

TEST_CASE("no patch over a window some of whose columns lie in the padding alone") {
  StepGraph graph = block();
  REQUIRE(window_reader(graph, ValueUses(graph), StepId(0), StepId(3)) == StepId(1));
  // With a stride of 3, column 2 of the output sees columns 6 and 7 of 8, and column 3 sees none.
  graph.steps[StepId(1)].inputs[0].column_window = RowAccess::window(3, 0, 3);
  CHECK(!window_reader(graph, ValueUses(graph), StepId(0), StepId(3)));
  graph.steps[StepId(1)].columns = 3;
  CHECK(window_reader(graph, ValueUses(graph), StepId(0), StepId(3)) == StepId(1));
}

TEST_CASE("a patch needs a window's rows and columns of what it joins") {
  const StepGraph graph = block();
  const PlannedStep step = patched(graph, 2, 4);
  CHECK(step.band == 2);
  CHECK(step.tile == 4);
  // The patch has the window of step 1, so expand and the input are read by this window.
  REQUIRE(step.inputs.size() == 1);
  CHECK(step.inputs[0].access == RowAccess::window(1, 1, 3));
  CHECK(step.inputs[0].by_ring);
  const PlannedStep::Member& expand = step.members[0];
  CHECK(expand.row_access == RowAccess::window(1, 1, 3));
  CHECK(expand.column_access == RowAccess::window(1, 1, 3));
  CHECK(expand.rows == 3);     // a ring within the tile: 3 rows, whatever the band
  CHECK(expand.columns == 5);  // columns 0 to 4 and 3 to 7; none are outside the image
  CHECK(expand.tile_bytes == 3 * 5 * 4);
  CHECK(step.members[1].tile_offset == 64);
  CHECK(step.members[1].tile_bytes == 4 * 4);
  CHECK(step.scratch_bytes == 64 + 16);
}

TEST_CASE("extra work is what bands and tiles share") {
  const StepGraph graph = block();
  // Rows 0-2, 1-4, 3-6 and 5-7 are computed: 14 instead of 8. So are columns 0-4 and 3-7: 10
  // instead of 8. A pixel has 4 MACs.
  CHECK(patched(graph, 2, 4).extra_macs == (14 * 10 - 64) * 4);
  CHECK(patched(graph, 8, 8).extra_macs == 0);
  CHECK(patched(graph, 8, 4).extra_macs == (8 * 10 - 64) * 4);
  // A band that does not divide the rows: 0-5 and 4-7 are 10 rows.
  CHECK(patched(graph, 5, 8).extra_macs == (10 * 8 - 64) * 4);
  // With stride 2 and padding below: rows 0-2, 2-4, 4-6 and 6-7 are 11 rows.
  const StepGraph halving = block(2);
  CHECK(patched(halving, 1, 4).extra_macs == (11 * 8 - 64) * 4);
}

TEST_CASE("a patch may begin at each step that keeps few rows, but not beyond a value read twice") {
  const StepGraph graph = block();
  const ValueUses uses(graph);
  CHECK(patch_starts(graph, uses, StepId(0), StepId(2)) == ids<StepId>({1, 0}));
  CHECK(patch_starts(graph, uses, StepId(1), StepId(2)) == ids<StepId>({1}));
  StepGraph tapped = graph;
  // Also reads the expanded rows.
  tapped.steps.back().inputs.push_back({ValueId(1), RowAccess::whole(8)});
  CHECK(patch_starts(tapped, ValueUses(tapped), StepId(0), StepId(2)) == ids<StepId>({1}));
}

TEST_CASE("what is not joined to a patch stays rows") {
  // Columnwise steps before and after the patch are not joined to it.
  StepBuilder b;
  const ValueId in = b.input(8, 8 * 2);
  const ValueId before = b.pointwise(in, 8 * 2);
  b.by_columns(8);
  const ValueId expand = b.pointwise(before, 8 * 4);
  b.by_columns(8);
  const ValueId dw = b.window(expand, {}, 8 * 4);
  b.by_columns(8);
  b.square_window(8);
  b.output(b.pointwise(dw, 8));
  b.by_columns(8);
  const std::vector<PlannedStep> steps = fused(b.graph, 4, patch(1, 2, 2, 4)).items();
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].members.empty());
  CHECK(steps[1].members.size() == 2);
  CHECK(steps[2].members.empty());
}

namespace {

// A plan with a single cascade: the patch and the step that reads its output.
Plan plan_with_patch() {
  const StepGraph graph = block();
  Plan plan = hand_made(graph, {2});
  plan.steps.steps = fused(graph, 4, patch(0, 2, 2, 4));
  plan.scratch_of.resize(plan.steps.steps.size());
  put(plan, plan.steps.steps.front().output, 2, 0);
  put_scratch(plan, PlannedStepId(0), 32);
  plan.arena_bytes = 112;
  return plan;
}

}  // namespace

TEST_CASE("the checker follows a patch pixel by pixel") {
  CHECK(check_plan(plan_with_patch()).empty());
  const auto spoiled = [](auto spoil) {
    Plan plan = plan_with_patch();
    spoil(plan);
    return check_plan(plan);
  };
  CHECK_THAT(spoiled([](Plan& plan) { plan.steps.steps.front().members[0].rows = 2; }),
             contains_text("is not in its tile"));
  CHECK_THAT(spoiled([](Plan& plan) { plan.steps.steps.front().members[0].columns = 4; }),
             contains_text("is too small"));
  CHECK_THAT(spoiled([](Plan& plan) {
               plan.steps.steps.front().members[0].row_access = RowAccess::window(1, 0, 2);
             }),
             contains_text("is not in its tile"));
  CHECK_THAT(spoiled([](Plan& plan) {
               plan.steps.steps.front().members[0].column_access = RowAccess::window(1, 1, 2);
             }),
             contains_text("tile"));
  // The tile of the window step is on the expanded tile.
  CHECK_THAT(spoiled([](Plan& plan) { plan.steps.steps.front().members[1].tile_offset = 0; }),
             contains_text("is not in its tile"));
  CHECK_THAT(spoiled([](Plan& plan) { plan.steps.steps.front().scratch_bytes = 72; }),
             contains_text("too small"));
  // A band of three rows is written into a ring of two.
  CHECK_FALSE(spoiled([](Plan& plan) { plan.steps.steps.front().band = 3; }).empty());
}

TEST_CASE("the checker knows what the caller puts into the arena") {
  // The input is in the arena, and the output is written over its rows.
  StepBuilder b;
  const ValueId in = b.input(4, 16);
  const ValueId mid = b.pointwise(in, 16);
  b.output(b.pointwise(mid, 16));
  b.graph.values[in].storage = Storage::kArena;
  b.graph.values[in].given = true;
  Plan plan = hand_made(b.graph, {1, 2});
  put(plan, in, 4, 16);
  const BufferId middle = put(plan, mid, 4, 0);
  plan.arena_bytes = 80;
  CHECK(check_plan(plan).empty());
  plan.buffers[middle].offset = 8;  // half a row too close
  CHECK_THAT(check_plan(plan), contains_text("overwrites what it reads"));
}
