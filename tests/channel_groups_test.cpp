// Tests of budgets that can be kept only if blocks are computed in groups of channels.
#include "compiler/compile/channel_groups.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "compiler/reference/interpreter.h"
#include "frontend/importer.h"
#include "tests/catch.h"
#include "tests/support/compiled.h"
#include "tests/support/mobilenet.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// MobileNetV2 1.0 at 64 x 64, which has wide blocks on maps of 4 x 4 and 2 x 2 pixels.
Graph small_planes() {
  const std::string bytes = mobilenet_v2_onnx(1.0, 64, 10);
  Diagnostics diagnostics;
  auto graph = import_onnx(std::as_bytes(std::span(bytes)), "m.onnx", {}, {}, diagnostics);
  REQUIRE(graph);
  return canonical(std::move(*graph));
}

bool has_groups(const Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                     [](const Node& node) { return node.group >= 0; });
}

}  // namespace

TEST_CASE("groups of channels lower the smallest plan where planes are small") {
  const Graph graph = small_planes();
  const Compilation free = compile_graph(graph);
  Planner whole(free.selection.steps, {});
  GroupPlanner both(free.graph, free.selection, *free.target, {});
  const std::vector<PlanPoint> points = both.frontier();
  CHECK(points.front().extra_macs == 0);
  REQUIRE(points.back().arena_bytes < whole.frontier().back().arena_bytes);
  for (std::size_t i = 1; i < points.size(); ++i) {
    CHECK(points[i].arena_bytes < points[i - 1].arena_bytes);
    CHECK(points[i].extra_macs >= points[i - 1].extra_macs);
  }

  const PlanSettings settings{whole.frontier().back().arena_bytes - 8};
  CHECK_FALSE(make_plan(free.selection.steps, settings));
  const Compilation tight = compile_graph(graph, "host", settings);
  CHECK(has_groups(tight.graph));
  CHECK(tight.plan.arena_bytes <= *settings.ram);
  const std::vector<ConstantPtr> inputs = random_inputs(graph, 3);
  CHECK(check_against_reference(tight, inputs) == "");

  // Output 0 equals that of the graph without groups bit by bit.
  const std::vector<ConstantPtr> split = interpret(tight.graph, inputs);
  const std::vector<ConstantPtr> expected = interpret(graph, inputs);
  REQUIRE(split.size() == expected.size());
  CHECK(std::memcmp(split[0]->bytes().data(), expected[0]->bytes().data(),
                    expected[0]->bytes().size()) == 0);
}

TEST_CASE("where a plan fits without groups, there are none") {
  const Graph graph = small_planes();
  const Compilation free = compile_graph(graph);
  const Compilation tight =
      compile_graph(graph, "host", {free.plan.arena_bytes - free.plan.arena_bytes / 4});
  CHECK(tight.plan.extra_macs > 0);
  CHECK_FALSE(has_groups(tight.graph));
}
