#include "compiler/plan/simulate.h"

#include "tests/catch.h"
#include "tests/support/step_builder.h"

using namespace spindle;
using spindle::testing::planned;
using spindle::testing::StepBuilder;

namespace {

std::vector<std::int64_t> rings(const StepGraph& graph) {
  const PlannedGraph steps = planned(graph);
  return ring_rows(steps, PlannedUses(steps), PlannedStepId(0), steps.steps.end_id()).ring.items();
}

}  // namespace

TEST_CASE("an inverted residual keeps three expanded rows and one of everything else") {
  StepBuilder b;
  const ValueId in = b.input(8, 16);
  const ValueId expand = b.pointwise(in, 96);
  const ValueId depthwise = b.window(expand, {}, 96);
  b.output(b.pointwise(depthwise, 16));
  CHECK(rings(b.graph) == std::vector<std::int64_t>{3, 1, 8});  // an output has all its rows
}

TEST_CASE("stride two needs three rows as well: the next window shares one") {
  StepBuilder b;
  const ValueId expand = b.pointwise(b.input(8, 16), 96);
  b.output(b.window(expand, {.stride = 2, .pad_top = 0}, 96));
  // Output row y reads rows 2y to 2y+2. When row 2y+2 is written, row 2y is still needed.
  CHECK(rings(b.graph)[0] == 3);
}

TEST_CASE("dilation two spans five rows") {
  StepBuilder b;
  const ValueId expand = b.pointwise(b.input(12, 16), 96);
  b.output(b.window(expand, {.pad_top = 2, .pad_bottom = 2, .dilation = 2}, 96));
  CHECK(rings(b.graph)[0] == 5);
}

TEST_CASE("a ring serves its slowest reader") {
  // The residual add reads row y of `a` after the window has already pulled row y + 1.
  StepBuilder b;
  const ValueId a = b.pointwise(b.input(8, 16), 16);
  const ValueId expand = b.pointwise(a, 96);
  const ValueId project = b.pointwise(b.window(expand, {}, 96), 16);
  b.output(b.add(project, a));
  CHECK(rings(b.graph) == std::vector<std::int64_t>{2, 3, 1, 1, 8});
}

TEST_CASE("two windows one above the other") {
  StepBuilder b;
  const ValueId a = b.pointwise(b.input(16, 16), 16);
  const ValueId c = b.window(a, {}, 16);
  b.output(b.window(c, {.kernel = 5, .pad_top = 2, .pad_bottom = 2}, 16));
  CHECK(rings(b.graph) == std::vector<std::int64_t>{3, 5, 16});
}

TEST_CASE("the schedule pulls rows in the order that the code will") {
  StepBuilder b;
  const ValueId expand = b.pointwise(b.input(3, 4), 4);
  b.output(b.window(expand, {}, 4));
  std::vector<std::pair<int, std::int64_t>> order;
  const PlannedGraph steps = planned(b.graph);
  walk_rows(
      steps, PlannedUses(steps), PlannedStepId(0), PlannedStepId(2),
      [&](PlannedStepId step, std::int64_t row, const IdVector<PlannedStepId, std::int64_t>&) {
        order.emplace_back(step.number(), row);
      });
  const std::vector<std::pair<int, std::int64_t>> expected{{0, 0}, {0, 1}, {1, 0},
                                                           {0, 2}, {1, 1}, {1, 2}};
  CHECK(order == expected);
}

namespace {

// The gap between the input and the output, both whole, of a cascade of expand, window, project
// and, with `residual`, add.
std::int64_t block_gap(int stride, int pad_top, int pad_bottom, std::int64_t in_bytes,
                       std::int64_t out_bytes, bool residual) {
  StepBuilder b;
  const ValueId source = b.input(8, 8);
  const ValueId in = b.pointwise(source, in_bytes);
  const ValueId expand = b.pointwise(in, 96);
  ValueId out = b.pointwise(
      b.window(expand, {.stride = stride, .pad_top = pad_top, .pad_bottom = pad_bottom}, 96),
      out_bytes);
  if (residual) out = b.add(out, in);
  b.output(b.pointwise(out, 8));
  const PlannedGraph steps = planned(b.graph);
  return overlay_gap(steps, PlannedUses(steps), PlannedStepId(1), steps.steps.end_id() - 1, in,
                     out);
}

}  // namespace

TEST_CASE("a residual block runs exactly in place") {
  // The add reads row y of the input while it writes row y of the output over it.
  CHECK(block_gap(1, 1, 1, 16, 16, true) == 0);
}

TEST_CASE("without a residual the output may even begin behind its input") {
  // When row y is written, rows 0 to y+1 of the input have been expanded, so the gap is
  // (y+1)*16 - (y+2)*16 = -16. From y = 6 on, all input rows are consumed and may be overwritten.
  CHECK(block_gap(1, 1, 1, 16, 16, false) == -16);
}

TEST_CASE("a block that widens needs the output to run ahead of the input") {
  // When row y is written, y+2 rows are consumed: 24(y+1) - 16(y+2). This is largest at y = 5,
  // where it is 32. From y = 6 on, all rows are consumed.
  CHECK(block_gap(1, 1, 1, 16, 24, false) == 32);
}

TEST_CASE("stride two leaves room") {
  // When row y of 4 is written, min(2y+3, 8) of 8 rows are consumed: 24(y+1) - 16*min(2y+3, 8).
  // This is largest at y = 0, where it is 24 - 48 = -24.
  CHECK(block_gap(2, 0, 1, 16, 24, false) == -24);
}
