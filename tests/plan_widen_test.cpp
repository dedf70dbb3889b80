// Tests the widening of calls: bands of contiguous rows and wider tiles, in memory that the plan
// has anyway.
#include "compiler/plan/widen.h"

#include "compiler/plan/cascade_cost.h"
#include "compiler/plan/checker.h"
#include "compiler/plan/planner.h"
#include "compiler/plan/simulate.h"
#include "tests/catch.h"
#include "tests/support/hand_made_plan.h"
#include "tests/support/step_builder.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// A step that makes the input, then expand, depthwise, project and add: 10 rows of 6 columns.
StepBuilder block() {
  StepBuilder b;
  const ValueId in = b.pointwise(b.input(10, 6 * 4), 6 * 16);
  b.by_columns(6);
  b.flat(64);
  const ValueId expand = b.pointwise(in, 6 * 96);
  b.by_columns(6);
  b.flat(16 * 96);
  const ValueId depthwise = b.window(expand, {}, 6 * 96);
  b.by_columns(6);
  const ValueId project = b.pointwise(depthwise, 6 * 16);
  b.by_columns(6);
  b.flat(96 * 16 * 4);
  b.output(b.add(project, in));
  b.by_columns(6);
  b.flat(0);
  return b;
}

std::vector<PlannedStep> fused(const StepGraph& graph, const Width& width) {
  return fuse_columns(graph, ValueUses(graph), StepId(0), graph.steps.end_id(), {}, width).items();
}

}  // namespace

TEST_CASE("flat steps compute bands, evenly divided, and joined ones member by member") {
  const StepBuilder b = block();
  const std::vector<PlannedStep> narrow = fused(b.graph, {});
  REQUIRE(narrow.size() == 3);
  CHECK(narrow[1].band == 1);
  CHECK(narrow[2].band == 1);
  const std::vector<PlannedStep> wide = fused(b.graph, {24, 36});
  REQUIRE(wide.size() == 3);
  CHECK(wide[1].band == 4);  // 24 pixels are 4 rows; the bands have 4, 4 and 2 rows
  CHECK(wide[2].band == 5);  // 36 pixels are 6 rows; two equal bands have 5 rows
  CHECK(wide[2].by_member);
  CHECK(wide[2].flat);
  CHECK(wide[2].tile == 6);
  CHECK(wide[2].extra_macs == 0);
  // The tiles of depthwise and projection hold a whole band.
  CHECK(wide[2].members[0].rows == 5);
  CHECK(wide[2].members[0].tile_bytes == 5 * 6 * 96);
  CHECK(wide[2].members[1].tile_bytes == 5 * 6 * 16);
}

TEST_CASE("a tile never grows beyond the weights it saves reading") {
  StepBuilder b = block();
  b.graph.steps[StepId(3)].weight_bytes =
      12 * (96 + 16);  // as many bytes as 12 pixels of both tiles
  CHECK(fused(b.graph, {0, 36})[2].band == 2);
  b.graph.steps[StepId(3)].weight_bytes = 12 * (96 + 16) - 1;
  CHECK(fused(b.graph, {0, 36})[2].band == 1);
}

TEST_CASE("what is not flat, has no weights or reads pushed rows has no bands") {
  StepBuilder b = block();
  b.graph.steps[StepId(1)].flat = false;
  CHECK(fused(b.graph, {24, 0})[1].band == 1);
  b = block();
  b.graph.steps[StepId(1)].weight_bytes = 0;
  CHECK(fused(b.graph, {24, 0})[1].band == 1);
  b = block();
  b.graph.values.front().storage = Storage::kStream;
  CHECK(fused(b.graph, {24, 0})[0].band == 1);
  CHECK(fused(b.graph, {24, 0})[1].band == 4);
}

TEST_CASE("scratch grows up to what the kernel can use, divided evenly") {
  StepBuilder b = block();
  ScratchNeed& need = b.graph.steps[StepId(1)].scratch;
  need = {.bytes = 100, .column_bytes = 10, .columns = 4, .wide_columns = 20};
  const auto made = [&](std::int64_t alone) { return fused(b.graph, {alone, 0})[1]; };
  CHECK(made(0).scratch_columns == 3);  // 6 columns in two parts of 3
  CHECK(made(0).scratch_bytes == 130);
  CHECK(made(24).scratch_columns == 12);  // a band of 24 pixels in two parts of 12
  CHECK(made(24).scratch_bytes == 220);
  need.wide_columns = 0;  // its kernel always works on 4 columns at a time
  CHECK(made(24).scratch_columns == 4);
}

