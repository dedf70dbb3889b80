#include "compiler/plan/fuse_columns.h"

#include "compiler/plan/cascade_cost.h"
#include "tests/catch.h"
#include "tests/support/step_builder.h"

using namespace spindle;
using spindle::testing::ids;
using spindle::testing::StepBuilder;

namespace {

// A step that makes the input, then expand, depthwise, project and add: steps 0 to 4, over rows of
// 20 columns.
StepBuilder residual_block() {
  StepBuilder b;
  const ValueId in = b.pointwise(b.input(10, 20 * 4), 20 * 16);
  b.by_columns(20);
  const ValueId expand = b.pointwise(in, 20 * 96);
  b.by_columns(20);
  const ValueId depthwise = b.window(expand, {}, 20 * 96);
  b.by_columns(20);
  const ValueId project = b.pointwise(depthwise, 20 * 16);
  b.by_columns(20);
  b.output(b.add(project, in));
  b.by_columns(20);
  return b;
}

// Steps [first, end) after fuse_columns.
std::vector<PlannedStep> fused(const StepGraph& graph, int first, int end) {
  return fuse_columns(graph, ValueUses(graph), StepId(first), StepId(end)).items();
}

std::vector<StepId> members_of(const PlannedStep& step) {
  std::vector<StepId> ids;
  for (const PlannedStep::Member& member : step.members) ids.push_back(member.step);
  return ids;
}

}  // namespace

TEST_CASE("rows divide into even tiles of at most eight columns") {
  CHECK(tile_columns(112) == 8);
  CHECK(tile_columns(14) == 7);
  CHECK(tile_columns(7) == 7);
  CHECK(tile_columns(9) == 5);
  CHECK(tile_columns(1) == 1);
}

TEST_CASE("depthwise, project and add become one step, expand keeps its ring") {
  const StepBuilder b = residual_block();
  const std::vector<PlannedStep> steps = fused(b.graph, 0, 5);
  // Steps 0 and 1 are not joined: the output of step 0 is read twice, that of step 1 by a window.
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].members.empty());
  CHECK(steps[1].members.empty());
  CHECK(members_of(steps[2]) == ids<StepId>({2, 3, 4}));
  // Tiles of 7 of the 20 columns: 7 * 96 bytes of the depthwise output, 7 * 16 of the projection's.
  CHECK(steps[2].tile == 7);
  CHECK(steps[2].scratch_bytes == 7 * 96 + 7 * 16);
  CHECK(steps[2].members[0].tile_offset == 0);
  CHECK(steps[2].members[1].tile_offset == 7 * 96);
  CHECK(steps[2].members[2].tile_offset == -1);
  // The joined step reads the expanded rows from a ring, and still works in place on the residual.
  REQUIRE(steps[2].inputs.size() == 2);
  CHECK(steps[2].inputs[0].by_ring);
  CHECK(steps[2].inputs[1].in_place);
}

TEST_CASE("what leaves the cascade is not joined away") {
  const StepBuilder b = residual_block();
  // Only steps 2 and 3 are in the cascade; step 4 reads the projection from outside.
  const std::vector<PlannedStep> steps = fused(b.graph, 2, 4);
  REQUIRE(steps.size() == 1);
  CHECK(members_of(steps[0]) == ids<StepId>({2, 3}));
}

TEST_CASE("a projection runs on into the next expansion within a cascade") {
  StepBuilder b;
  const ValueId expand = b.pointwise(b.input(10, 16), 16 * 8);
  b.by_columns(16);
  const ValueId depthwise = b.window(expand, {}, 16 * 8);
  b.by_columns(16);
  const ValueId project = b.pointwise(depthwise, 16 * 4);
  b.by_columns(16);
  const ValueId next = b.pointwise(project, 16 * 24);
  b.by_columns(16);
  b.output(b.window(next, {}, 16 * 24));
  const std::vector<PlannedStep> steps = fused(b.graph, 0, 5);
  REQUIRE(steps.size() == 3);
  CHECK(members_of(steps[1]) == ids<StepId>({1, 2, 3}));
}

TEST_CASE("joining lowers the cost of the cascade by the rows that no longer exist") {
  StepBuilder b = residual_block();
  const ValueUses uses(b.graph);
  const std::int64_t joined = cascade_cost(b.graph, uses, StepId(1), StepId(5)).bytes;
  for (Step& step : b.graph.steps) step.columns = 0;
  const std::int64_t apart = cascade_cost(b.graph, uses, StepId(1), StepId(5)).bytes;
  CHECK(apart - joined == 20 * 96 + 20 * 16 - (7 * 96 + 7 * 16));
}

TEST_CASE("an input of a member other than the last is not overwritten in place") {
  StepBuilder b;
  const ValueId a = b.pointwise(b.input(6, 8 * 4), 8 * 4);
  b.by_columns(8);
  const ValueId c = b.pointwise(b.input(6, 8 * 4), 8 * 4);
  b.by_columns(8);
  const ValueId sum = b.add(a, c);  // may work in place
  b.by_columns(8);
  b.output(b.pointwise(sum, 8 * 16));
  b.by_columns(8);
  b.graph.values[a].storage = Storage::kInput;
  const std::vector<PlannedStep> steps = fused(b.graph, 2, 4);
  REQUIRE(steps.size() == 1);
  for (const StepInput& input : steps[0].inputs) CHECK_FALSE(input.in_place);
}

TEST_CASE("kernels get the scratch that their widest call writes, after the tiles") {
  StepBuilder b = residual_block();
  const auto want = [&](StepId step, std::int64_t columns) {
    b.graph.steps[step].scratch = {.bytes = 16, .column_bytes = 10, .columns = columns};
  };
  want(StepId(1), 12);  // expand is not joined: rows of 20 columns, 12 at a time
  want(StepId(2), 5);   // depthwise: tiles of 7 columns, 5 at a time
  want(StepId(3), 9);   // project: all 7 columns of a tile at a time
  const std::vector<PlannedStep> steps = fused(b.graph, 0, 5);
  REQUIRE(steps.size() == 3);
  CHECK(steps[1].scratch_bytes == 16 + 10 * 12);
  CHECK(steps[1].tiles_bytes() == 0);
  CHECK(steps[2].tiles_bytes() == 7 * 96 + 7 * 16);
  CHECK(steps[2].scratch_bytes == 7 * 96 + 7 * 16 + 16 + 10 * 7);
}
