// Checks that the plan checker accepts valid plans and rejects every kind of fault.
#include "compiler/plan/checker.h"

#include "compiler/plan/planner.h"
#include "tests/catch.h"
#include "tests/support/hand_made_plan.h"
#include "tests/support/step_builder.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// A stem and two residual blocks. Each block becomes a cascade of its own.
StepGraph network() {
  StepBuilder b;
  const ValueId in = b.input(16, 48);
  ValueId x = b.window(in, {.stride = 2, .pad_top = 0}, 64);
  for (BlockId block(1); block <= BlockId(2); ++block) {
    const ValueId expand = b.pointwise(x, 192, block);
    const ValueId depthwise = b.window(expand, {}, 192, block);
    x = b.add(b.pointwise(depthwise, 64, block), x, block);
  }
  b.output(b.mean(x));
  return std::move(b.graph);
}

Buffer& buffer_named(Plan& plan, const std::string& name) {
  for (Buffer& buffer : plan.buffers) {
    if (buffer.name == name) return buffer;
  }
  throw std::logic_error("no buffer " + name);
}

}  // namespace

TEST_CASE("plans of the planner pass") {
  const StepGraph graph = network();
  CHECK(check_plan(make_plan(graph)).empty());
}

TEST_CASE("a thousand random networks are planned and pass") {
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    const StepGraph graph = random_network(seed, 1 + static_cast<int>(seed % 9));
    CAPTURE(seed);
    Plan plan;
    REQUIRE_NOTHROW(plan = make_plan(graph));
    REQUIRE(check_plan(plan).empty());
    CHECK(plan.arena_bytes >= 0);
  }
}

TEST_CASE("a ring that is one row short is overrun") {
  const StepGraph graph = network();
  for (const std::string name : {"s1", "s5"}) {  // the outputs of the two expansions
    Plan plan = make_plan(graph);
    Buffer& ring = buffer_named(plan, name);
    --ring.rows;
    CHECK_THAT(check_plan(plan), contains_text("reads row"));
  }
}

TEST_CASE("a buffer moved onto a live one is seen") {
  const StepGraph graph = network();
  // Moves a buffer to the place of another that is alive at the same time, such as the expanded
  // rows to the place of the block's input.
  for (const auto& [mover, victim] : {std::pair("s1", "s0"), std::pair("s0", "s1"),
                                      std::pair("s5", "s4"), std::pair("s2", "s1")}) {
    Plan plan = make_plan(graph);
    plan.arena_bytes += 4096;  // so that the moved buffer always fits
    REQUIRE(check_plan(plan).empty());
    buffer_named(plan, mover).offset = buffer_named(plan, victim).offset;
    CAPTURE(mover, victim);
    CHECK_FALSE(check_plan(plan).empty());
  }
}

TEST_CASE("an overlay closer than its gap is seen") {
  // A block whose output rows are larger than its input rows. The output must begin 32 bytes below
  // the input, or it overwrites rows that are still to be read (plan_simulate_test.cpp derives the
  // 32).
  StepBuilder b;
  const ValueId in = b.pointwise(b.input(8, 8), 16);
  const ValueId expand = b.pointwise(in, 96, BlockId(1));
  const ValueId depthwise = b.window(expand, {}, 96, BlockId(1));
  const ValueId out = b.pointwise(depthwise, 24, BlockId(1));
  b.output(b.pointwise(out, 8));
  Plan plan = hand_made(b.graph, {1, 4, 5});
  const BufferId input = put(plan, in, 8, 32);
  put(plan, expand, 3, 200);
  put(plan, depthwise, 1, 488);
  put(plan, out, 8, 0);
  plan.arena_bytes = 584;
  CHECK(check_plan(plan).empty());
  plan.buffers[input].offset = 24;  // 8 bytes too close
  CHECK_THAT(check_plan(plan), contains_text("reads row"));
}

TEST_CASE("nothing may lie outside of the arena") {
  const StepGraph graph = network();
  Plan plan = make_plan(graph);
  plan.arena_bytes -= 8;
  CHECK_THAT(check_plan(plan), contains_text("outside of the arena"));
}

TEST_CASE("no step may be left out") {
  const StepGraph graph = network();
  Plan plan = make_plan(graph);
  plan.cascades.items().pop_back();
  CHECK_THAT(check_plan(plan), contains_text("leave steps out"));
}

TEST_CASE("a step that does not allow it must not write over its input") {
  // A pointwise step cannot work in place, but here its output row is on its input row.
  StepBuilder b;
  const ValueId a = b.pointwise(b.input(4, 16), 16);
  const ValueId c = b.pointwise(a, 16);
  b.output(b.pointwise(c, 16));
  Plan plan = hand_made(b.graph, {3});
  put(plan, a, 1, 0);
  const BufferId second = put(plan, c, 1, 0);
  plan.arena_bytes = 16;
  CHECK_THAT(check_plan(plan), contains_text("overwrites what it reads"));
  plan.buffers[second].offset = 16;
  plan.arena_bytes = 32;
  CHECK(check_plan(plan).empty());
}

TEST_CASE("scratch must not touch what the call reads or writes") {
  StepBuilder b;
  const ValueId a = b.pointwise(b.input(4, 16), 16);
  b.output(b.pointwise(a, 16));
  b.graph.steps.back().scratch.bytes = 8;
  Plan plan = hand_made(b.graph, {2});
  put(plan, a, 1, 0);
  const BufferId scratch = put_scratch(plan, PlannedStepId(1), 8);
  plan.arena_bytes = 24;
  CHECK_THAT(check_plan(plan), contains_text("scratch"));
  plan.buffers[scratch].offset = 16;
  CHECK(check_plan(plan).empty());
}