TEST_CASE("rings of bands are multiples of them, so that each band is contiguous") {
  const StepBuilder b = block();
  const ValueUses uses(b.graph);
  const auto ring = [&](const Width& width) {
    return cascade_cost(b.graph, uses, StepId(0), StepId(5), {}, width).ring.items();
  };
  CHECK(ring({0, 0})[1] == 3);
  // Rows 2k - 1 to 2k + 2 are read together, and row 2k + 3 is written together with row 2k + 2.
  CHECK(ring({12, 12})[1] == 6);
  // Three rows are read together. Including the rest of the band that the last one belongs to, up
  // to 6 rows are in the ring.
  CHECK(ring({24, 0})[1] == 8);
  CHECK(ring({60, 0})[1] == 10);  // the whole value
}

TEST_CASE("a band may be written exactly over the residual that it reads") {
  StepGraph graph = block().graph;
  // The block as a cascade of its own, whose sum is in the arena and is read by a later step.
  const ValueId sum = graph.steps.back().output;
  graph.values[sum].storage = Storage::kArena;
  Step later = graph.steps.back();
  later.inputs = {{sum, RowAccess::whole(10), false, false}};
  later.output =
      graph.values.push_back({.name = "later", .row_bytes = 4, .storage = Storage::kOutput});
  later.flat = false;
  later.columns = 0;
  graph.steps.push_back(later);
  const ValueUses uses(graph);
  for (const Width& width : {Width{}, Width{0, 12}, Width{60, 12}, Width{60, 60}}) {
    const CascadeCost cost = cascade_cost(graph, uses, StepId(1), StepId(5), {}, width);
    REQUIRE(cost.overlays.size() == 1);
    CHECK(cost.overlays[0].gap == 0);
  }
}

TEST_CASE("the checker sees bands that are not contiguous, or that a step cannot compute") {
  const StepGraph graph = block().graph;
  Plan plan = hand_made(graph, {3});
  const std::vector<PlannedStep> steps = fused(graph, {12, 0});
  plan.steps.steps = IdVector<PlannedStepId, PlannedStep>(steps);
  plan.scratch_of.resize(steps.size());
  constexpr PlannedStepId kExpand{1}, kJoined{2};
  put(plan, steps[0].output, 10, 0);
  const BufferId ring = put(plan, steps[1].output, 6, 10 * 6 * 16);
  put_scratch(plan, kJoined, 10 * 6 * 16 + 6 * 6 * 96);
  plan.arena_bytes = plan.buffers.back().offset + plan.buffers.back().bytes;
  REQUIRE(plan.steps.step(kExpand).band == 2);
  CHECK(check_plan(plan) == "");
  Plan spoilt = plan;
  spoilt.buffers[ring].rows = 5;  // enough rows, but a band would wrap around the end of the ring
  CHECK_THAT(check_plan(spoilt), contains_text("needs contiguous rows of 's1'"));
  spoilt = plan;
  spoilt.steps.steps[kExpand].flat = false;
  CHECK_THAT(check_plan(spoilt), contains_text("cannot compute bands"));
}

TEST_CASE("widening keeps to its limit, and most networks have room for it") {
  int wider = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    const StepGraph graph = random_image_network(seed, 3 + static_cast<int>(seed % 5));
    const ValueUses uses(graph);
    PartitionSearch search(graph, uses);
    const Partition narrow = search.without_recompute();
    const Partition wide = widened(graph, uses, Lives(graph, uses), narrow, narrow.peak);
    StepId first(0);
    CAPTURE(seed);
    for (const CascadeChoice& choice : wide.cascades) {
      CHECK(cascade_cost(graph, uses, first, choice.end, {}, choice.width).bytes <= narrow.peak);
      if (choice.width != Width{}) ++wider;
      first = choice.end;
    }
    const Plan plan = make_plan(graph);  // make_plan calls the checker
    CHECK(plan.extra_macs == 0);
  }
  CHECK(wider > 100);
}
